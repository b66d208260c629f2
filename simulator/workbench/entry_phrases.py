"""An entry of a scene's timeline or checks as one short sentence; the file's own words stand in the line while it is edited."""

from __future__ import annotations

from collections.abc import Mapping

_HISSING = ("s", "x", "z", "ch", "sh", "o")


def happening(entry: Mapping[str, object]) -> str:
    """When, who, what: "1.5 s   Ana says wake word"; empty when the entry does not say all three."""
    at, who, does = (str(entry.get(key, "")).strip() for key in ("at", "who", "does"))
    if not (at and who and does):
        return ""
    verb, _, rest = does.partition(" ")
    said = f"{at}   {who[0].upper()}{who[1:]} {_third_person(verb)} {rest}".rstrip()
    others = {key: value for key, value in entry.items() if key not in ("at", "who", "does")}
    to = others.pop("to", None)
    if to is not None:
        said += f" to {_plain(to)}"
    return ", ".join([said, *(f"{key.replace('_', ' ')} {_plain(value)}" for key, value in others.items())])


def _third_person(verb: str) -> str:
    if verb.endswith("y") and verb[-2:-1] not in "aeiou":
        return f"{verb[:-1]}ies"
    return f"{verb}{'es' if verb.endswith(_HISSING) else 's'}"


def _plain(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
