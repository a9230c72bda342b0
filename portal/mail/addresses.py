"""Addresses out of From, To and Cc as people and programs really write them.

A scanner of our own, because the one of the standard library recurses on nested comments and loses every address behind
one damaged entry. It reads RFC 5322 lists: groups, comments, quoted local parts, routes, and common damage.
"""

import re
from itertools import islice
from typing import NamedTuple

from portal.mail.headers import LINE_LIMIT, words
from portal.mail.hygiene import Notes, one_line

RECIPIENTS_KEPT = 2000
PIECES_READ = 30_000
NAME_LIMIT = 300
ADDRESS_LIMIT = 320

TOO_MANY = "The message has more than 2,000 recipients; the others were left out."
DAMAGED = "An address in the headers is damaged."
HIDDEN_ADDRESS = "The address stood inside an encoded word."

_PIECE = re.compile(r'"(?:[^"\\]|\\.)*+"|\\.|\s+|[(),:;<>"]|[^\s"(),:;<>\\]+|\\', re.DOTALL)
_COMMENT = "\x00"
_ADDRESS = re.compile(
    r'("(?:[^"\\]|\\.){0,100}"|[^\s"(),:;<>@\[\]\\]+)@(\[[0-9A-Fa-f:.IPv]{2,60}\]|[^\s"(),:;<>@\[\]\\]+)'
)


class Mailbox(NamedTuple):
    name: str
    address: str


def mailboxes(value: str, notes: Notes) -> list[Mailbox]:
    """The mailboxes of one decoded header value; entries without an address keep their name."""
    boxes = (_mailbox(entry, notes) for entry in _entries(_pieces(value)) if entry)
    found = list(islice((box for box in boxes if box.name or box.address), RECIPIENTS_KEPT + 1))
    if len(found) > RECIPIENTS_KEPT:
        notes.add(TOO_MANY)
        return found[:RECIPIENTS_KEPT]
    if "=?" in value and len(value) < LINE_LIMIT and not any(box.address for box in found):
        return _inside_words(value, notes) or found
    return found


def _inside_words(value: str, notes: Notes) -> list[Mailbox]:
    """For senders that encode the whole header, address and all."""
    text = words(value, notes)
    found = [] if "=?" in text else [box for box in mailboxes(text, notes) if box.address]
    if found:
        notes.add(HIDDEN_ADDRESS)
    return found


def _pieces(value: str) -> list[str]:
    """Words, quoted strings, specials, and each comment as one piece behind a mark; what never closes is plain."""
    value = value.replace(_COMMENT, "")
    pieces = _split(value)
    if '"' in pieces:
        pieces = _split(value.replace('"', " "))
    folded = _comments_folded(pieces)
    return [piece for piece in pieces if piece not in "()"] if folded is None else folded


def _split(value: str) -> list[str]:
    return [match.group() for _, match in zip(range(PIECES_READ), _PIECE.finditer(value), strict=False)]


def _comments_folded(pieces: list[str]) -> list[str] | None:
    kept: list[str] = []
    comment: list[str] = []
    depth = 0
    for piece in pieces:
        depth += (piece == "(") - (piece == ")" and depth > 0)
        if depth:
            comment.append(piece)
        elif comment:
            kept.append(_COMMENT + "".join(comment[1:]))
            comment = []
        elif piece != ")":
            kept.append(piece)
    return None if depth else kept


def _entries(pieces: list[str]) -> list[list[str]]:
    """Split at commas and semicolons; a group's name and colon go."""
    entries: list[list[str]] = [[]]
    angle = False
    for piece in pieces:
        if piece in "<>":
            angle = piece == "<"
        if piece == "," or (piece == ";" and not angle):
            entries.append([])
            angle = False
        elif piece == ":" and not angle and "".join(entries[-1]).strip().lower() != "mailto":
            entries[-1] = []
        else:
            entries[-1].append(piece)
    return entries


def _mailbox(entry: list[str], notes: Notes) -> Mailbox:
    comments = " ".join(piece[1:] for piece in entry if piece.startswith(_COMMENT))
    entry = [piece for piece in entry if not piece.startswith(_COMMENT)]
    before, address = _before_and_address(entry)
    if not address and any("@" in piece for piece in entry):
        notes.add(DAMAGED)
    return Mailbox(_name(before if before.strip() else comments, notes), address)


def _before_and_address(entry: list[str]) -> tuple[str, str]:
    if "<" not in entry:
        text = "".join(entry)
        address = _bare(text)
        before = text.partition(address)[0] if address and address in text else ""
        return before.replace("mailto:", "") if address else text, address
    opening = len(entry) - 1 - entry[::-1].index("<")
    before = "".join(entry[:opening])
    address = _bare("".join(entry[opening + 1 :]).partition(">")[0])
    if address or not _bare(before):
        return before, address
    return "", _bare(before)


def _bare(text: str) -> str:
    """The address in a text of one mailbox: routes, spaces around the at sign and a "mailto:" are dropped."""
    text = re.sub(r"\s*([@.])\s*", r"\1", one_line(text[:2000])).strip().strip("'")
    text = re.sub(r"(?i)^mailto:", "", text)
    if text.startswith("@") and ":" in text:
        text = text.partition(":")[2]
    match = _ADDRESS.search(text)
    if match is None or len(match.group()) > ADDRESS_LIMIT:
        return ""
    return match.group().rstrip(".'")


def _name(text: str, notes: Notes) -> str:
    """A display name: each quoted string unwrapped, encoded words decoded, one line."""
    text = re.sub(r'"((?:[^"\\]|\\.)*+)"', lambda match: re.sub(r"\\(.)", r"\1", match[1]), text[:5000])
    name = " ".join(one_line(words(text, notes)).split())
    return name.strip("'\" ")[:NAME_LIMIT]
