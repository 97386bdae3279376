"""What a registry of the sandbox holds: built images, as folders and environments that a process can run in."""

from holdfast_sandbox.images.store import Image, ImageStore

__all__ = ["Image", "ImageStore"]
