"""What a browser mends in silence and a screen reader does not: read a page strictly and say what is wrong."""

import re
from collections import Counter
from dataclasses import dataclass, field
from html.parser import HTMLParser


def _words(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


VOID = _words("area base br col embed hr img input link meta source track wbr")
BLOCKS = _words(
    "address article aside blockquote details dialog div dl fieldset figure footer form h1 h2 h3 h4 h5 h6 header hr "
    "main nav ol p pre section table ul"
)
PHRASES = _words("p span a button label legend summary h1 h2 h3 h4 h5 h6 dt strong em small kbd code option")
"""Elements in which no block may stand (a legend and a summary may hold a heading)."""
HEADINGS = _words("h1 h2 h3 h4 h5 h6")
TRANSPARENT = frozenset({"a", "button"})
PARENTS = {
    "li": {"ul", "ol", "menu"},
    "dt": {"dl", "div"},
    "dd": {"dl", "div"},
    "tr": {"table", "thead", "tbody", "tfoot"},
    "td": {"tr"},
    "th": {"tr"},
    "thead": {"table"},
    "tbody": {"table"},
    "caption": {"table"},
    "option": {"select", "optgroup", "datalist"},
    "legend": {"fieldset"},
    "summary": {"details"},
    "figcaption": {"figure"},
    "main": {"body", "div"},
}
CHILDREN = {
    "ul": {"li", "template"},
    "ol": {"li", "template"},
    "dl": {"dt", "dd", "div"},
    "tr": {"td", "th"},
    "table": {"caption", "colgroup", "thead", "tbody", "tfoot", "tr"},
    "select": {"option", "optgroup", "hr"},
}
REFERENCES = ("for", "aria-labelledby", "aria-describedby", "aria-controls", "form", "list", "headers")
DEBRIS = re.compile(r"\bNone\b|{{|}}|{%|%}|\bUndefined\b|<[A-Za-z.]+ object at|\bMarkup\(")
"""What a template prints when it was handed nothing, or the wrong thing."""


@dataclass
class StrictReader(HTMLParser):
    """Feed a page; `faults` says what is wrong, with lines."""

    faults: list[str] = field(default_factory=list)
    open: list[str] = field(default_factory=list)
    ids: Counter[str] = field(default_factory=Counter)
    referred: list[tuple[str, str]] = field(default_factory=list)
    seen: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)

    def fault(self, words: str) -> None:
        self.faults.append(f"line {self.getpos()[0]}: {words}")

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen[tag] += 1
        self._check_place(tag)
        self._check_attributes(tag, attrs)
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in VOID and "svg" not in self.open and tag != "svg":
            self.fault(f"<{tag}/> is not closed by its slash")
        self.seen[tag] += 1
        self._check_attributes(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:
            self.fault(f"</{tag}> of an element without an end")
        elif not self.open or self.open[-1] != tag:
            self.fault(f"</{tag}> closes <{self.open[-1] if self.open else 'nothing'}>")
            if tag in self.open:
                del self.open[len(self.open) - 1 - self.open[::-1].index(tag) :]
        else:
            self.open.pop()

    def handle_data(self, data: str) -> None:
        inside = self.open[-1] if self.open else ""
        if inside in ("script", "style"):
            self.fault(f"inline <{inside}>")
        if data.strip() and inside in CHILDREN and inside != "select":
            self.fault(f"text “{data.strip()[:40]}” directly in <{inside}>")
        if data.strip() and DEBRIS.search(data) and inside not in ("textarea", "pre", "code"):
            self.fault(f"a template’s debris: “{data.strip()[:60]}”")

    def _check_place(self, tag: str) -> None:
        inside = self.open[-1] if self.open else ""
        if tag in PARENTS and inside not in PARENTS[tag]:
            self.fault(f"<{tag}> in <{inside}>")
        if inside in CHILDREN and tag not in CHILDREN[inside] and tag not in ("script", "template"):
            self.fault(f"<{tag}> directly in <{inside}>")
        if tag in BLOCKS and self._phrase() and not (tag in HEADINGS and inside in ("legend", "summary")):
            self.fault(f"<{tag}> in <{self._phrase()}>")
        if tag in ("a", "button") and {"a", "button"} & set(self.open):
            self.fault(f"<{tag}> inside another control")
        if tag == "form" and "form" in self.open:
            self.fault("a form in a form")

    def _phrase(self) -> str:
        """The innermost element around us that may hold words alone."""
        for tag in reversed(self.open):
            if tag in PHRASES and tag not in TRANSPARENT:
                return tag
            if tag in BLOCKS or tag in ("li", "dd", "td", "th", "figcaption"):
                return ""
        return ""

    def _check_attributes(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = Counter(name for name, _ in attrs)
        for name in [name for name, times in names.items() if times > 1]:
            self.fault(f"<{tag}> says {name} twice")
        held = dict(attrs)
        for name, value in held.items():
            self._check_attribute(tag, name, value or "")
        if held.get("id") is not None:
            self.ids[held["id"] or ""] += 1
        if tag == "img" and "alt" not in held:
            self.fault("<img> without alt")
        if tag == "a" and not (held.get("href") or "").strip():
            self.fault("<a> without an address")

    def _check_attribute(self, tag: str, name: str, value: str) -> None:
        if name == "style" or name.startswith("on"):
            self.fault(f"<{tag} {name}> is inline")
        if name in REFERENCES:
            self.referred += [(f"line {self.getpos()[0]}: <{tag} {name}>", one) for one in value.split()]
        if name not in ("value", "content") and re.search(r"^None$|{{|%}", value):
            self.fault(f"<{tag} {name}> is “{value}”")

    def finish(self, is_whole: bool) -> list[str]:
        self.close()
        self.faults += [f"<{tag}> is never closed" for tag in self.open]
        self.faults += [f"the id “{name}” stands {times} times" for name, times in self.ids.items() if times > 1]
        if is_whole:
            missing = [(place, name) for place, name in self.referred if name not in self.ids]
            self.faults += [f"{place} names “{name}”, which is not there" for place, name in missing]
            self.faults += [f"{self.seen[tag]} <{tag}>" for tag in ("h1", "main", "title") if self.seen[tag] != 1]
        return self.faults


def faults(page: str) -> list[str]:
    """What is wrong with this page or fragment, as sentences."""
    reader = StrictReader()
    is_whole = page.lstrip().lower().startswith("<!doctype html>")
    reader.feed(page)
    return reader.finish(is_whole)
