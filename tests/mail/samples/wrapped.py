"""Letters inside something else: opaque signatures, and the rich text of Outlook."""

import struct

from compressed_rtf import compress

from tests.mail.samples import Sample, b64, mail, mixed, winmail
from tests.mail.samples.letters import PLAIN

CMS = bytes.fromhex("06092a864886f70d0107")
SIGNED, DATA, ENVELOPED = CMS + b"\x02", CMS + b"\x01", CMS + b"\x03"
BASE64 = "Content-Transfer-Encoding: base64\n\n"
INNER = b"Content-Type: text/plain; charset=utf-8\n\nThe exit report is empty.\n"
INNER_FILES = (
    b"Content-Type: multipart/mixed; boundary=i\n\n--i\n\nSee the file.\n"
    b"--i\nContent-Type: text/csv; name=a.csv\n\n1,2\n--i--\n"
)


def der(tag: int, *contents: bytes) -> bytes:
    """One element, its length written down (DER)."""
    content = b"".join(contents)
    return bytes([tag, 0x84]) + struct.pack(">I", len(content)) + content


def open_ended(tag: int, *contents: bytes) -> bytes:
    """One element whose end is marked (BER), as programs write that do not know its length yet."""
    return bytes([tag, 0x80]) + b"".join(contents) + b"\0\0"


def signed(content: bytes) -> bytes:
    """SignedData around a content, without signers."""
    held = der(0x30, DATA, der(0xA0, der(0x04, content)))
    return der(0x30, SIGNED, der(0xA0, der(0x30, der(0x02, b"\x01"), der(0x31), held, der(0x31))))


def signed_in_pieces(content: bytes) -> bytes:
    pieces = [der(0x04, content[start : start + 9]) for start in range(0, len(content), 9)]
    nested = open_ended(0x24, der(0x24, *pieces[:2]), *pieces[2:])
    held = open_ended(0x30, DATA, open_ended(0xA0, nested))
    inside = open_ended(0x30, der(0x02, b"\x01"), open_ended(0x31, der(0x30, DATA)), held, der(0x31))
    return open_ended(0x30, SIGNED, open_ended(0xA0, inside))


def p7m(content: bytes, kind: str = "signed-data", disposition: str = "attachment; filename=smime.p7m") -> bytes:
    smime_type = f"; smime-type={kind}" if kind else ""
    return mail(
        f"Content-Type: application/pkcs7-mime{smime_type}; name=smime.p7m",
        "Content-Transfer-Encoding: base64",
        f"Content-Disposition: {disposition}",
        body=b64(content),
    )


def rich(rtf: bytes, *, damaged: bool = False) -> bytes:
    """A message whose only text is compressed RTF in winmail.dat."""
    packed = compress(rtf)[: -3 if damaged else None]
    padded = packed + b"\0" * (-len(packed) % 4)
    properties = struct.pack("<IHHII", 1, 0x0102, 0x1009, 1, len(packed)) + padded
    stream = winmail((1, 0x9003, 6, properties))
    return mixed(
        "Content-Type: application/ms-tnef; name=winmail.dat\nContent-Transfer-Encoding: base64\n\n" + b64(stream)
    )


PLAIN_RTF = rb"{\rtf1\ansi\ansicpg1252{\fonttbl{\f0 Arial;}}\pard Sam\'92s exits\par are \{gone\} \u8212 - all.\par}"
HTML_RTF = (
    rb"{\rtf1\ansi\fromhtml1{\fonttbl{\f0 Arial;}}{\*\htmltag64 <html>}{\*\htmltag96 <p>}\htmlrtf {\htmlrtf0 "
    rb"No exits {\*\htmltag84 <b>}\htmlrtf {\b \htmlrtf0 at all{\*\htmltag92 </b>}\htmlrtf }\htmlrtf0 "
    rb"{\*\mhtmltag84 <img>}{\*\htmltag104 </p>}{\*\htmltag72 </html>}}"
)
WRAPPED: dict[str, Sample] = {
    "a letter in an opaque signature": (
        p7m(signed(INNER)),
        {"body_text": "The exit report is empty.", "attachments": [], "flags": {"signed"}, "problems": []},
    ),
    "a letter and a file in an opaque signature that came in pieces": (
        p7m(signed_in_pieces(INNER_FILES)),
        {"body_text": "See the file.", "attachments": [("a.csv", "text/csv", 3)], "flags": {"signed"}},
    ),
    "an opaque signature that does not say what it is": (
        p7m(signed(INNER), kind=""),
        {"body_text": "The exit report is empty.", "attachments": [], "flags": {"signed"}},
    ),
    "an opaque signature as a file of no type": (
        mixed(
            PLAIN + "-- \nThe list",
            "Content-Type: application/octet-stream; name=smime.p7m\n" + BASE64 + b64(signed(INNER)),
        ),
        {"body_text": "-- \nThe list\n\nThe exit report is empty.", "attachments": [], "flags": {"signed"}},
    ),
    "a signature around a signature": (
        p7m(
            signed(
                b"Content-Type: application/pkcs7-mime; smime-type=signed-data\nContent-Transfer-Encoding: base64\n\n"
                + b64(signed(INNER)).encode()
            )
        ),
        {"body_text": "The exit report is empty.", "attachments": []},
    ),
    "an encrypted letter that calls itself signed": (
        p7m(der(0x30, ENVELOPED, der(0xA0, der(0x30, b"secret")))),
        {"body_text": "", "flags": {"encrypted"}, "problems": ["The message is encrypted; only its sender can help."]},
    ),
    "an opaque signature cut off": (
        p7m(signed(INNER)[:60]),
        {"body_text": "", "attachments": [("smime.p7m", "application/pkcs7-mime", 60)], "flags": {"signed"}},
    ),
    "rich text of Outlook": (
        rich(PLAIN_RTF),
        {"body_text": "Sam’s exits\nare {gone} — all.", "body_html": "", "attachments": [], "problems": []},
    ),
    "HTML in the rich text of Outlook": (
        rich(HTML_RTF),
        {"body_text": "No exits at all", "body_html": "<html><p>No exits <b>at all</b></p></html>", "problems": []},
    ),
    "damaged rich text of Outlook": (
        rich(PLAIN_RTF, damaged=True),
        {"body_text": "", "problems": ["The text in a winmail.dat file was damaged and could not be read."]},
    ),
}
