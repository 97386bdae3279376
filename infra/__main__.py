"""The Pulumi program: one call. What it does is in `holdfast.program`."""

from holdfast.program import main

main()
