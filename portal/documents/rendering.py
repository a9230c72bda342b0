"""Markdown to safe HTML: what the writer typed as HTML is shown as text, and the result passes a strict allow-list."""

import re
import threading
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import groupby
from xml.etree.ElementTree import Element

import nh3
from markdown import Markdown
from markdown.inlinepatterns import LINK_RE, AutolinkInlineProcessor, LinkInlineProcessor
from markdown.preprocessors import Preprocessor
from markdown.treeprocessors import Treeprocessor
from markupsafe import Markup, escape

# Above any of these a text, or a block of it between blank lines, is shown as typed. Each bounds work of the parser
# that grows faster than the text: unclosed brackets and fences are searched to the end again and again, every row of
# a table is filled up to the width of its head, headings of one block are cut off one by one, nested blocks recurse,
# and emphasis is paired with what may be far away.
LENGTH_AT_MOST = 300_000
BRACKETS_AT_MOST = 4_000
FENCES_AT_MOST = 200
CELLS_AT_MOST = 30_000
MARKS_AT_MOST = 20_000
BLOCK_AT_MOST = 50_000
BLOCK_HEADINGS_AT_MOST = 100
BLOCK_COLUMNS_AT_MOST = 100
LINK_TEXT_AT_MOST = 500
LINK_TARGET_AT_MOST = 1_000

REMEMBERED, REMEMBERED_LENGTH = 500, 4_000
"""So many texts of at most so many characters: a conversation is read far more often than it is written."""

SCHEMES = frozenset({"http", "https", "mailto"})
LINK_REL = "nofollow noopener noreferrer"

_FENCE = re.compile(r"^(?:`{3,}|~{3,})", re.MULTILINE)
_HEADING = re.compile(r"^ {0,3}(?:#|[-=*_][-=*_ ]*$)")
_DEEP = re.compile(r"(?: {80,}(?:[-+*]|\d+[.)]) |(?: *+(?:> ?|(?:[-+*]|\d{1,9}[.)]) ++)){20})")
_ITEM = re.compile(r" {0,3}(?:[-+*]|\d{1,9}\.) +\S")
_FIRST_ITEM = re.compile(r" {0,3}(?:[-+*]|1\.) ")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_SAFE_TARGET = re.compile(r"https?://|mailto:", re.IGNORECASE)
_URL_PART = r"[^\s<>()\x02\x03]|\x02\d+\x03|\([^\s<>()]*\)"  # in the middle: a character that the writer escaped
_URL = rf"(?<![\w@])((?i:https?)://(?:{_URL_PART})*(?:[\w/#=&%~+-]|\([^\s<>()]*\)))"
_ADDRESS = r"[\w.+-]{1,64}@(?:[a-zA-Z0-9-]{1,63}\.){1,8}[a-zA-Z]{2,63}"

HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
BLOCKS = frozenset({"p", "ul", "ol", "blockquote", "pre", "hr", "table", *HEADINGS})
PARTS = frozenset({"li", "thead", "tbody", "tr", "th", "td"})
INLINE = frozenset({"a", "br", "code", "em", "strong"})

_CLEANER = nh3.Cleaner(
    tags={*BLOCKS, *PARTS, *INLINE},
    attributes={"*": set(), "a": {"href"}, "ol": {"start"}, "th": {"scope"}},
    allowed_classes={"td": {"align-center", "align-right"}, "th": {"align-center", "align-right"}},
    url_schemes=set(SCHEMES),
    url_relative="deny",
    link_rel=LINK_REL,
)


def html(markdown_text: str, top: int = 3) -> Markup:
    """Headings begin at level `top` and never skip one. Links lead to http, https and mailto only.

    A text or block beyond the limits above is shown as typed, in escaped paragraphs, instead of being rendered.
    """
    if len(markdown_text) > REMEMBERED_LENGTH:
        return _html(markdown_text, top)
    return _remembered(markdown_text, top)


@lru_cache(REMEMBERED)
def _remembered(markdown_text: str, top: int) -> Markup:
    return _html(markdown_text, top)


def _html(markdown_text: str, top: int) -> Markup:
    source = printable(markdown_text)
    try:
        rendered = _as_typed(source) if _too_much(source) else _parser(top).reset().convert(source)
    except RecursionError:  # python-markdown recurses into nested blocks, from however deep a stack we are called
        _parsers.held = {}  # what it was doing is still on the parser's own stack
        rendered = _as_typed(source)
    return Markup(_CLEANER.clean(rendered))  # noqa: S704 - this is the sanitizer


def printable(text: str) -> str:
    """Without control characters, and with a question mark for what is no character."""
    return _CONTROL.sub("", text.encode("utf-8", "replace").decode("utf-8"))


def _too_much(source: str) -> bool:
    return (
        len(source) > LENGTH_AT_MOST
        or source.count("[") > BRACKETS_AT_MOST
        or source.count("*") + source.count("_") > MARKS_AT_MOST
        or len(_FENCE.findall(source)) > FENCES_AT_MOST
        or sum((block[0].count("|") + 1) * len(block) for block in _blocks(source.splitlines()) if "|" in block[0])
        > CELLS_AT_MOST
    )


def _blocks(lines: Sequence[str]) -> Iterator[list[str]]:
    return (list(block) for filled, block in groupby(lines, key=lambda line: bool(line.strip())) if filled)


def _as_typed(source: str) -> str:
    paragraphs = (escape("\n".join(block)).replace("\n", Markup("<br>\n")) for block in _blocks(source.splitlines()))
    return "\n".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)


class _Parsers(threading.local):
    """One parser of each kind for every thread: making one takes longer than reading a message."""

    def __init__(self) -> None:
        self.held: dict[int, Markdown] = {}


_parsers = _Parsers()


def _parser(top: int) -> Markdown:
    if top not in _parsers.held:
        _parsers.held[top] = _made(top)
    return _parsers.held[top]


def _made(top: int) -> Markdown:
    parser = Markdown(extensions=["sane_lists", "tables", "nl2br", "fenced_code"])
    parser.preprocessors.deregister("html_block")
    parser.preprocessors.register(_Blocks(parser), "blocks", 22)  # after fenced code has been put aside
    parser.parser.blockprocessors.deregister("reference")
    for name in "html", "reference", "image_link", "image_reference", "short_reference", "short_image_ref":
        parser.inlinePatterns.deregister(name)
    parser.inlinePatterns.register(_Link(LINK_RE, parser), "link", 160)
    parser.inlinePatterns.register(AutolinkInlineProcessor(r"<(https?://[^<>\s]*)>", parser), "autolink", 120)
    parser.inlinePatterns.register(AutolinkInlineProcessor(rf"<({_ADDRESS})>", parser), "automail", 115)
    parser.inlinePatterns.register(_BareLink(_URL, parser), "bare_url", 113)
    parser.inlinePatterns.register(_BareLink(rf"(?<![\w.+@-])({_ADDRESS})(?![\w@-])", parser), "bare_address", 112)
    parser.treeprocessors.register(_Dress(parser, top), "dress", 15)
    parser.ESCAPED_CHARS = [*parser.ESCAPED_CHARS, "<", "=", "~", ":"]
    return parser


class _Blocks(Preprocessor):
    def run(self, lines: list[str]) -> list[str]:
        kept: list[str] = []
        for _, group in groupby(lines, key=lambda line: bool(line.strip())):
            block = list(group)
            wild = _is_wild(block)
            kept += [self.md.htmlStash.store(_as_typed("\n".join(block)))] if wild else _with_list_apart(block)
        return kept


def _is_wild(block: Sequence[str]) -> bool:
    return (
        sum(map(len, block)) > BLOCK_AT_MOST
        or max(line.count("|") for line in block) > BLOCK_COLUMNS_AT_MOST
        or sum(bool(_HEADING.match(line)) for line in block) > BLOCK_HEADINGS_AT_MOST
        or any(_DEEP.match(line) for line in block)
    )


def _with_list_apart(block: list[str]) -> list[str]:
    """People begin a list right below its introduction; python-markdown wants a blank line there."""
    first = next((number for number, line in enumerate(block) if _ITEM.match(line)), 0)
    if first == 0 or "|" in block[first] or not _FIRST_ITEM.match(block[first]):
        return block
    return [*block[:first], "", *block[first:]]


class _Link(LinkInlineProcessor):
    def getText(self, data: str, index: int) -> tuple[str, int, bool]:  # noqa: N802 - python-markdown's name
        return super().getText(data[: index + LINK_TEXT_AT_MOST], index)

    def getLink(self, data: str, index: int) -> tuple[str, str | None, int, bool]:  # noqa: N802 - likewise
        target, title, end, handled = super().getLink(data[: index + LINK_TARGET_AT_MOST], index)
        return target, title, end, handled and _SAFE_TARGET.match(target) is not None and len(target.split()) == 1


class _BareLink(AutolinkInlineProcessor):
    ANCESTOR_EXCLUDES = ("a",)


class _Dress(Treeprocessor):
    """Moves headings under `top`, gives table heads their scope, alignment as a class, and addresses their scheme."""

    def __init__(self, parser: Markdown, top: int) -> None:
        super().__init__(parser)
        self.top = top

    def run(self, root: Element) -> None:
        above: list[int] = []
        for element in root.iter():
            if element.tag in HEADINGS:
                level = int(element.tag[1])
                above = [*(higher for higher in above if higher < level), level]
                element.tag = f"h{min(self.top + len(above) - 1, 6)}"
            elif element.tag in ("th", "td"):
                _dress_cell(element)
            elif element.tag == "a" and not _SAFE_TARGET.match(element.get("href", "")):
                element.set("href", f"mailto:{element.get('href')}")


def _dress_cell(cell: Element) -> None:
    align = cell.attrib.pop("style", "").removeprefix("text-align: ").removesuffix(";")
    if align in ("center", "right"):
        cell.set("class", f"align-{align}")
    if cell.tag == "th":
        cell.set("scope", "col")
