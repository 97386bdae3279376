"""Is every value of the type that its key takes? Walks the declarations of `sections` over the raw settings.

What is wrong is noted and left out, so that the rules across keys run over the rest and every fault is shown at once.
Nothing is coerced: `"7"` is no number and `yes` is no truth, or a misreading would reach Azure.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from holdfast.settings.faults import MISSING, Faults
from holdfast.settings.keys import (
    Amount,
    Bad,
    Choice,
    Flag,
    Items,
    Number,
    Section,
    Shares,
    Spec,
    Text,
    Words,
    keys_of,
    python,
)
from holdfast.settings.sections import Environment
from holdfast.settings.suggestions import did_you_mean

T = TypeVar("T")


def check_section(make: type[T], raw: Mapping[str, Any], faults: Faults, path: str = "") -> T:
    """Read a map into the dataclass `make`; keys that are wrong are noted in `faults` and left at their defaults."""
    declared = keys_of(make)
    values: dict[str, Any] = {}
    for name, value in raw.items():
        at = _join(path, name)
        if name not in declared:
            faults.add(
                "settings-unknown-key",
                at,
                "is no key of the settings",
                value=value,
                allowed=", ".join(declared),
                hint=_elsewhere(str(name), path, tuple(declared)),
            )
        elif value is not None:
            # A key with nothing behind it (only a comment, perhaps) is a key left out.
            read = _check(declared[name].spec, value, faults, at)
            if read is not MISSING:
                values[python(name)] = read
    for name, one in declared.items():
        if one.required and raw.get(name) is None:
            faults.add("settings-missing-key", _join(path, name), "is missing", allowed=one.spec.says)
    if "at" in make.__dataclass_fields__:  # type: ignore[attr-defined] # every section is a dataclass
        values["at"] = path
    return make(**values)


def _check(spec: Spec, value: Any, faults: Faults, at: str) -> Any:
    match spec:
        case Section(make, short, flag):
            if short and isinstance(value, str):
                return make(**{short: value, "bare": True})
            if flag and isinstance(value, bool):
                return make(**{flag: value, "bare": True})
            if isinstance(value, Mapping):
                return check_section(make, value, faults, at)
        case Items(of, most, fault):
            if isinstance(value, Sequence) and not isinstance(value, str):
                if most is not None and len(value) > most:
                    faults.add(fault, at, f"has {len(value)} items", allowed=f"at most {most}, which is Azure's limit")
                read = [_check(of, item, faults, f"{at}[{index}]") for index, item in enumerate(value)]
                return tuple(item for item in read if item is not MISSING)
        case Words():
            if isinstance(value, Mapping):
                return _check_words(value, faults, at)
        case Shares():
            if isinstance(value, Mapping):
                shares = {name: _check(Number(0, 100), share, faults, _join(at, name)) for name, share in value.items()}
                return {str(name): share for name, share in shares.items() if share is not MISSING}
        case Text() | Choice():
            if isinstance(value, str):
                return _check_text(spec, value, faults, at)
        case Number(least, most) | Amount(least, most):
            numbers = int if isinstance(spec, Number) else (int, float)
            if isinstance(value, numbers) and not isinstance(value, bool):
                if least <= value <= most:
                    return value
                faults.add("settings-out-of-range", at, f"is {value}", value=value, allowed=spec.says)
                return MISSING
        case Flag():
            if isinstance(value, bool):
                return value
    faults.add(
        "settings-wrong-type",
        at,
        f"is {_called(value)}",
        value=value,
        allowed=spec.says,
        hint=_quoting(spec, value, at),
    )
    return MISSING


def _check_text(spec: Text | Choice, value: str, faults: Faults, at: str) -> Any:
    try:
        if isinstance(spec, Choice):
            return _choose(spec, value)
        if spec.read is not None:
            return spec.read(value)
    except Bad as bad:
        shown = MISSING if bad.secret else value
        faults.add(bad.fault, at, bad.says, value=shown, allowed=bad.allowed, hint=bad.hint)
        return MISSING
    says = "" if value.strip() else "is empty"
    if isinstance(spec, Text) and spec.pattern is not None and not re.fullmatch(spec.pattern, value):
        says = says or "can't be used"
    if says:
        faults.add("settings-invalid-value", at, says, value=value, allowed=spec.says)
        return MISSING
    return value


def _choose(spec: Choice, value: str) -> Any:
    listed = {word.lower(): word for word in spec.words} if spec.any_case else {word: word for word in spec.words}
    word = listed.get(value.lower() if spec.any_case else value)
    if word is None:
        hint = spec.not_taken.get(value.lower()) or did_you_mean(value, spec.words)
        raise Bad(spec.fault, f"is no {spec.what} that can be set", spec.says, hint)
    return spec.make(word)


def _check_words(value: Mapping[Any, Any], faults: Faults, at: str) -> dict[str, str]:
    words = {}
    for name, text in value.items():
        if not isinstance(name, str):
            faults.add(
                "settings-wrong-type", _join(at, name), "has a name that is no text", value=name, allowed="a text"
            )
        elif isinstance(text, str):
            words[name] = text
        else:
            spec = Text()
            key = _join(at, name)
            faults.add(
                "settings-wrong-type",
                key,
                f"is {_called(text)}",
                value=text,
                allowed=spec.says,
                hint=_quoting(spec, text, key),
            )
    return words


def _join(path: str, name: Any) -> str:
    return f"{path}.{name}" if path else str(name)


def _called(value: Any) -> str:
    """What people call a value of that type."""
    match value:
        case None:
            return "empty"
        case bool():
            return "true or false"
        case int() | float():
            return "a number"
        case str():
            return "a text"
        case Mapping():
            return "a map"
        case Sequence():
            return "a list"
        case _:
            return f"a {type(value).__name__}"


def _quoting(spec: Spec, value: Any, at: str) -> str:
    name = at.rpartition(".")[2]
    match spec, value:
        case ((Text() | Choice()), (bool() | int() | float())):
            return f"put it in quotes: `{name}: '{str(value).lower() if isinstance(value, bool) else value}'`"
        case ((Number() | Amount()), str()) if value.strip().replace(".", "", 1).isdigit():
            return f"write it without quotes: `{name}: {value.strip()}`"
        case Flag(), str() if value.lower() in ("true", "yes", "on", "enabled", "1"):
            return f"write `{name}: true`, without quotes"
        case Flag(), str() if value.lower() in ("false", "no", "off", "disabled", "0"):
            return f"write `{name}: false`, without quotes"
        case Items(), str():
            return f"write a list: `{name}: [{value}]`"
        case Section(), str():
            return f"write a map: `{name}: {{name: {value}}}`" if "name" in keys_of(spec.make) else ""
        case _:
            return ""


def _elsewhere(name: str, path: str, declared: tuple[str, ...]) -> str:
    """A near miss of a key that stands here; else the place of a key of that very name."""
    near = did_you_mean(name, declared)
    if near:
        return near
    places = [place for place in _places(Environment, "") if place.rpartition(".")[2] == name]
    return f"it belongs under `{places[0]}`" if places and places[0] != _join(path, name) else ""


def _places(section: type, path: str) -> list[str]:
    places = []
    for name, one in keys_of(section).items():
        at = _join(path, name)
        places.append(at)
        inner, suffix = (one.spec.of, "[]") if isinstance(one.spec, Items) else (one.spec, "")
        if isinstance(inner, Section):
            places += _places(inner.make, at + suffix)
    return places
