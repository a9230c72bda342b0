"""Templates with variables: `{{ requester.first_name }}` is replaced by a value, which stays text in Markdown."""

import re
from collections.abc import Iterable, Mapping

_PLACE = re.compile(r"\{\{([^{}]{1,200})\}\}")
_SPECIAL = re.compile(r"(?m)#(?=#*$)|[\\`*\[\]{}<|]|(?<![^\W_])_|_(?![^\W_])")
_ENTITY = re.compile(r"&(?=#?\w+;)")
_LINE_MARK = re.compile(r"(?m)^[ \t]*(?:([#+\-=~>:])|(\d+)([.)]))")
_BREAKS = re.compile(r"\s*\n\s*")


class UnknownVariable(LookupError):
    """`names`: the variables of a template that nothing is known for, in the order of the template."""

    def __init__(self, names: Iterable[str]) -> None:
        self.names = tuple(names)
        super().__init__(f"Nothing is known for {', '.join(self.names)}.")


def variables_in(template: str) -> tuple[str, ...]:
    """Each name once, in the order of the template; whatever stands in double braces counts as a name."""
    return tuple(dict.fromkeys(match.group(1).strip() for match in _PLACE.finditer(template)))


def fill(template: str, variables: Mapping[str, str]) -> str:
    """The template as Markdown with every variable in place. Nothing is evaluated, and values are not filled again.

    Raises UnknownVariable with all the names that are missing.
    """
    unknown = [name for name in variables_in(template) if name not in variables]
    if unknown:
        raise UnknownVariable(unknown)
    return _PLACE.sub(lambda match: _as_text(variables[match.group(1).strip()]), template)


def _as_text(value: str) -> str:
    """Escapes only what Markdown would read as a mark, so that an ordinary name or link stays easy to edit."""
    one_block = _BREAKS.sub("\n", value.replace("\r\n", "\n").strip())
    escaped = _ENTITY.sub("&amp;", _SPECIAL.sub(r"\\\g<0>", one_block))
    return _LINE_MARK.sub(lambda mark: f"\\{mark[1]}" if mark[1] else f"{mark[2]}\\{mark[3]}", escaped)
