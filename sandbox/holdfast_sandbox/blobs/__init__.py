"""The sandbox's blobs: Azurite, Microsoft's own emulator, as the data plane of its storage accounts.

`install` gets it from npm, pinned by `package-lock.json`; `server` runs it under the sandbox's certificate and with its
tokens; `plane` starts it when the first client connects, and tells it of accounts and keys. Nothing here emulates a
blob.
"""
