"""What goes wrong in an environment of Azure Machine Learning, played on the sandbox? One file each, under `plays`."""

from holdfast_sandbox.scenarios.scenario import NAMES, Scenario, load

__all__ = ["NAMES", "Scenario", "load"]
