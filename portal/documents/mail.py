"""HTML from mail made safe to show: no scripts, styles, images or forms, and links that tell nothing about us.

The allow-list is nh3's. Before it the tags are written anew, closed and not deep, because unclosed formatting in a
hostile letter makes any HTML5 parser copy it into every paragraph that follows, up to gigabytes.
"""

import re
from collections.abc import Iterator

import nh3
from markupsafe import Markup

from portal.documents.rendering import BLOCKS, HEADINGS, INLINE, LINK_REL, PARTS, SCHEMES, printable

LENGTH_AT_MOST = 500_000
DEPTH_AT_MOST = 200
CUT = "<p>This message is too long to show here in full. The rest is in the original message.</p>"

_TAGS = BLOCKS - HEADINGS | PARTS | INLINE | {"b", "div", "i", "s", "sub", "sup", "tfoot", "u"}
_SHOWN_AS = {**dict.fromkeys({*HEADINGS, "dt", "dd"}, "p"), "center": "div", "strike": "s", "tt": "code"}
_VOID = frozenset({"br", "hr"})
_WITH_CONTENT = frozenset(
    {"iframe", "math", "noscript", "object", "script", "select", "style", "svg", "template", "textarea", "title", "xmp"}
)
"""These disappear with all that they hold."""

_ENDS = {
    **{block: {"p"} for block in (*BLOCKS, "div")},
    "li": {"p", "li"},
    "td": {"p", "td", "th"},
    "th": {"p", "td", "th"},
    "tr": {"p", "td", "th", "tr"},
}
"""What an opening tag closes when its writer left out the closing one."""

_TOKEN = re.compile(
    r"""(?P<comment><!--)|<[!?][^<>]*+>|<(?P<closing>/?)(?P<tag>[a-zA-Z][\w:-]*+)(?P<rest>(?:[^<>"']|"[^"]*"|'[^']*')*+)>"""
)
_HREF = re.compile(r"""(?:^|[\s"'/])href\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'<>]+))""", re.IGNORECASE)

_CLEANER = nh3.Cleaner(
    tags=set(_TAGS),
    attributes={"*": set(), "a": {"href"}},
    url_schemes=set(SCHEMES),
    url_relative="deny",
    link_rel=LINK_REL,
)


def mail_html(markup_or_html: str) -> Markup:
    """Headings become paragraphs, so that a letter cannot disturb the outline of the page; what is longer is cut."""
    source = printable(markup_or_html)
    rewritten = "".join(_rewritten(source[:LENGTH_AT_MOST]))
    return Markup(_CLEANER.clean(rewritten + (CUT if len(source) > LENGTH_AT_MOST else "")))  # noqa: S704 - sanitized


def _rewritten(source: str) -> Iterator[str]:
    opened: list[str] = []
    at = 0
    while token := _TOKEN.search(source, at):
        yield _text(source[at : token.start()])
        at = _after(source, token)
        name = (token["tag"] or "").lower()
        name = _SHOWN_AS.get(name, name)
        if name in _TAGS:
            yield from _closing(name, opened) if token["closing"] else _opening(name, token["rest"], opened)
    yield _text(source[at:])
    yield from (f"</{name}>" for name in reversed(opened))


def _after(source: str, token: re.Match[str]) -> int:
    """Where to read on: behind the token, or behind all that it hides."""
    if token["comment"]:
        end = source.find("-->", token.end())
        return len(source) if end < 0 else end + len("-->")
    name = (token["tag"] or "").lower()
    if name not in _WITH_CONTENT or token["closing"]:
        return token.end()
    closing = re.compile(rf"</{name}[^<>]*+>", re.IGNORECASE).search(source, token.end())
    return closing.end() if closing else len(source)


def _opening(name: str, rest: str, opened: list[str]) -> Iterator[str]:
    while opened and opened[-1] in _ENDS.get(name, ()):
        yield f"</{opened.pop()}>"
    if name in _VOID:
        yield f"<{name}>"
        return
    if len(opened) >= DEPTH_AT_MOST or (name == "a" and "a" in opened):
        return
    opened.append(name)
    yield f"<{name}{_href(rest) if name == 'a' else ''}>"


def _closing(name: str, opened: list[str]) -> Iterator[str]:
    if name in opened:
        while opened[-1] != name:
            yield f"</{opened.pop()}>"
        yield f"</{opened.pop()}>"


def _href(rest: str) -> str:
    match = _HREF.search(rest)
    return f' href="{_text(match[1] or match[2] or match[3] or "")}"' if match else ""


def _text(source: str) -> str:
    return source.replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")
