"""Messages of every kind, each read to the letter; and any bytes whatever, read without fail."""

import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, pkcs7
from cryptography.x509.oid import NameOID
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.mail import headers, parts
from portal.mail.bodies import Flag
from portal.mail.hygiene import Notes
from portal.mail.parse import NOT_UNDERSTOOD, ParsedMail, as_json, main_json, parse
from tests.mail.samples import HEAD, Sample, mail, mixed
from tests.mail.samples.letters import BODIES, FILES, HEADERS, PLAIN
from tests.mail.samples.machines import MACHINES
from tests.mail.samples.wrapped import INNER, WRAPPED, p7m, rich, signed_in_pieces

OWN = ("desk@desk.example.net", "desk.example.net")
SAMPLES = HEADERS | BODIES | FILES | MACHINES | WRAPPED


def facts(parsed: ParsedMail) -> dict[str, Any]:
    """Everything that a sample may speak of, in a form that is quick to write down."""
    bounce = parsed.bounce
    return as_json(parsed) | {
        "attachments": [(each.filename, each.content_type, each.size) for each in parsed.attachments],
        "bounce": (bounce.message_ids, bounce.action, bounce.status, bounce.recipient) if bounce else None,
        "body_html": parsed.body_html,
        "recipients": parsed.recipients,
        "delivered_to": parsed.delivered_to,
        "problems": list(parsed.problems),
        "flags": {str(flag) for flag in parsed.flags},
    }


@pytest.mark.parametrize("sample", SAMPLES.values(), ids=list(SAMPLES))
def test_a_message_is_read_to_the_letter(sample: Sample) -> None:
    raw, expected = sample

    found = facts(parse(raw, own=OWN))

    assert {name: found[name] for name in expected} == expected


def test_the_json_object_has_the_agreed_names_and_lists() -> None:
    found = json.loads(main_json(mixed(PLAIN + "See", "Content-Type: application/pdf; name=a.pdf\n\nx")))

    assert found == {
        "subject": "", "from_address": "dana@example.org", "from_name": "Dana Reed", "to": ["help@example.org"],
        "cc": [], "message_id": "", "in_reply_to": "", "references": [], "date": "2026-11-03T10:12:00-06:00",
        "body_text": "See", "visible_reply": "See", "is_auto_reply": False, "is_bounce": False,
        "attachments": [{"filename": "a.pdf", "content_type": "application/pdf", "size": 1}],
    }  # fmt: skip


def test_the_bytes_of_an_attached_message_are_whole() -> None:
    raw, _ = FILES["a message as an attachment"]

    assert [each.content for each in parse(raw).attachments] == [b"From: kim@example.org\nSubject: Inner\n\nInner text"]


@pytest.mark.parametrize("end", [b"\n", b"\r\n"], ids=["LF", "CRLF"])
def test_long_attachments_come_through_byte_for_byte(end: bytes) -> None:
    content = b"0123456789abcdef, and no colon in it\n" * 20_000
    raw = mixed(PLAIN + "See", b"Content-Type: text/csv; name=a.csv\n\n" + content).replace(b"\n", end)

    assert [each.content for each in parse(raw).attachments] == [content.replace(b"\n", end)]


def test_what_a_real_key_signed_is_read() -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Dana Reed")])
    issued = datetime(2026, 1, 1, tzinfo=UTC)
    certificate = x509.CertificateBuilder(name, name, key.public_key(), 1, issued, issued + timedelta(days=365)).sign(
        key, hashes.SHA256()
    )
    builder = pkcs7.PKCS7SignatureBuilder().set_data(INNER).add_signer(certificate, key, hashes.SHA256())

    parsed = parse(p7m(builder.sign(Encoding.DER, [pkcs7.PKCS7Options.Binary])))

    assert (parsed.body_text, parsed.attachments, parsed.flags) == ("The exit report is empty.", (), {Flag.SIGNED})


COSTLY = {
    "a signature in a million pieces": p7m(signed_in_pieces(b"x" * 3_000_000)),
    "a signature nested without end": p7m(b"\x30\x80" * 1_000_000),
    "rich text nested without end": rich(b"{\\rtf1 " + b"{" * 300_000),
    "rich text of many words": rich(b"{\\rtf1 " + b"\\a" * 300_000),
}


@pytest.mark.parametrize("raw", COSTLY.values(), ids=list(COSTLY))
def test_what_is_made_to_be_slow_is_read_in_bounded_work(raw: bytes) -> None:
    parsed = parse(raw)

    assert (parsed.from_address, parsed.body_text, NOT_UNDERSTOOD in parsed.problems) == ("dana@example.org", "", False)


def test_reading_mail_needs_neither_the_portal_nor_a_database() -> None:
    told = (
        "import sys, portal.mail.parse; print(sorted({'flask', 'sqlalchemy', 'portal.db', 'bs4'} & set(sys.modules)))"
    )

    found = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True)

    assert found.stdout == "[]\n"


LIMITS = {
    "parts": (mixed(*["Content-Type: text/plain\n\nx"] * 10_000), parts.TOO_MANY_PARTS),
    "depth": (HEAD + b"Content-Type: message/rfc822\n\n" * 3000, parts.TOO_DEEP),
    "lines": (HEAD + b"\n" + b"a:\n" * 2_000_000, parts.TOO_LONG),
    "size": (HEAD + b"\n" + b"x" * 26_000_000, parts.TOO_BIG),
}


@pytest.mark.parametrize(("raw", "sentence"), LIMITS.values(), ids=list(LIMITS))
def test_a_message_over_a_limit_says_so_and_keeps_its_sender(raw: bytes, sentence: str) -> None:
    parsed = parse(raw)

    assert (sentence in parsed.problems, Flag.OVER_LIMIT in parsed.flags) == (True, True)
    assert parsed.from_address == "dana@example.org"


def test_work_is_counted_by_line_and_depth() -> None:
    def nested(depth: int) -> bytes:
        return b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (i, i) for i in range(depth))

    lines = b"\n" + b"a:\n" * 200_000
    flat, deep = Notes(), Notes()
    parts.grow(HEAD + b"\n" + lines, flat)
    parts.grow(HEAD + nested(50) + lines, deep)

    assert (parts.TOO_LONG in flat, parts.TOO_LONG in deep) == (False, True)


def test_only_two_thousand_recipients_and_five_hundred_references_are_kept() -> None:
    to = ", ".join(f"a{i}@example.org" for i in range(3000))
    references = " ".join(f"<{i}@example.org>" for i in range(3000))

    parsed = parse(mail(f"Cc: {to}", f"References: {references}"))

    assert (len(parsed.cc), len(parsed.references)) == (2000, headers.REFERENCES_KEPT)
    assert (parsed.references[0], parsed.references[-1]) == ("<0@example.org>", "<2999@example.org>")


RAW = sorted({raw for raw, _ in SAMPLES.values()})
PIECES = st.sampled_from(
    [
        *(b"\n", b"\r", b"\x00", b"\n\n", b"<", b">", b'"', b"(", b";", b"=", b"\xff", b"\xe2\x80\xae", b"\x1b$B"),
        *(b"--b1\n", b"--b1--", b"=?utf-8?b?", b"?=", b"begin 644 a\n", b"<!--", b"From: ", b"charset=utf-16"),
        *(b"Content-Type: multipart/mixed; boundary=b1\n", b"Content-Type: message/rfc822\n\n"),
        *(b"Content-Transfer-Encoding: base64\n", b"message/delivery-status", b"charset=punycode"),
    ]
)


@st.composite
def mutated(draw: st.DrawFn) -> bytes:
    """One of the samples with pieces cut out, doubled and put in."""
    raw = draw(st.sampled_from(RAW))
    for _ in range(draw(st.integers(1, 6))):
        start = draw(st.integers(0, len(raw)))
        end = draw(st.integers(start, min(len(raw), start + 40)))
        raw = raw[:start] + draw(st.one_of(PIECES, st.binary(max_size=8), st.just(raw[start:end] * 2))) + raw[end:]
    return raw


def unclean(parsed: ParsedMail) -> list[str]:
    """Every value with a character that must not come through."""
    found = as_json(parsed)
    names = [each.filename for each in parsed.attachments]
    lines = [found[name] for name in ("subject", "from_address", "from_name", "message_id", "in_reply_to")]
    lines += [*parsed.to, *parsed.cc, *parsed.references, *names, *(value for _, value in parsed.headers)]
    texts = [parsed.body_text, parsed.visible_reply, parsed.body_html]
    return [
        *(
            line
            for line in lines
            if any(ord(char) < 32 or 127 <= ord(char) < 160 or char in "\u202e\u2028" for char in line)
        ),
        *(text for text in texts if any(ord(char) < 32 and char not in "\n\t" for char in text)),
        *(name for name in names if "/" in name or "\\" in name or name in {"", ".", ".."}),
    ]


@settings(max_examples=400, deadline=None)
@given(st.one_of(st.binary(max_size=400), mutated()))
def test_any_bytes_are_understood_cleanly_and_written_as_json(raw: bytes) -> None:
    parsed = parse(raw)

    assert (NOT_UNDERSTOOD in parsed.problems, unclean(parsed)) == (False, [])
    assert json.loads(json.dumps(as_json(parsed), ensure_ascii=False).encode()) == json.loads(main_json(raw))
