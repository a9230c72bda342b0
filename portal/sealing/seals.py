"""Making a seal: PAdES B-B (ETSI EN 319 142-1), or B-T where a time-stamp authority confirms the moment."""

import asyncio
import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

from asn1crypto import cms
from asn1crypto import x509 as asn1_x509
from asn1crypto.keys import PrivateKeyInfo
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.sign.fields import InvisSigSettings, MDPPerm, SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.general import SigningError
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, SimpleSigner
from pyhanko.sign.timestamps import HTTPTimeStamper, TimestampRequestError
from pyhanko_certvalidator.registry import SimpleCertificateStore

from portal.errors import Refused
from portal.sealing.apart import apart
from portal.sealing.canonical import canonical, certificates_in
from portal.sealing.certificates import Certificates, der
from portal.sealing.keys import Key
from portal.sealing.verifying import PLAIN, STAMPED, verify

AUTHORITY_TIMEOUT = 10
"""Seconds that a time-stamp authority is waited for."""
_ROOM = 4096
"""Bytes kept free for a seal besides its certificates, and again for a time stamp's."""
_STAMP_ROOM = 12_288


class AuthorityUnreachable(Refused):
    """No time stamp could be had. Try again later, or seal without one and say so."""


@dataclass(frozen=True)
class Sealed:
    pdf: bytes
    is_stamped: bool
    certificates: Certificates
    """All that is needed to verify it."""

    @property
    def level(self) -> str:
        return "PAdES B-T" if self.is_stamped else "PAdES B-B"


def seal(pdf: bytes, *, reason: str, at: datetime, key: Key, authority: str = "") -> Sealed:
    """The PDF with an invisible seal that forbids later changes. `authority`: URL of a time-stamp authority (RFC 3161).

    Without a time stamp the same arguments give the same bytes.

    Raises:
        Refused: the certificate is not valid at this moment, or the file is no PDF, or signed already.
        AuthorityUnreachable: it did not answer, or not with a time stamp that can be verified later.
    """
    key.check(at)
    stamper = _Stamper(authority, timeout=AUTHORITY_TIMEOUT) if authority else None
    base = pdf if pdf.endswith(b"\n") else pdf + b"\n"  # what follows begins on a line of its own (ISO 19005-2, 6.1.9)
    try:
        sealed = _signed(base, reason, at, key, stamper)
    except TimestampRequestError as error:
        raise AuthorityUnreachable("The time-stamp authority did not answer.") from error
    except (PdfError, SigningError, ValueError, KeyError) as error:
        raise Refused("This file cannot be sealed: it is not a sound PDF, or it is signed already.") from error
    certificates = Certificates((key.certificate,), (*key.chain, *(stamper.certificates if stamper else ())))
    verdict = verify(sealed, certificates, at)
    if not verdict.valid:  # never hand out what we would refuse ourselves
        raise (AuthorityUnreachable if stamper else Refused)(f"The seal could not be made: {verdict.reason}")
    return Sealed(sealed, stamper is not None, certificates)


def _signed(pdf: bytes, reason: str, at: datetime, key: Key, stamper: "_Stamper | None") -> bytes:
    pen = _Pen(key)
    session = _signer(pen, reason, STAMPED if stamper else PLAIN).init_signing_session(_Writer(BytesIO(pdf)))
    session.system_time = at.astimezone(UTC).replace(microsecond=0)
    room = _ROOM + sum(len(der(one)) for one in (key.certificate, *key.chain)) + (_STAMP_ROOM if stamper else 0)
    document = session.prepare_tbs_document(validation_info=None, bytes_reserved=2 * room)
    out = BytesIO()
    prepared, _ = document.digest_tbs_document(output=out)
    made = pen.async_sign(prepared.document_digest, "sha256", use_pades=True, timestamper=stamper)
    prepared.fill_with_cms(out, canonical(apart(lambda: asyncio.run(made)), x509.load_der_x509_certificate))
    return out.getvalue()


def _signer(pen: "_Pen", reason: str, field: str) -> PdfSigner:
    """Of a certification that allows no changes, in a field that is neither shown nor tagged.

    Outside of the page both PDF/A and PDF/UA accept such a field; a hidden one only PDF/UA does.
    """
    meta = PdfSignatureMetadata(
        field_name=field,
        md_algorithm="sha256",
        subfilter=SigSeedSubFilter.PADES,
        name=pen.key.name,
        reason=reason,
        certify=True,
        docmdp_permissions=MDPPerm.NO_CHANGES,
    )
    spec = SigFieldSpec(
        field,
        on_page=-1,
        readable_field_name=f"Digital seal of {pen.key.name}",
        invis_sig_settings=InvisSigSettings(set_print_flag=True, box_out_of_bounds=True),
    )
    return PdfSigner(meta, signer=pen, new_field_spec=spec)


class _Writer(IncrementalPdfFileWriter):
    """Adds the seal and nothing else: no present moment, no random number, no name of a library."""

    def _update_meta(self) -> None:
        pass

    @classmethod
    def _handle_id(cls, prev: Any) -> Any:
        digest = hashlib.sha256(prev.stream.getvalue()).digest()
        first = super()._handle_id(prev)[0] if "/ID" in prev.trailer else generic.ByteStringObject(digest[:16])
        return generic.ArrayObject([first, generic.ByteStringObject(digest[16:])])


class _Pen(SimpleSigner):
    """pyHanko's signer, writing with our key."""

    def __init__(self, key: Key) -> None:
        self.key = key
        others = SimpleCertificateStore.from_certs([_asn1(one) for one in key.chain])
        secret = key.private.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
        super().__init__(_asn1(key.certificate), PrivateKeyInfo.load(secret), others)

    async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:
        return self.key.sign(data)


class _Stamper(HTTPTimeStamper):
    """Asks a time-stamp authority and writes its answer in our form; remembers the certificates in it."""

    certificates: tuple[x509.Certificate, ...] = ()

    async def async_timestamp(self, message_digest: bytes, md_algorithm: str) -> cms.ContentInfo:
        try:
            answer = await super().async_timestamp(message_digest, md_algorithm)
            self.certificates = tuple(x509.load_der_x509_certificate(one) for one in certificates_in(answer))
            return canonical(answer, x509.load_der_x509_certificate)
        except (ValueError, TypeError, KeyError, x509.InvalidVersion) as error:
            raise TimestampRequestError("The answer is no time stamp that can be verified.") from error


def _asn1(certificate: x509.Certificate) -> asn1_x509.Certificate:
    return asn1_x509.Certificate.load(der(certificate))
