"""Seals: what the portal sealed is told from everything else, by real cryptography and real attacks on real files."""

import asyncio
import io
import re
import stat
import subprocess
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import page
import pytest
from asn1crypto import algos, cms, core
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12
from cryptography.x509.oid import NameOID
from hypothesis import given, settings
from hypothesis import strategies as st
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import SigSeedSubFilter
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from portal import documents
from portal.errors import Refused
from portal.sealing import AuthorityUnreachable, Certificates, Flaw, Key, Room, seal, verify
from portal.sealing.apart import apart
from portal.sealing.keys import made
from portal.sealing.seals import _asn1, _Pen, _signed
from portal.sealing.spans import last_span
from portal.settings import Settings
from tests.sealing.authority import Authority

pytestmark = pytest.mark.once

AT = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
LATER = AT + timedelta(days=900)
TEXT = "# Participation Agreement\n\nHarbor House pays **$1,200** a year.\n\n| Fee | Due |\n|---|---|\n| Year | Jul 1 |"
CORPUS = Path(__file__).parent / "sealing" / "corpus"


def document(text: str = TEXT, title: str = "Participation Agreement") -> bytes:
    return documents.pdf([text], title=title, made_at=AT, footer="Version 3")


@pytest.fixture(scope="module")
def key() -> Key:
    return made("HMIS Desk seal", AT)


@pytest.fixture(scope="module")
def known(key: Key) -> Certificates:
    return Certificates((key.certificate,))


@pytest.fixture(scope="module")
def pdf(key: Key) -> bytes:
    return seal(document(), reason="All parties signed", at=AT, key=key).pdf


@pytest.fixture(scope="module")
def authority() -> Any:
    with Authority(AT) as running:
        yield running


def said_by_a_reader(pdf: bytes, certificate: x509.Certificate) -> bool:
    """What pyHanko alone concludes; nothing of ours takes part."""
    (embedded,) = PdfFileReader(io.BytesIO(pdf)).embedded_signatures
    trusting = ValidationContext(trust_roots=[_asn1(certificate)], allow_fetching=False, moment=AT)
    return bool(apart(lambda: validate_pdf_signature(embedded, trusting)).bottom_line)


def pdfsig(pdf: bytes, folder: Path) -> list[str]:
    (folder / "file.pdf").write_bytes(pdf)
    said = subprocess.run(["pdfsig", "-nocert", folder / "file.pdf"], capture_output=True, check=True).stdout.decode()
    return [line.strip(" -") for line in said.splitlines() if line.startswith("  - ")]


def words(pdf: bytes) -> str:
    return subprocess.run(["pdftotext", "-", "-"], input=pdf, capture_output=True, check=True).stdout.decode()


# ── What is sealed ────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_sealed_pdf_is_valid_and_the_reason_says_by_whom_when_and_what_is_missing(pdf: bytes, known: Certificates):
    verdict = verify(pdf, known, LATER)

    assert (verdict.valid, verdict.flaw, verdict.sealed_at, verdict.is_stamped) == (True, None, AT, False)
    assert verdict.reason == (
        "Sealed by HMIS Desk seal on Mar 2, 2026, 3:00 pm UTC, and not changed since. "
        "The time is the sealer's own; no time-stamp authority confirmed it."
    )


def test_poppler_calls_the_seal_valid_over_the_whole_document(pdf: bytes, tmp_path: Path):
    said = pdfsig(pdf, tmp_path)

    assert "Total document signed" in said
    assert "Signature Validation: Signature is Valid." in said
    assert "Signature Type: ETSI.CAdES.detached" in said
    assert "Signer Certificate Common Name: HMIS Desk seal" in said


def test_a_pdf_reader_that_trusts_the_certificate_agrees(pdf: bytes, key: Key):
    assert said_by_a_reader(pdf, key.certificate) is True


@pytest.mark.parametrize("profile", [page.ValidationProfile.PDF_UA_1, page.ValidationProfile.PDF_A_2A])
def test_a_sealed_pdf_stays_accessible_and_archivable(pdf: bytes, profile: page.ValidationProfile):
    assert [str(failure) for failure in page.validate_pdf_bytes(pdf, profile=profile).failures] == []


def test_sealing_changes_nothing_that_is_read(pdf: bytes):
    assert words(pdf) == words(document())
    assert pdf.startswith(document())


def test_the_same_document_key_and_moment_give_the_same_bytes(pdf: bytes, key: Key):
    assert seal(document(), reason="All parties signed", at=AT, key=key).pdf == pdf


@pytest.mark.parametrize("title", ["/ByteRange [0 1 2 3]", "(/Contents <00> /ByteRange [0 10 20 30])", "王 “A” \\ )"])
def test_words_that_look_like_a_seal_do_no_harm(title: str, key: Key, known: Certificates):
    sealed = seal(document(title, title), reason=title, at=AT, key=key)

    assert verify(sealed.pdf, known, AT).valid is True


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7\n", b"hello", b"%PDF-1.7\n" + bytes(500)])
def test_what_is_no_pdf_is_not_sealed(content: bytes, key: Key):
    with pytest.raises(Refused, match="This file cannot be sealed"):
        seal(content, reason="-", at=AT, key=key)


def test_a_file_is_sealed_once(pdf: bytes, key: Key):
    with pytest.raises(Refused, match="This file cannot be sealed: it is not a sound PDF, or it is signed already"):
        seal(pdf, reason="-", at=AT, key=key)


def test_a_seal_of_an_earlier_release_is_still_valid():
    known = Certificates.from_pem((CORPUS / "certificates.pem").read_bytes())

    found = {path.name: verify(path.read_bytes(), known, LATER).valid for path in sorted(CORPUS.glob("*.pdf"))}
    assert found == {"b-b.pdf": True, "b-t.pdf": True}


# ── Changed, cut, added to ────────────────────────────────────────────────────────────────────────────────────────


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_not_one_bit_can_be_flipped(data: st.DataObject, pdf: bytes, known: Certificates):
    bit = data.draw(st.integers(0, 8 * len(pdf) - 1))

    assert verify(flipped(pdf, bit), known, AT).valid is False


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_not_one_bit_of_the_seal_itself_can_be_flipped(data: st.DataObject, pdf: bytes, known: Certificates):
    span = last_span(pdf)
    bit = data.draw(st.integers(8 * span.start, 8 * (span.start + 2 * len(span.der) + 20)))

    assert verify(flipped(pdf, bit), known, AT).valid is False


def flipped(pdf: bytes, bit: int) -> bytes:
    changed = bytearray(pdf)
    changed[bit // 8] ^= 1 << bit % 8
    return bytes(changed)


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_no_part_can_be_replaced_removed_or_doubled(data: st.DataObject, pdf: bytes, known: Certificates):
    start = data.draw(st.integers(0, len(pdf) - 1))
    end = data.draw(st.integers(start, min(start + 200, len(pdf))))
    put = data.draw(st.one_of(st.binary(max_size=40), st.just(pdf[start:end] * 2)))
    changed = pdf[:start] + put + pdf[end:]

    assert verify(changed, known, AT).valid is (changed == pdf)


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_a_file_cut_off_anywhere_is_refused(data: st.DataObject, pdf: bytes, known: Certificates):
    length = data.draw(st.integers(0, len(pdf) - 1))

    assert verify(pdf[:length], known, AT).valid is False


@pytest.mark.parametrize("added", [b"\n", b" ", b"\0", b"%%EOF", b"%%EOF\n", b"% harmless comment\n"])
def test_nothing_can_be_added_at_the_end(added: bytes, pdf: bytes, key: Key, known: Certificates):
    """Readers that ask only for the signature let all of these pass."""
    assert verify(pdf + added, known, AT).flaw is Flaw.ADDED_TO


def test_the_last_byte_missing_is_told(pdf: bytes, known: Certificates):
    assert verify(pdf[:-1], known, AT).flaw is Flaw.CUT_OFF


def test_a_changed_word_is_told(key: Key):
    before = seal(document(title="Fee 1200"), reason="-", at=AT, key=key)
    changed = before.pdf.replace(b"(Fee 1200)", b"(Fee 0012)")

    assert changed != before.pdf
    assert verify(changed, before.certificates, AT).flaw is Flaw.CHANGED


def test_spellings_of_the_seal_that_readers_let_pass_are_refused(pdf: bytes, key: Key, known: Certificates):
    """No signature covers the hexadecimal text of a seal: capitals, padding and white space are free there."""
    span = last_span(pdf)
    text, begin = pdf[span.start + 1 : span.end - 1], span.start + 1
    small = pdf[:begin] + text.lower() + pdf[span.end - 1 :]
    padded = pdf[:begin] + text[:-2] + b"01" + pdf[span.end - 1 :]
    spaced = pdf[:begin] + text[:-2] + b"  " + pdf[span.end - 1 :]

    assert [said_by_a_reader(one, key.certificate) for one in (small, padded, spaced)] == [True, True, False]
    assert [verify(one, known, AT).flaw for one in (small, padded, spaced)] == [Flaw.BROKEN] * 3


def test_the_other_signature_that_fits_the_same_data_is_refused(pdf: bytes, key: Key, known: Certificates):
    """Of an elliptic-curve signature (r, s) anybody can make (r, n - s), without the key."""
    span = last_span(pdf)
    info = cms.ContentInfo.load(span.der)
    (signer,) = info["content"]["signer_infos"]
    r, s = decode_dss_signature(signer["signature"].native)
    signer["signature"] = encode_dss_signature(r, key.private.curve.group_order - s)
    twin = with_seal(pdf, info.dump(force=True))

    assert said_by_a_reader(twin, key.certificate) is True
    assert verify(twin, known, AT).flaw is Flaw.BROKEN


def with_seal(pdf: bytes, der: bytes) -> bytes:
    """The same file with other signed data in the place of its seal."""
    span = last_span(pdf)
    return (
        pdf[: span.start + 1] + der.hex().upper().encode().ljust(span.end - span.start - 2, b"0") + pdf[span.end - 1 :]
    )


@pytest.mark.parametrize("part", ["digest_algorithms", "certificates", "unsigned"])
def test_what_no_signature_covers_cannot_be_added_to_either(part: str, pdf: bytes, key: Key, known: Certificates):
    info = cms.ContentInfo.load(last_span(pdf).der)
    signed = info["content"]
    if part == "digest_algorithms":
        signed["digest_algorithms"].append(algos.DigestAlgorithm({"algorithm": "sha512"}))
    elif part == "certificates":
        signed["certificates"].append(cms.CertificateChoices("certificate", _asn1(made("Other", AT).certificate)))
    else:
        signed["signer_infos"][0]["unsigned_attrs"] = [{"type": "1.2.3.4", "values": [core.Integer(1)]}]
    changed = with_seal(pdf, info.dump(force=True))

    assert said_by_a_reader(changed, key.certificate) is True
    assert verify(changed, known, AT).valid is False


# ── Attacks on signed PDFs ────────────────────────────────────────────────────────────────────────────────────────


def test_an_update_that_changes_a_page_is_refused(pdf: bytes, known: Certificates):
    """Incremental saving attack: new content for a page, appended as a revision."""
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    shown = generic.StreamObject(stream_data=b"BT /F1 24 Tf 72 700 Td (Harbor House pays nothing.) Tj ET")
    first = writer.root["/Pages"]["/Kids"][0].get_object()
    first[generic.pdf_name("/Contents")] = writer.add_object(shown)
    writer.update_container(first)

    assert verify(written(writer), known, AT).flaw is Flaw.ADDED_TO


def test_an_update_that_changes_nothing_visible_is_refused(pdf: bytes, known: Certificates):
    """Shadow attack, hide and replace: another catalog, other form fields, other metadata."""
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    writer.root[generic.pdf_name("/Lang")] = generic.pdf_string("es")
    writer.update_root()

    assert verify(written(writer), known, AT).flaw is Flaw.ADDED_TO


def written(writer: IncrementalPdfFileWriter) -> bytes:
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def test_a_second_signature_is_refused_whoever_made_it(pdf: bytes, key: Key, known: Certificates):
    stranger = made("Stranger", AT)
    again = second_signature(pdf, stranger)

    assert verify(again, known, AT).flaw is Flaw.SEVERAL
    assert verify(again, known | Certificates((stranger.certificate,)), AT).valid is False
    assert verify(second_signature(pdf, key), known, AT).valid is False


def second_signature(pdf: bytes, key: Key) -> bytes:
    """Another signature in a field of its own, over the whole file, as any signing program adds one."""
    meta = PdfSignatureMetadata(field_name="Second", md_algorithm="sha256", subfilter=SigSeedSubFilter.PADES)
    signer = PdfSigner(meta, signer=_Pen(key))
    signer._enforce_certification_constraints = lambda _: None  # an attacker does not ask whether it may
    out = io.BytesIO()
    apart(lambda: signer.sign_pdf(IncrementalPdfFileWriter(io.BytesIO(pdf)), output=out))
    return out.getvalue()


def test_a_seal_of_a_stranger_with_the_same_name_is_refused(known: Certificates):
    forged = seal(document(), reason="All parties signed", at=AT, key=made("HMIS Desk seal", AT))

    verdict = verify(forged.pdf, known, AT)
    assert (verdict.valid, verdict.flaw) == (False, Flaw.OTHER_SIGNER)


def test_a_genuine_seal_does_not_fit_another_file(pdf: bytes, key: Key, known: Certificates):
    other = seal(document("# Other agreement"), reason="All parties signed", at=AT, key=key).pdf

    assert verify(with_seal(other, last_span(pdf).der), known, AT).flaw is Flaw.CHANGED


def test_the_second_part_cannot_be_moved_behind_something_else(pdf: bytes, known: Certificates):
    """Signature wrapping: the covered parts stay as they were, content slips in between, ByteRange follows it."""
    span = last_span(pdf)
    evil = b"\n1 0 obj\n<< /Type /Catalog >>\nendobj\n"
    claim = re.search(rb"/ByteRange \[[0-9 ]+\] *", pdf[span.end :])[0]
    moved = b"/ByteRange [0 %d %d %d]" % (span.start, span.end + len(evil), len(pdf) - span.end)
    wrapped = pdf[: span.end] + evil + pdf[span.end :].replace(claim, moved.ljust(len(claim)))
    widened = pdf[: span.end - 1] + evil + pdf[span.end - 1 :].replace(claim, moved.ljust(len(claim)))
    kept = pdf[: span.end] + evil + pdf[span.end :]

    assert [verify(one, known, AT).valid for one in (wrapped, widened, kept)] == [False] * 3


@pytest.mark.parametrize(
    "numbers",
    [
        "[0 {s} {e} 0]",
        "[0 0 {e} {r}]",
        "[1 {s} {e} {r}]",
        "[0 {e} {s} {r}]",
        "[0 {s} {s} {r}]",
        "[-0 {s} {e} {r}]",
        "[]",
        "[0 {s} {e} {r} 0 0]",
        "[0 9999999999 9999999999 9999999999]",
        "[0 {s} {e} 99999999999999999999]",
        "null",
    ],
)
def test_a_byte_range_that_covers_something_else_is_refused(numbers: str, pdf: bytes, known: Certificates):
    span = last_span(pdf)
    claim = re.search(rb"\[[0-9 ]+\] *", pdf[span.end :])[0]
    put = numbers.format(s=span.start, e=span.end, r=len(pdf) - span.end).encode()
    changed = pdf[: span.end] + pdf[span.end :].replace(claim, put.ljust(len(claim)))

    assert len(changed) == len(pdf)
    assert verify(changed, known, AT).valid is False


@pytest.mark.parametrize("contents", [b"<>", b"<00>", b"()", b"null", b"", b"<3000>"])
def test_a_seal_without_content_is_no_seal(contents: bytes, pdf: bytes, known: Certificates):
    """Universal signature forgery: readers that find nothing to check must not find it good."""
    span = last_span(pdf)
    same_length = contents + b" " * (span.end - span.start - len(contents))

    assert verify(pdf[: span.start] + same_length + pdf[span.end :], known, AT).valid is False
    assert verify(pdf[: span.start] + contents + pdf[span.end :], known, AT).valid is False


def test_a_pdf_inside_another_is_refused(pdf: bytes, known: Certificates):
    assert verify(b"%PDF-1.7\n% in front\n" + pdf, known, AT).valid is False
    assert verify(document("# Other") + pdf, known, AT).valid is False


# ── Any bytes ─────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("content", "flaw"),
    [
        (b"", Flaw.NOT_A_PDF),
        (b"\x89PNG\r\n", Flaw.NOT_A_PDF),
        (b"%PDF-1.7\n", Flaw.NOT_SEALED),
        (document(), Flaw.NOT_SEALED),
        (b"%PDF-1.7 /ByteRange [0 1 2 3]", Flaw.BROKEN),
        (b"%PDF-1.7 " + b"/ByteRange [0 1 2 3]" * 20_000, Flaw.BROKEN),
        (b"%PDF-1.7 " + b"/ByteRange" * 50_000 + b" " * 100_000, Flaw.NOT_SEALED),
        (b"%PDF-1.7 /ByteRange [0 12 9999999 9]", Flaw.CUT_OFF),
        (b"%PDF-1.7 /ByteRange [0 12 9999999 9]" + b" " * 100_000, Flaw.CUT_OFF),
    ],
)
def test_files_that_were_never_sealed_are_told_apart(content: bytes, flaw: Flaw, known: Certificates):
    assert verify(content, known, AT).flaw is flaw


@settings(max_examples=100, deadline=None)
@given(content=st.one_of(st.binary(max_size=300), st.binary(max_size=300).map(lambda more: b"%PDF-1.7\n" + more)))
def test_any_bytes_whatever_get_a_verdict(content: bytes, known: Certificates):
    assert verify(content, known, AT).valid is False


@settings(max_examples=100, deadline=None)
@given(data=st.data())
def test_any_bytes_in_the_place_of_a_seal_get_a_verdict(data: st.DataObject, pdf: bytes, known: Certificates):
    der = bytearray(last_span(pdf).der)
    for _ in range(data.draw(st.integers(1, 6))):
        der[data.draw(st.integers(0, len(der) - 1))] = data.draw(st.integers(0, 255))

    assert verify(with_seal(pdf, bytes(der)), known, AT).valid is (bytes(der) == last_span(pdf).der)


@pytest.mark.parametrize(
    "der", [b"\x30\x80" + b"\x30\x80" * 3000, b"\x30\x84\xff\xff\xff\xff", b"\x30\x03\x02\x01\x01"]
)
def test_signed_data_without_sense_is_a_broken_seal(der: bytes, known: Certificates):
    head = b"%PDF-1.7\n1 0 obj << /Contents "
    gap = b"<" + der.hex().upper().encode() + b"00>"
    start, end = len(head), len(head) + len(gap)
    tail = b"/ByteRange [0 %d %d %03d]" % (start, end, 100)
    tail = tail.replace(b" 100]", b" %03d]" % len(tail))

    assert verify(head + gap + tail, known, AT).flaw is Flaw.BROKEN


def test_without_a_certificate_at_hand_nothing_is_valid(pdf: bytes):
    assert verify(pdf, Certificates(), AT).flaw is Flaw.OTHER_SIGNER


# ── Time ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_what_was_sealed_in_time_stays_valid_after_the_certificate_expired(pdf: bytes, known: Certificates):
    assert verify(pdf, known, AT + timedelta(days=20 * 365)).valid is True


def test_an_expired_certificate_seals_nothing_and_says_what_to_do(key: Key):
    with pytest.raises(Refused) as refusal:
        seal(document(), reason="-", at=AT + timedelta(days=5 * 365 + 1), key=key)

    assert refusal.value.sentence == (
        "The certificate of the seal expired on Mar 1, 2031. Make a new key with `portal agreements new-seal`, or "
        "install a renewed certificate; what was sealed before stays verifiable."
    )


@pytest.mark.parametrize("sealed_at", [AT - timedelta(days=1), AT + timedelta(days=5 * 365 + 1)])
def test_a_seal_that_claims_a_moment_outside_of_its_certificate_is_refused(
    sealed_at: datetime, key: Key, known: Certificates
):
    """Whoever has an old key could still write any moment into a seal, or none that fits."""
    sealed = _signed(document(), "-", sealed_at, key, None)

    assert verify(sealed, known, AT + timedelta(days=9999)).valid is False


def test_a_seal_from_the_future_is_refused(pdf: bytes, known: Certificates):
    assert verify(pdf, known, AT - timedelta(minutes=9)).valid is True
    assert verify(pdf, known, AT - timedelta(minutes=11)).flaw is Flaw.OUT_OF_TIME


def test_how_long_the_certificate_lasts_is_told_ahead(key: Key):
    ends = AT + timedelta(days=5 * 365)

    assert [key.days_left(ends - timedelta(days=days)) for days in (90, 30, 7, 0, -1)] == [90, 30, 7, 0, -1]


# ── Time-stamp authorities ────────────────────────────────────────────────────────────────────────────────────────


def test_an_authority_confirms_the_moment(authority: Authority, key: Key, tmp_path: Path):
    sealed = seal(document(), reason="-", at=AT, key=key, authority=authority.url)

    verdict = verify(sealed.pdf, sealed.certificates, LATER)
    assert (sealed.level, verdict.valid, verdict.is_stamped, verdict.sealed_at) == (
        "PAdES B-T",
        True,
        True,
        authority.at,
    )
    assert verdict.reason.endswith("A time-stamp authority confirmed the time.")
    assert "Signature Validation: Signature is Valid." in pdfsig(sealed.pdf, tmp_path)


def test_without_its_certificate_a_time_stamp_proves_nothing(authority: Authority, key: Key, known: Certificates):
    sealed = seal(document(), reason="-", at=AT, key=key, authority=authority.url)

    assert verify(sealed.pdf, known, AT).flaw is Flaw.STAMP_UNKNOWN


def test_a_time_stamp_cannot_be_taken_away(authority: Authority, key: Key):
    """What is left has a sound signature over the whole file; but the file says that it was stamped."""
    sealed = seal(document(), reason="-", at=AT, key=key, authority=authority.url)
    info = cms.ContentInfo.load(last_span(sealed.pdf).der)
    del info["content"]["signer_infos"][0]["unsigned_attrs"]

    left = with_seal(sealed.pdf, info.dump(force=True))
    assert said_by_a_reader(left, key.certificate) is True
    assert verify(left, sealed.certificates, AT).flaw is Flaw.BROKEN


def test_a_time_stamp_made_at_another_time_is_refused(key: Key):
    """Whoever asks the same authority later gets a sound stamp over the same seal."""
    with Authority(AT + timedelta(hours=1)) as late, pytest.raises(AuthorityUnreachable, match="made at another time"):
        seal(document(), reason="-", at=AT, key=key, authority=late.url)


@pytest.fixture(scope="module")
def stamped(authority: Authority, key: Key) -> Any:
    return seal(document(), reason="-", at=AT, key=key, authority=authority.url)


@settings(max_examples=100, deadline=None)
@given(data=st.data())
def test_not_one_bit_of_a_time_stamp_can_be_flipped(data: st.DataObject, stamped: Any):
    span = last_span(stamped.pdf)
    bit = data.draw(st.integers(8 * span.start, 8 * (span.start + 2 * len(span.der) + 20)))

    assert verify(flipped(stamped.pdf, bit), stamped.certificates, AT).valid is False


def test_a_time_stamp_of_another_seal_is_refused(authority: Authority, stamped: Any, key: Key):
    other = seal(document("# Other"), reason="-", at=AT, key=key, authority=authority.url).pdf
    theirs = cms.ContentInfo.load(last_span(other).der)["content"]["signer_infos"][0]["unsigned_attrs"]
    info = cms.ContentInfo.load(last_span(stamped.pdf).der)
    info["content"]["signer_infos"][0]["unsigned_attrs"] = theirs

    assert verify(with_seal(stamped.pdf, info.dump(force=True)), stamped.certificates, AT).valid is False


@pytest.mark.parametrize("answer", ["closed", "500", "text", "empty", "refusal"])
def test_a_silent_or_senseless_authority_is_told_and_nothing_is_sealed_behind_the_back(answer: str, key: Key):
    with Authority(AT, answer) as broken, pytest.raises(AuthorityUnreachable):
        seal(document(), reason="-", at=AT, key=key, authority=broken.url)


def test_the_room_keeps_what_is_needed_to_verify_a_time_stamp_later(authority: Authority, tmp_path: Path):
    room = Room(tmp_path / "seal", "HMIS Desk seal", authority=authority.url)
    stamped = room.seal(document(), reason="-", at=AT)
    plain = room.seal(document(), reason="-", at=AT, stamped=False)

    assert [(one.level, room.verify(one.pdf, AT).valid) for one in (stamped, plain)] == [
        ("PAdES B-T", True),
        ("PAdES B-B", True),
    ]
    assert [len(room.certificates().seals), len(room.certificates().others)] == [1, 1]


def test_a_certificate_that_an_authority_slips_in_does_not_become_one_that_seals(key: Key, tmp_path: Path):
    """Whoever answers for the authority, or stands between, may put any certificate beside a good time stamp."""
    mallory = made("HMIS Desk seal", AT)
    with Authority(AT, beside=mallory.certificate) as authority:
        room = Room(tmp_path / "seal", "HMIS Desk seal", authority=authority.url)
        room.seal(document(), reason="-", at=AT)
    forged = seal(document("# Forged"), reason="-", at=AT, key=mallory).pdf

    assert mallory.certificate in room.certificates().others
    assert room.verify(forged, AT).flaw is Flaw.OTHER_SIGNER


# ── Keys ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_first_use_makes_a_key_that_only_its_owner_reads(tmp_path: Path):
    room = Room(tmp_path / "seal", "HMIS Desk seal")
    key = room.key(AT)

    held = {path.relative_to(room.folder).as_posix(): path for path in room.folder.rglob("*") if path.is_file()}
    assert key.is_self_made is True
    assert room.key(LATER).pem() == key.pem()
    assert sorted(held) == [f"certificates/seal-{key.certificate.fingerprint(hashes.SHA256()).hex()}.pem", "seal.pem"]
    assert stat.S_IMODE(held["seal.pem"].stat().st_mode) == 0o600
    assert b"PRIVATE" not in b"".join(path.read_bytes() for path in held.values() if path.parent.name == "certificates")


def test_asking_for_certificates_or_a_verdict_makes_no_key(tmp_path: Path, pdf: bytes):
    room = Room(tmp_path / "seal", "HMIS Desk seal")

    assert room.verify(pdf, AT).flaw is Flaw.OTHER_SIGNER
    assert not room.folder.exists()


def first_key(folder: Path) -> bytes:
    return Room(folder, "HMIS Desk seal").key(AT).pem()


def test_processes_that_start_at_once_agree_on_one_key(tmp_path: Path):
    with ProcessPoolExecutor(4) as processes:
        found = set(processes.map(first_key, [tmp_path / "seal"] * 8))

    assert found == {(tmp_path / "seal" / "seal.pem").read_bytes()}
    assert len(list((tmp_path / "seal" / "certificates").iterdir())) == 1


def test_a_new_key_seals_from_now_on_and_the_old_seals_stay_valid(tmp_path: Path):
    room = Room(tmp_path / "seal", "HMIS Desk seal")
    before = room.seal(document(), reason="-", at=AT)
    old = (room.folder / "seal.pem").read_bytes()
    room.renew(LATER)
    after = room.seal(document(), reason="-", at=LATER)

    first, second = room.verify(before.pdf, LATER), room.verify(after.pdf, LATER)
    assert (first.valid, second.valid, first.fingerprint == second.fingerprint) == (True, True, False)
    assert old not in {path.read_bytes() for path in room.folder.rglob("*") if path.is_file()}


def test_a_lost_key_is_not_quietly_replaced(tmp_path: Path):
    room = Room(tmp_path / "seal", "HMIS Desk seal")
    before = room.seal(document(), reason="-", at=AT)
    (room.folder / "seal.pem").unlink()

    with pytest.raises(
        Refused, match=r"The seal's key is missing from .*\. Restore the folder from a backup, or make a new"
    ):
        room.seal(document(), reason="-", at=AT)
    assert room.verify(before.pdf, AT).valid is True
    assert room.renew(LATER).days_left(LATER) == 5 * 365


@pytest.mark.parametrize("damage", [b"", b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"])
def test_a_damaged_key_is_told_with_what_to_do(damage: bytes, tmp_path: Path):
    room = Room(tmp_path / "seal", "HMIS Desk seal")
    room.key(AT)
    (room.folder / "seal.pem").write_bytes(damage)

    with pytest.raises(Refused, match=r"The seal's key in .* is damaged\. Restore it from a backup, or make a new one"):
        room.key(AT)


def test_a_key_with_the_certificate_of_another_is_damaged(tmp_path: Path):
    room = Room(tmp_path / "seal", "HMIS Desk seal")
    mine, other = room.key(AT), made("HMIS Desk seal", AT)
    (room.folder / "seal.pem").write_bytes(Key(mine.private, other.certificate).pem())

    with pytest.raises(Refused, match="is damaged"):
        room.key(AT)


def test_a_lost_damaged_or_aging_key_is_told_ahead_and_nothing_is_made(tmp_path: Path):
    room = Room(tmp_path / "seal", "HMIS Desk seal")
    before = (room.warning(AT), room.folder.exists())
    room.key(AT)
    ends = AT + timedelta(days=5 * 365)
    told = [room.warning(ends - timedelta(days=days)) for days in (91, 90, 1, -1)]
    (room.folder / "seal.pem").unlink()

    assert before == ("", False)
    assert told[:3] == [
        "",
        "The certificate of the seal expires in 90 days, on Mar 1, 2031.",
        "The certificate of the seal expires in 1 day, on Mar 1, 2031.",
    ]
    assert told[3].startswith("The certificate of the seal expired on Mar 1, 2031.")
    assert room.warning(AT).startswith("The seal's key is missing from ")
    assert not (room.folder / "seal.pem").exists()


def test_the_environment_names_key_and_authority(tmp_path: Path):
    environment = {
        "PORTAL_DATA": str(tmp_path),
        "PORTAL_NAME": "Riverbend HMIS Desk",
        "PORTAL_SEAL_PKCS12": str(tmp_path / "bought.p12"),
        "PORTAL_SEAL_PASSWORD": "correct horse",
        "PORTAL_TSA_URL": "https://tsa.example.org/tsr",
    }

    assert Room.of(Settings.from_environ(environment)) == Room(
        tmp_path / "keys" / "seal",
        "Riverbend HMIS Desk seal",
        tmp_path / "bought.p12",
        "correct horse",
        "https://tsa.example.org/tsr",
    )
    with pytest.raises(Refused, match=r"^PORTAL_TSA_URL must begin with http:// or https://\.$"):
        Settings.from_environ({**environment, "PORTAL_TSA_URL": "tsa.example.org"})


# ── A key that was bought ─────────────────────────────────────────────────────────────────────────────────────────


def bought(private: Any, *, commits: bool = True, issued_by: Key | None = None) -> x509.Certificate:
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Example Continuum")])
    signer = issued_by.private if issued_by else private
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issued_by.certificate.subject if issued_by else subject)
        .public_key(private.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(AT - timedelta(days=1))
        .not_valid_after(AT + timedelta(days=365))
        .add_extension(x509.KeyUsage(True, commits, False, False, False, False, False, False, False), critical=True)
        .sign(signer, hashes.SHA256())
    )


def in_a_file(folder: Path, private: Any, certificate: x509.Certificate, *others: x509.Certificate) -> Room:
    path = folder / "bought.p12"
    secret = BestAvailableEncryption(b"correct horse")
    path.write_bytes(pkcs12.serialize_key_and_certificates(b"seal", private, certificate, others or None, secret))
    return Room(folder / "seal", "HMIS Desk seal", pkcs12=path, password="correct horse")


@pytest.mark.parametrize("kind", ["rsa", "ec"])
def test_a_bought_key_seals_with_its_chain_and_is_verified_by_its_certificate(kind: str, tmp_path: Path):
    issuer = made("Example Certificate Authority", AT)
    private = rsa.generate_private_key(65537, 2048) if kind == "rsa" else ec.generate_private_key(ec.SECP384R1())
    room = in_a_file(tmp_path, private, bought(private, issued_by=issuer), issuer.certificate)
    sealed = room.seal(document(), reason="-", at=AT)

    verdict = room.verify(sealed.pdf, AT)
    assert (verdict.valid, room.key(AT).is_self_made) == (True, False)
    assert verdict.reason.startswith("Sealed by Example Continuum on Mar 2, 2026")
    assert room.certificates() == Certificates((room.key(AT).certificate,), (issuer.certificate,))


def test_who_certified_a_bought_key_cannot_seal_in_its_place(tmp_path: Path):
    issuer = made("Example Certificate Authority", AT)
    private = ec.generate_private_key(ec.SECP256R1())
    room = in_a_file(tmp_path, private, bought(private, issued_by=issuer), issuer.certificate)
    room.key(AT)

    assert room.verify(seal(document(), reason="-", at=AT, key=issuer).pdf, AT).flaw is Flaw.OTHER_SIGNER


def test_a_bought_key_is_renewed_where_it_was_bought(tmp_path: Path):
    private = ec.generate_private_key(ec.SECP256R1())

    with pytest.raises(Refused, match="Replace that file"):
        in_a_file(tmp_path, private, bought(private)).renew(AT)


def test_a_bought_key_that_cannot_seal_is_refused_with_the_reason(tmp_path: Path):
    short, curve = rsa.generate_private_key(65537, 1024), ec.generate_private_key(ec.SECP256R1())
    with pytest.raises(Refused, match=r"cannot be used: its RSA key is shorter than 2048 bits\.$"):
        in_a_file(tmp_path, short, bought(short)).key(AT)
    with pytest.raises(Refused, match=r"cannot be used: its certificate is not meant for signing documents\.$"):
        in_a_file(tmp_path, curve, bought(curve, commits=False)).key(AT)


def test_a_wrong_password_and_a_missing_file_are_told(tmp_path: Path):
    private = ec.generate_private_key(ec.SECP256R1())
    room = in_a_file(tmp_path, private, bought(private))
    wrong = Room(room.folder, room.name, pkcs12=room.pkcs12, password="wrong")
    gone = Room(room.folder, room.name, pkcs12=tmp_path / "gone.p12")

    with pytest.raises(Refused, match=r"The seal's key in .* cannot be used: "):
        wrong.key(AT)
    with pytest.raises(Refused, match=r"The seal's key cannot be read from .*gone\.p12: No such file or directory\."):
        gone.key(AT)


def test_a_caller_inside_of_an_event_loop_seals_and_verifies_as_well(key: Key, known: Certificates):
    async def inside() -> bool:
        return verify(seal(document(), reason="All parties signed", at=AT, key=key).pdf, known, AT).valid

    assert apart(lambda: asyncio.run(inside())) is True
