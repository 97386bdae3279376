"""Was anything lost? Pure: facts before, facts after and the plan go in, a receipt comes out."""

from holdfast.verify.receipt import Receipt, build

__all__ = ["Receipt", "build"]
