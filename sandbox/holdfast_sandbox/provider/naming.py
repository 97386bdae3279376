"""Automatic names: what is a resource called when the program gives no name?

The logical name and 8 hex digits where the last path segment is the only parameter after the provider's namespace, a
copy of the logical name for nested resources, a UUID for role assignments (AutoNamer in
provider/pkg/resources/resources.go). The digits follow from the engine's random seed exactly as in Go
(`resource.NewUniqueName` with lukechampine.com/frand: ChaCha with 12 rounds over the seed's SHA-256), so that a
recorded request gives the recorded name.
"""

from __future__ import annotations

import hashlib
import os
import struct

_HEX = "0123456789abcdef"
_MASK = 0xFFFFFFFF
_ROUNDS = 12


def strategy(path: str, name: str) -> str:
    """`random`, `copy` or `uuid` for the path parameter `name`, the last of `path`."""
    if name in ("roleAssignmentName", "roleDefinitionId"):
        return "uuid"
    if name in ("endpointName", "customDomainName"):
        return "random"
    parts = path.lower().split("microsoft.")
    return "random" if len(parts) == 1 or parts[-1].count("{") == 1 else "copy"


def unique_hex(seed: bytes, length: int) -> str:
    """`length` hex digits out of the engine's seed; out of the system's randomness when the seed is empty."""
    key = hashlib.sha256(seed).digest() if seed else os.urandom(32)
    # The generator's buffer starts with its next key (32 bytes); numbers are drawn behind it, eight bytes each, the
    # lowest four bits of which are the digit. The generator skips the last sixteen values of 64 bits against a bias.
    digits: list[str] = []
    stream = bytearray()
    block = 0
    offset = 32
    while len(digits) < length:
        while len(stream) < offset + 8:
            stream += _chacha_block(key, block)
            block += 1
        number = int.from_bytes(stream[offset : offset + 8], "little")
        offset += 8
        if number < 2**64 - 16:
            digits.append(_HEX[number % 16])
    return "".join(digits)


def unique_uuid(seed: bytes) -> str:
    """A UUID spelled out of 32 hex digits, as the real provider does."""
    digits = unique_hex(seed, 32)
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))


def _chacha_block(key: bytes, counter: int) -> bytes:
    """One 64-byte block of ChaCha's key stream with a zero 64-bit nonce."""
    state = [
        *struct.unpack("<4I", b"expand 32-byte k"),
        *struct.unpack("<8I", key),
        counter & _MASK,
        counter >> 32,
        0,
        0,
    ]
    work = list(state)
    for _ in range(_ROUNDS // 2):
        for a, b, c, d in ((0, 4, 8, 12), (1, 5, 9, 13), (2, 6, 10, 14), (3, 7, 11, 15)):
            _quarter(work, a, b, c, d)
        for a, b, c, d in ((0, 5, 10, 15), (1, 6, 11, 12), (2, 7, 8, 13), (3, 4, 9, 14)):
            _quarter(work, a, b, c, d)
    return struct.pack("<16I", *((left + right) & _MASK for left, right in zip(work, state, strict=True)))


def _quarter(state: list[int], a: int, b: int, c: int, d: int) -> None:
    for first, second, third, bits in ((a, b, d, 16), (c, d, b, 12), (a, b, d, 8), (c, d, b, 7)):
        state[first] = (state[first] + state[second]) & _MASK
        mixed = state[third] ^ state[first]
        state[third] = ((mixed << bits) | (mixed >> (32 - bits))) & _MASK
