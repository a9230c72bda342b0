"""Markdown as a tree of plain data, for a layout that places it: what was typed stays strings in it."""

import re
from html.parser import HTMLParser
from itertools import pairwise
from typing import Any

from portal.documents.rendering import HEADINGS, html

Node = str | dict[str, Any]

DEPTH_AT_MOST = 12
"""Elements inside elements; what lies deeper is shown at this depth. The typesetter gives up a little below 20."""
_NAMES = {"blockquote": "quote", **dict.fromkeys(HEADINGS, "heading")}
_EMPTY = frozenset({"br", "hr"})
_PARTS = frozenset({"li", "thead", "tbody", "tr", "th", "td"})
_BLOCKS = frozenset({"p", "heading", "ul", "ol", "li", "quote", "pre", "table", "cell", "hr"})
_EDGES = _BLOCKS | {"br"}
_END: Node = {"is": "br"}
_SPACE = re.compile(r"\s+")


def tree(markdown_text: str, top: int = 1) -> list[Node]:
    """Strings and nodes `{"is": kind, "of": [nodes]}`. Headings begin at level `top`.

    Kinds: p, heading (level), strong, em, a (to), br, code and pre (of: their text), ul, ol (start) with li, quote, hr,
    and table (heads, rows; of cells with align and of).
    """
    reader = _Reader()
    reader.feed(str(html(markdown_text, top)))
    reader.close()
    root = reader.open[0]["of"]
    _level([node for node in reader.headings if node["of"]], top)
    return _trimmed(root)


class _Reader(HTMLParser):
    """Reads what `html` wrote: clean and closed. `open` has one entry for each element that is still open."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[dict[str, Any]] = [{"is": "root", "of": []}]
        self.headings: list[dict[str, Any]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        parent = self.open[-1]
        if tag in _EMPTY:
            parent["of"].append({"is": tag})
        elif tag == "code" and parent["is"] == "pre":
            self.open.append(parent)
        elif tag in _PARTS:
            self.open.append(_part(tag, dict(attrs), parent))
        elif len(self.open) > DEPTH_AT_MOST and tag not in ("pre", "code"):
            self.open.append(_apart(parent))
        else:
            node = _node(tag, dict(attrs))
            parent["of"].append(node)
            self.open.append(node)
            self.headings += [node] if tag in HEADINGS else []

    def handle_endtag(self, tag: str) -> None:
        node = self.open.pop()
        if tag in ("pre", "code") and node is not self.open[-1]:
            node["of"] = "".join(node["of"])
        elif node["is"] in _BLOCKS and node is not self.open[-1]:
            node["of"] = _trimmed(node["of"])
            if tag == "table":
                node["rows"] = [row for row in node["rows"] if row]  # the row of the heads holds no cells of its own

    def handle_data(self, data: str) -> None:
        parent = self.open[-1]
        verbatim = parent["is"] in ("pre", "code")
        if verbatim or parent["is"] not in ("ul", "ol", "table"):
            parent["of"].append(data if verbatim else _SPACE.sub(" ", data))


def _node(tag: str, given: dict[str, str | None]) -> dict[str, Any]:
    node: dict[str, Any] = {"is": _NAMES.get(tag, tag), "of": []}
    if tag in HEADINGS:
        node["level"] = int(tag[1])
    elif tag == "a":
        node["to"] = given.get("href") or ""
    elif tag == "ol":
        node["start"] = int((given.get("start") or "")[:9] or 1)
    elif tag == "table":
        node |= {"heads": [], "rows": []}
    return node


def _part(tag: str, given: dict[str, str | None], parent: dict[str, Any]) -> dict[str, Any]:
    """An item or a part of a table, in the parent where that is a list or a table; otherwise the parent itself."""
    if tag == "li" and parent["is"] in ("ul", "ol"):
        item = {"is": "li", "of": []}
        parent["of"].append(item)
        return item
    if parent["is"] != "table":
        return _apart(parent)
    if tag == "tr":
        parent["rows"].append([])
    if tag not in ("th", "td"):
        return parent
    align = (given.get("class") or "").removeprefix("align-") or "left"
    cell = {"is": "cell", "align": align, "of": []}
    (parent["heads"] if tag == "th" else parent["rows"][-1]).append(cell)
    return cell


def _apart(parent: dict[str, Any]) -> dict[str, Any]:
    """The parent, ready for the words of an element that lies too deep to be one of its own."""
    if parent["of"]:
        parent["of"].append(" " if parent["is"] in ("strong", "em", "a") else {"is": "br"})
    return parent


def _level(headings: list[dict[str, Any]], top: int) -> None:
    """Levels without a gap: a heading without words is not shown, so what stood below it moves up."""
    above: list[int] = []
    for heading in headings:
        above = [*(higher for higher in above if higher < heading["level"]), heading["level"]]
        heading["level"] = top + len(above) - 1


def _trimmed(nodes: list[Node]) -> list[Node]:
    """Without white space beside breaks, blocks and both ends, and without headings that say nothing."""
    kept: list[Node] = []
    for node, following in pairwise([*nodes, _END]):
        shown = _stripped(node, kept[-1] if kept else _END, following) if isinstance(node, str) else node
        if shown and not _is_empty_heading(shown):
            kept.append(shown)
    return kept


def _stripped(words: str, before: Node, after: Node) -> str:
    words = words.lstrip() if _is_edge(before) else words
    return words.rstrip() if _is_edge(after) else words


def _is_edge(node: Node) -> bool:
    return not isinstance(node, str) and node["is"] in _EDGES


def _is_empty_heading(node: Node) -> bool:
    return not isinstance(node, str) and node["is"] == "heading" and not node["of"]
