"""What is to be done with each resource? Pure: the model and the standard library, no Azure, no Pulumi, no clock.

`environment.decide` is the way in; the other modules carry the names of what they decide.
"""

from holdfast.decide.environment import decide, refusals

__all__ = ["decide", "refusals"]
