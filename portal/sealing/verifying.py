"""Whether a file is, byte for byte, what the portal sealed: offline, whatever the bytes are, in bounded time.

First the bytes alone: one seal over the whole file, in our one spelling, by a certificate at hand. Only what passes,
and is therefore the portal's own work, is opened as a PDF, by a library that checks it as any PDF reader would.
"""

import hashlib
import logging
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from zoneinfo import ZoneInfo

from asn1crypto import cms
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.status import PdfSignatureStatus, SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

from portal.sealing.apart import apart
from portal.sealing.canonical import canonical, certificates_in, signer_of, stamp_of
from portal.sealing.certificates import Certificates, der, fingerprint, name_of
from portal.sealing.spans import Span, is_signed_before, last_span
from portal.sealing.verdicts import Flaw, Verdict, refusal
from portal.worktime import moment_words

SIZE_AT_MOST = 100 * 1024 * 1024
SKEW = timedelta(minutes=10)
"""How far clocks of two machines may be apart."""
logging.getLogger("pyhanko").setLevel(logging.CRITICAL)  # the verdict says it all
PLAIN, STAMPED = "Seal", "Seal with time stamp"
"""Names of the seal's field, which the seal covers: so a time stamp cannot be taken away unnoticed."""
_MALFORMED = (ValueError, TypeError, KeyError, IndexError, AttributeError, OverflowError, RecursionError)
_UTC = ZoneInfo("UTC")


@dataclass(frozen=True)
class _Seal:
    """A seal whose every byte is accounted for."""

    certificate: x509.Certificate
    stamp: cms.ContentInfo | None


def verify(pdf: bytes, certificates: Certificates, at: datetime) -> Verdict:
    """Never raises, whatever the bytes. What was sealed before its certificate expired stays valid."""
    if len(pdf) > SIZE_AT_MOST:
        return refusal(Flaw.TOO_LARGE)
    if not pdf.startswith(b"%PDF-"):
        return refusal(Flaw.NOT_A_PDF)
    span = last_span(pdf)
    if isinstance(span, Flaw):
        return refusal(span)
    try:
        seal = _read(pdf, span, certificates)
    except (*_MALFORMED, UnsupportedAlgorithm):
        return refusal(Flaw.BROKEN)
    if isinstance(seal, Flaw):
        return refusal(seal)
    return _second_opinion(pdf, seal, certificates, at)


def verify_file(path: Path, certificates: Certificates, at: datetime) -> Verdict:
    """Never raises. Only plain files are opened, and no more of them is read than a sealed file may have."""
    try:
        if not path.is_file():
            return refusal(Flaw.UNREADABLE)
        with path.open("rb") as file:
            return verify(file.read(SIZE_AT_MOST + 1), certificates, at)
    except (OSError, ValueError):
        return refusal(Flaw.UNREADABLE)


def _read(pdf: bytes, span: Span, certificates: Certificates) -> _Seal | Flaw:
    info = cms.ContentInfo.load(span.der, strict=True)
    (signer,) = info["content"]["signer_infos"]
    known = certificates.known
    held = certificates_in(info)
    if not known.keys() >= set(held):  # foreign certificates are not even parsed
        return Flaw.SEVERAL if is_signed_before(pdf, span) else Flaw.OTHER_SIGNER
    certificate = signer_of(signer, [known[one] for one in held])
    if der(certificate) not in certificates.sealing:
        return Flaw.OTHER_SIGNER
    if not _is_signed(signer, certificate):
        return Flaw.BROKEN
    if _digest(signer) != hashlib.sha256(span.covered(pdf)).digest():
        return Flaw.CHANGED
    stamp = stamp_of(signer)
    if stamp is not None and not known.keys() >= set(certificates_in(stamp)):
        return Flaw.STAMP_UNKNOWN
    return _Seal(certificate, stamp) if canonical(info, known.__getitem__).dump() == span.der else Flaw.BROKEN


def _is_signed(signer: cms.SignerInfo, certificate: x509.Certificate) -> bool:
    public, signature = certificate.public_key(), signer["signature"].native
    attributes = signer["signed_attrs"].untag().dump()
    try:
        if isinstance(public, rsa.RSAPublicKey):
            public.verify(signature, attributes, padding.PKCS1v15(), hashes.SHA256())
        elif isinstance(public, ec.EllipticCurvePublicKey):
            public.verify(signature, attributes, ec.ECDSA(hashes.SHA256()))
        else:
            return False
    except InvalidSignature:
        return False
    return True


def _digest(signer: cms.SignerInfo) -> bytes:
    """Of the file, as the seal says; ValueError where it does not say it once."""
    (attribute,) = (one for one in signer["signed_attrs"] if one["type"].native == "message_digest")
    (value,) = attribute["values"].native
    return bytes(value)


def _second_opinion(pdf: bytes, seal: _Seal, certificates: Certificates, at: datetime) -> Verdict:
    try:
        reader = PdfFileReader(BytesIO(pdf))
        (embedded,) = reader.embedded_signatures
        told_at = embedded.self_reported_timestamp.astimezone(UTC)
        sealed_at = _stamped_at(seal.stamp) or told_at
        signers, stampers = _trusting((seal.certificate,), sealed_at), _trusting(certificates.others, sealed_at)
        status = apart(lambda: validate_pdf_signature(embedded, signers, stampers))
    except (*_MALFORMED, PdfError):
        return refusal(Flaw.DISPUTED)
    if embedded.field_name != (PLAIN if seal.stamp is None else STAMPED):
        return refusal(Flaw.BROKEN)
    if not _is_whole(status) or (seal.stamp is None) != (status.timestamp_validity is None):
        return refusal(Flaw.DISPUTED)
    if abs(sealed_at - told_at) > SKEW:
        return refusal(Flaw.LATE_STAMP)
    certificate = seal.certificate
    if not certificate.not_valid_before_utc <= sealed_at <= min(certificate.not_valid_after_utc, at + SKEW):
        return refusal(Flaw.OUT_OF_TIME)
    return Verdict(
        valid=True,
        reason=_reason(seal, sealed_at),
        sealed_at=sealed_at,
        is_stamped=seal.stamp is not None,
        fingerprint=fingerprint(certificate),
    )


def _stamped_at(stamp: cms.ContentInfo | None) -> datetime | None:
    if stamp is None:
        return None
    told: datetime = stamp["content"]["encap_content_info"]["content"].parsed["gen_time"].native
    return told.astimezone(UTC)


def _trusting(certificates: tuple[x509.Certificate, ...], moment: datetime) -> ValidationContext:
    roots = [asn1_x509.Certificate.load(der(one)) for one in certificates]
    return ValidationContext(trust_roots=roots, allow_fetching=False, moment=moment, revocation_mode="soft-fail")


def _is_whole(status: PdfSignatureStatus) -> bool:
    return bool(
        status.bottom_line
        and status.coverage is SignatureCoverageLevel.ENTIRE_FILE
        and status.docmdp_ok
        and (status.timestamp_validity is None or status.timestamp_validity.trusted)
    )


def _reason(seal: _Seal, sealed_at: datetime) -> str:
    moment = moment_words(sealed_at, _UTC)
    return " ".join(
        (
            f"Sealed by {name_of(seal.certificate)} on {moment}, and not changed since.",
            "A time-stamp authority confirmed the time."
            if seal.stamp is not None
            else "The time is the sealer's own; no time-stamp authority confirmed it.",
        )
    )
