"""`holdfast local`: a service on this machine, with the environment and the inference server that its image has.

The sandbox makes environments, too, and shares no code with what it tests (import-linter holds it): so what is here is
written against uv alone, keyed by the hash that the image of the environment bears, and knows none of Docker's steps.
"""
