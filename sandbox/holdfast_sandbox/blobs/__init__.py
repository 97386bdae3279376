"""The sandbox's blobs: Azurite, Microsoft's own emulator, started on loopback and stopped with its owner.

`install` gets it from npm, pinned by `package-lock.json`; `server` runs it under the sandbox's certificate and with its
tokens. Nothing here emulates a blob.
"""

from holdfast_sandbox.blobs.server import ACCOUNT, BlobServer, serve

__all__ = ["ACCOUNT", "BlobServer", "serve"]
