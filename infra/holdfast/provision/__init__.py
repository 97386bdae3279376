"""How does a plan become resources? Components around azure-native's, and dynamic resources for what it can't do.

The only stage that writes, and it decides nothing: `options` turns a decision into ResourceOptions. `environment` is
the way in. Nothing is imported here: the engine loads the dynamic providers below in a process of their own, at every
run, and they need none of azure-native's classes.
"""
