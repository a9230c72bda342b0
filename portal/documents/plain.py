"""Markdown to plain text that reads well in a letter: lists, quotes and the targets of links are kept."""

import re
from html.parser import HTMLParser

from portal.documents.rendering import BLOCKS, html

_SPACE = re.compile(r"\s+")
RULE = "-" * 8


def text(markdown_text: str) -> str:
    reader = _Reader()
    reader.feed(str(html(markdown_text)))
    reader.close()
    return "\n".join(reader.read()).strip("\n")


class _Reader(HTMLParser):
    """Reads what `html` wrote: clean, closed and nested no deeper than it allows."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []
        self.words: list[str] = []
        self.margins: list[tuple[str, str]] = []  # for the next line and for those after it
        self.lists: list[int | None] = []  # the next number of an ordered list
        self.link: tuple[int, str] | None = None
        self.cells = 0
        self.verbatim = False
        self.gap: str | None = None  # an empty line before the next one, with the margins that it keeps

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag in BLOCKS:
            self._open_block(tag, given)
        elif tag in ("li", "tr", "br"):
            self._end_line(even_empty=tag == "br")
            if tag == "li":
                self._open_item()
            self.cells = 0
        elif tag in ("td", "th"):
            self.words += [" | "] if self.cells else []
            self.cells += 1
        elif tag == "a":
            self.link = (len(self.words), given.get("href", ""))

    def handle_endtag(self, tag: str) -> None:
        if tag in BLOCKS:
            self._close_block(tag)
        elif tag == "li":
            self._end_line()
            self.margins.pop()
        elif tag == "a" and self.link:
            self._close_link(*self.link)

    def handle_data(self, data: str) -> None:
        if self.verbatim:
            *whole, rest = data.split("\n")
            for line in whole:
                self.words.append(line)
                self._end_line(even_empty=True)
            self.words.append(rest)
        elif data.strip() or (self.words and "\n" not in data):
            self.words.append(_SPACE.sub(" ", data))

    def read(self) -> list[str]:
        self._end_line()
        return self.lines

    def _open_block(self, tag: str, given: dict[str, str]) -> None:
        self._end_line()
        if tag in ("ul", "ol") and self.lists:
            self.gap = None
        elif all(now == later for now, later in self.margins):  # else it stands right behind the mark of its item
            self.gap = self._margin() if self.gap is None else self.gap
        if tag in ("ul", "ol"):
            self.lists.append(int(given.get("start", "")[:9] or 1) if tag == "ol" else None)
        elif tag == "blockquote":
            self.margins.append(("> ", "> "))
        elif tag == "hr":
            self.words.append(RULE)
            self._close_block(tag)
        self.verbatim = tag == "pre"

    def _close_block(self, tag: str) -> None:
        self._end_line()
        self.verbatim = False
        if tag in ("ul", "ol"):
            self.lists.pop()
        elif tag == "blockquote":
            self.margins.pop()
        self.gap = self._margin()

    def _open_item(self) -> None:
        number = self.lists[-1] if self.lists else None
        mark = "- " if number is None else f"{number}. "
        if number is not None:
            self.lists[-1] = number + 1
        self.margins.append((mark, " " * len(mark)))

    def _close_link(self, start: int, target: str) -> None:
        words, target = "".join(self.words[start:]).strip(), target.removeprefix("mailto:")
        self.link = None
        if target and target != words:
            self.words.append(f" ({target})")

    def _end_line(self, *, even_empty: bool = False) -> None:
        line = "".join(self.words) if self.verbatim else "".join(self.words).strip()
        self.words = []
        if not line and not even_empty:
            return
        if self.gap is not None and self.lines:
            self.lines.append(self.gap)
        self.gap = None
        self.lines.append(("".join(now for now, _ in self.margins) + line).rstrip())
        self.margins = [(later, later) for _, later in self.margins]

    def _margin(self) -> str:
        return "".join(later for _, later in self.margins).rstrip()
