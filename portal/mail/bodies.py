"""Which parts of a message are its letter, and which are files that came with it."""

import html
import re
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property

from portal.mail import charsets, invitations, markup, smime, winmail
from portal.mail.attachments import ParsedAttachment, attachment, name_of, named
from portal.mail.hygiene import Notes, block
from portal.mail.parts import Part, grow
from portal.mail.transfer import decoded, uuencoded

TEXT_LIMIT = 1_000_000
FLOWED_LINES_LIMIT = 100_000
HTML_COST = 2
TEXT_CUT = "The text is too long to be shown whole; the rest was left out."
RAW_SHOWN = "The text could not be told from the parts around it and is shown as it came."
ENCRYPTED = "The message is encrypted; only its sender can help."

_LETTER_TYPES = frozenset({"text/plain", "text/html", "text/enriched", "text/markdown", "text/x-markdown"})
_TNEF_TYPES = frozenset({"application/ms-tnef", "application/vnd.ms-tnef"})
_SMIME_TYPES = frozenset({"application/pkcs7-mime", "application/x-pkcs7-mime"})
WRAPPINGS_OPENED = 3
_META_CHARSET = re.compile(rb"(?i)<meta[^>]{0,200}charset\s*=\s*[\"']?([A-Za-z0-9_:.-]{1,40})")


class Flag(StrEnum):
    """What staff or a program may want to know about a message besides its words."""

    SEVERAL_SENDERS = "several From headers"
    NAME_SHOWS_ADDRESS = "the sender's name shows another address"
    ENCRYPTED = "encrypted"
    SIGNED = "signed"
    INVITATION = "invitation"
    READ_RECEIPT = "read receipt"
    ABUSE_REPORT = "abuse report"
    LIST = "mailing list"
    OVER_LIMIT = "over a limit"
    UNREADABLE = "unreadable"


@dataclass
class Reading:
    """A letter as plain text, as raw HTML, or both."""

    plain: str = ""
    html: str = ""

    @cached_property
    def text(self) -> str:
        """What a person reads. Read once per letter: long HTML takes a while."""
        return self.plain if self.plain.strip() else block(markup.text_of(self.html))


@dataclass
class Reader:
    notes: Notes
    charsets: tuple[str, ...] = ()
    room: int = TEXT_LIMIT
    """Characters of text that may still be read from this message."""
    files: list[ParsedAttachment] = field(default_factory=list)
    flags: set[Flag] = field(default_factory=set)
    spare: list[Part] = field(default_factory=list)
    """Texts with a file name, shown as the letter when nothing else is one."""
    wrappings: int = 0
    """How many signatures were opened that the message is wrapped in."""

    def read(self, root: Part) -> Reading:
        self.charsets = tuple(dict.fromkeys(_named_charsets(root)))
        found = self._of(root)
        if not found.text.strip():
            found = self._instead(root) or found
        if Flag.ENCRYPTED in self.flags and not found.text.strip():
            self.notes.add(ENCRYPTED)
        return found

    def _of(self, part: Part) -> Reading:
        kind = part.get_content_type()
        if kind in _SMIME_TYPES or name_of(part, self.notes).lower().endswith(".p7m"):
            inner = self._unwrapped(part, kind)
            if inner is not None:
                return self._of(inner)
        else:
            self._mark(kind)
        if kind.startswith("multipart/"):
            return self._of_parts(part, kind) if part.parts() else self._of_leftovers(part)
        if kind in _TNEF_TYPES or (name_of(part, self.notes).lower() == "winmail.dat" and not part.parts()):
            return self._of_winmail(part)
        if kind in _LETTER_TYPES and not self._is_file(part):
            return self._of_text(part, kind)
        if kind == "text/x-amp-html":
            return Reading()
        self.files.append(attachment(part, len(self.files) + 1, self.notes))
        if kind.startswith("text/") and part.disposition() != "attachment":
            self.spare.append(part)
        return Reading()

    def _unwrapped(self, part: Part, kind: str) -> Part | None:
        """The message inside an opaque signature; None for what is encrypted, or only looks like one of them."""
        found = smime.opened(decoded(part, self.notes)) if not part.parts() else None
        said = part.parameters("content-type").get("smime-type", "enveloped-data" if kind in _SMIME_TYPES else "")
        if found.is_encrypted if found else said == "enveloped-data":
            self.flags.add(Flag.ENCRYPTED)
        elif found or said == "signed-data":
            self.flags.add(Flag.SIGNED)
        if found is None or not found.content or self.wrappings == WRAPPINGS_OPENED:
            return None
        self.wrappings += 1
        return grow(found.content, self.notes)

    def _mark(self, kind: str) -> None:
        if kind in {"multipart/encrypted", "application/pgp-encrypted"}:
            self.flags.add(Flag.ENCRYPTED)
        if kind in {"multipart/signed", "application/pgp-signature"} or "pkcs7-signature" in kind:
            self.flags.add(Flag.SIGNED)
        if kind == "text/calendar":
            self.flags.add(Flag.INVITATION)

    def _is_file(self, part: Part) -> bool:
        if part.depth == 0:
            return part.disposition() == "attachment" and bool(name_of(part, self.notes))
        return part.disposition() == "attachment" or bool(name_of(part, self.notes))

    def _of_parts(self, part: Part, kind: str) -> Reading:
        parts = part.parts()
        if kind == "multipart/alternative":
            return _one_of([self._of(each) for each in parts])
        if kind == "multipart/related":
            return self._of_related(part, parts)
        return _joined([self._of(each) for each in parts])

    def _of_related(self, part: Part, parts: list[Part]) -> Reading:
        start = part.parameters("content-type").get("start", "").strip("<> ")
        main = next((each for each in parts if start and start in each.raw("content-id")[:1000]), parts[0])
        found = self._of(main)
        rest = [self._of(each) for each in parts if each is not main]
        return found if found.text.strip() else _joined(rest)

    def _of_text(self, part: Part, kind: str) -> Reading:
        cost = HTML_COST if kind == "text/html" else 1
        raw = self._taken(decoded(part, self.notes, TEXT_LIMIT), cost)
        given = part.parameters("content-type")
        label = given.get("charset", "")
        if kind == "text/html":
            meta = _META_CHARSET.search(raw[:4000])
            return Reading(html=self._decoded(raw, label or (meta[1].decode("ascii") if meta else "")))
        split = uuencoded(raw)
        for each in split.files:
            self.files.append(named(each.name, each.content, len(self.files) + 1))
        text = self._decoded(split.text, label)
        if kind == "text/enriched":
            return Reading(re.sub(r"</?[A-Za-z]{1,30}>", "", text).replace("<<", "<"))
        if given.get("format", "").lower() == "flowed" and text.count("\n") < FLOWED_LINES_LIMIT:
            return Reading(unflowed(text, delete_space=given.get("delsp", "").lower() == "yes"))
        return Reading(text)

    def _decoded(self, raw: bytes, label: str = "") -> str:
        return block(charsets.decode(raw, label, others=self.charsets, notes=self.notes))

    def _taken(self, raw: bytes, cost: int = 1) -> bytes:
        taken = raw[: self.room // cost]
        self.room -= len(taken) * cost
        if len(taken) < len(raw):
            self.notes.add(TEXT_CUT)
        return taken

    def _of_winmail(self, part: Part) -> Reading:
        content = decoded(part, self.notes)
        found = winmail.read(content, self.notes)
        if found is None:
            self.files.append(named("winmail.dat", content, len(self.files) + 1, "application/ms-tnef"))
            return Reading()
        for name, data in found.files:
            self.files.append(named(name, data, len(self.files) + 1))
        return Reading(self._from_winmail(found.body), self._from_winmail(found.html))

    def _from_winmail(self, text: bytes | str) -> str:
        is_text = isinstance(text, str)
        raw = text.encode("utf-8", "replace") if isinstance(text, str) else text
        return self._decoded(self._taken(raw.rstrip(b"\x00")), "utf-8" if is_text else "")

    def _of_leftovers(self, part: Part) -> Reading:
        """A multipart whose parts were never found: its raw text is the letter."""
        raw = self._taken(decoded(part, self.notes, TEXT_LIMIT))
        if raw.strip():
            self.notes.add(RAW_SHOWN)
        return Reading(self._decoded(raw))

    def _instead(self, root: Part) -> Reading | None:
        """Never an empty ticket: a forwarded message on its own, an invitation, a text that came as a file."""
        if root.get_content_maintype() == "message" and root.parts():
            files, self.files = self.files, []
            found = self._of(root.parts()[0])
            self.files = files
            return found
        for part in self.spare:
            label = part.parameters("content-type").get("charset", "")
            text = self._decoded(self._taken(decoded(part, self.notes, TEXT_LIMIT)), label)
            if part.get_content_type() == "text/calendar":
                text = invitations.words(text)
            if text.strip():
                return Reading(text)
        return None


def _named_charsets(root: Part) -> list[str]:
    return [
        each
        for part in root.walk()
        if isinstance(part, Part) and (each := part.parameters("content-type").get("charset"))
    ]


def _one_of(readings: list[Reading]) -> Reading:
    """The same letter in several forms: the first plain text and the last HTML that say something."""
    plain = next((each for each in readings if each.plain.strip()), None)
    marked_up = next((each for each in reversed(readings) if each.html.strip()), None)
    if plain is None or marked_up is None:
        return plain or marked_up or Reading()
    return Reading(plain.plain, marked_up.html)


def _joined(readings: list[Reading]) -> Reading:
    """Letters one after the other. HTML that only repeats the text before it is taken as its other form."""
    said = [each for each in readings if each.plain.strip() or each.html.strip()]
    if len(said) == 1:
        return said[0]
    if len(said) == 2 and not said[0].html and not said[1].plain and _same(said[0].plain, said[1].text):
        return _one_of(said)
    plain = "\n\n".join(each.text.strip("\n") for each in said)
    if not any(each.html for each in said):
        return Reading(plain)
    return Reading(plain, "\n".join(each.html or f"<pre>{html.escape(each.plain)}</pre>" for each in said))


def _same(text: str, other: str) -> bool:
    return re.sub(r"\W+", "", text) == re.sub(r"\W+", "", other)


def unflowed(text: str, *, delete_space: bool) -> str:
    """RFC 3676: lines that end in a space go on in the next line of the same quote depth; stuffed spaces go."""
    paragraphs: list[list[str]] = []
    open_depth = -1
    for line in text.split("\n"):
        depth = len(line) - len(line.lstrip(">"))
        content = line[depth:].removeprefix(" ")
        flows = content.endswith(" ") and content != "-- "
        kept = content[:-1] if flows and delete_space else content
        if depth == open_depth and content != "-- ":
            paragraphs[-1].append(kept)
        else:
            paragraphs.append([f"{'>' * depth} {kept}" if depth else kept])
        open_depth = depth if flows else -1
    return "\n".join("".join(paragraph) for paragraph in paragraphs)
