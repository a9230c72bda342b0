"""The pages of a signed agreement: its text, the signatures, and the certificate that says how they came about."""

from datetime import UTC, datetime

from portal.agreements.rules.evidence import Happening, Party, Record, Step, moment_of
from portal.documents import Drawn, Heading, NewPage, Piece, Rows, Signature, Signatures
from portal.worktime import moment_words

NOT_RECORDED = "not recorded"
_OPENING = (
    "# Certificate of signing\n\n"
    "This page belongs to the agreement before it. It says who signed, how we know, and what happened when. "
    "Where something was not recorded, it says so."
)
_CLOSING = (
    "The file is sealed with the key of the portal that issued it. The seal shows that nothing in the file, this page "
    "included, was changed afterwards. It does not show by itself who signed: that is what the facts above are for. "
    "If a PDF reader calls the signer of the seal unknown, it does not know this portal's certificate; the portal can "
    "check the file for you."
)


def paper(text: str, record: Record) -> list[Piece]:
    """The whole agreement: Markdown text, signatures, certificate."""
    return [text, Heading("Signatures"), signatures(record), NewPage(), *certificate(record)]


def signatures(record: Record) -> Signatures:
    return Signatures(tuple(_signature(record, number, party) for number, party in enumerate(record.parties, 1)))


def certificate(record: Record) -> list[Piece]:
    pieces: list[Piece] = [_OPENING, _facts(record)]
    for number, party in enumerate(record.parties, 1):
        pieces += [Heading(party.name), _party(record, number, party)]
    return [*pieces, Heading("What happened"), _happenings(record), Heading("What the seal proves"), _CLOSING]


def _signature(record: Record, number: int, party: Party) -> Signature:
    signed_at = moment_of(record, number, Step.SIGNED)
    post = ", ".join(one for one in (party.title, party.organization) if one)
    when = f"Signed {moment_words(signed_at, record.zone)}" if signed_at else "Signing was not recorded"
    return Signature(party.mark, tuple(line for line in (party.name, post, when) if line))


def _facts(record: Record) -> Rows:
    return _rows(
        ("Agreement", f"{record.title} ({record.number})"),
        ("Kind and version", f"{record.kind}, version {record.version}"),
        ("Parties", f"{len(record.parties)}, {'one after the other' if record.in_order else 'in any order'}"),
        ("SHA-256 of the document that was shown, attached to this file", record.shown_sha256),
        ("Text about signing electronically", record.disclosure),
        ("Signing procedure", record.procedure),
    )


def _party(record: Record, number: int, party: Party) -> Rows:
    taken = [one for one in record.happenings if one.party == number]
    known_by = "; ".join(one.how for one in taken if one.step is Step.IDENTIFIED and one.how)
    signed = next((one for one in taken if one.step is Step.SIGNED), None)
    return _rows(
        ("Signed as", ", ".join(one for one in (party.title, party.organization) if one) or "a person, for themselves"),
        ("E-mail address", party.email),
        ("Identity shown by", known_by),
        ("Agreed to sign electronically", _moment(moment_of(record, number, Step.CONSENTED))),
        ("Statement of intent", party.intent),
        *([("Power to bind", party.power)] if party.organization else []),
        ("Mark", "drawn by hand" if isinstance(party.mark, Drawn) else f"typed: {party.mark}" if party.mark else ""),
        ("Signed", _moment(signed.at if signed else None)),
        ("Network address", signed.address if signed else ""),
        ("Browser", signed.browser if signed else ""),
    )


def _happenings(record: Record) -> Rows:
    ordered = sorted(record.happenings, key=lambda one: (one.at, one.party))
    rows = tuple((_moment(one.at), _sentence(record, one), _place(one)) for one in ordered)
    return Rows(("When (UTC)", "What", "Network address"), rows, (3, 5, 2))


def _place(one: Happening) -> str:
    return "sent by the portal" if one.step is Step.INVITED else one.address or NOT_RECORDED


def _sentence(record: Record, one: Happening) -> str:
    said = f"{record.parties[one.party - 1].name} {one.step.words}"
    return f"{said}: {one.how}." if one.how else f"{said}."


def _rows(*facts: tuple[str, str]) -> Rows:
    return Rows(("What", "On record"), tuple((what, held.strip() or NOT_RECORDED) for what, held in facts), (3, 8))


def _moment(moment: datetime | None) -> str:
    """To the millisecond in UTC, so that the order of steps shows."""
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")[:-3] if moment else ""
