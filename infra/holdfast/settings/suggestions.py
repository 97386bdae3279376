"""What did they mean? The nearest of the allowed words, by difflib; nothing where none is near."""

from __future__ import annotations

from collections.abc import Iterable


def did_you_mean(text: str, words: Iterable[str]) -> str:
    """`did you mean `get`?` with up to three words, the nearest first, or an empty text."""
    import difflib  # only where something is wrong already: a good file pays nothing for it

    lowered = {word.lower(): word for word in words}
    near = [lowered[word] for word in difflib.get_close_matches(text.lower(), lowered, n=3, cutoff=0.6)]
    return "did you mean " + " or ".join(f"`{word}`" for word in near) + "?" if near else ""
