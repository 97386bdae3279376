"""The embedded Azure: a control plane on loopback (`arm`), the provider over it (`provider`), the `pulumi` CLI
(`engine`).

Nothing here imports anything of `holdfast`: code shared with what it tests would share its misreadings.
"""
