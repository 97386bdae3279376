"""How does a plan become resources? Components around azure-native's, and two dynamic resources for the vault.

The only stage that writes, and it decides nothing: `options` turns a decision into ResourceOptions.
"""

from holdfast.provision.environment import Environment

__all__ = ["Environment"]
