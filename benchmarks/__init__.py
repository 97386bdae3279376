"""What does Holdfast cost? `python -m benchmarks` measures it on this machine and prints one table.

Figures, never verdicts: a machine that is busy measures worse, so what can be one is a ratio of runs that took turns,
and nothing here fails because something was slow. `docs/benchmarks.md` explains each figure.
"""
