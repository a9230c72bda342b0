"""The one form in which we write and accept signed data (RFC 5652), so that not a bit of it can change unnoticed.

A signature covers its signed attributes. Around them stand versions, names of algorithms, certificates and containers
that no signature covers; these are written anew from what the signature does cover and must come out the same.
"""

from collections.abc import Callable
from typing import Any

from asn1crypto import algos, cms, core
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec

from portal.sealing.keys import lower_half

_STAMP = "signature_time_stamp_token"


Read = Callable[[bytes], x509.Certificate]
"""What gives the certificate for its DER form."""


def canonical(info: cms.ContentInfo, read: Read) -> cms.ContentInfo:
    """The same signed data in our form: one signer named by issuer and number, no revocation lists, nothing outside the
    signature but a time stamp, SET OF in order.

    Raises:
        ValueError, TypeError, KeyError: it is not signed data of one signer whose certificate it holds.
        Whatever `read` raises.
    """
    signed = info["content"]
    (signer,) = signed["signer_infos"]
    held = certificates_in(info)
    certificate = signer_of(signer, [read(one) for one in held])
    digest = signer["digest_algorithm"]["algorithm"].native
    written = {
        "version": "v1",
        "sid": cms.SignerIdentifier({"issuer_and_serial_number": _issuer_and_number(certificate)}),
        "digest_algorithm": algos.DigestAlgorithm({"algorithm": digest}),
        "signature_algorithm": _signature_algorithm(signer, certificate, digest),
        "signed_attrs": cms.CMSAttributes.load(signer["signed_attrs"].untag().dump(force=True)),
        "signature": _signature(signer["signature"].native, certificate),
    }
    stamp = stamp_of(signer)
    if stamp is not None:
        written["unsigned_attrs"] = [{"type": _STAMP, "values": [canonical(stamp, read)]}]
    content = {
        "version": "v1" if _is_detached(signed) else "v3",
        "digest_algorithms": [algos.DigestAlgorithm({"algorithm": digest})],
        "encap_content_info": _encapsulated(signed),
        "certificates": [cms.CertificateChoices.load(one) for one in held],
        "signer_infos": [cms.SignerInfo(written)],
    }
    return cms.ContentInfo({"content_type": "signed_data", "content": cms.SignedData(content)})


def certificates_in(info: cms.ContentInfo) -> list[bytes]:
    """The DER forms of the certificates in it, none of them looked at."""
    return [one.chosen.dump() for one in info["content"]["certificates"]]


def signer_of(signer: cms.SignerInfo, certificates: list[x509.Certificate]) -> x509.Certificate:
    """Raises ValueError when not exactly one of the certificates is the signer's."""
    number = signer["sid"].chosen["serial_number"].native
    (certificate,) = (one for one in certificates if one.serial_number == number)
    return certificate


def stamp_of(signer: cms.SignerInfo) -> cms.ContentInfo | None:
    """The time stamp over its signature (RFC 3161, appendix A).

    Raises:
        ValueError: there is more than one.
    """
    unsigned = signer["unsigned_attrs"]
    if not isinstance(unsigned, cms.CMSAttributes):
        return None
    stamps = [stamp for one in unsigned if one["type"].native == _STAMP for stamp in one["values"]]
    if not stamps:
        return None
    (stamp,) = stamps
    return stamp


def _is_detached(signed: cms.SignedData) -> bool:
    return bool(signed["encap_content_info"]["content_type"].native == "data")


def _encapsulated(signed: cms.SignedData) -> Any:
    if _is_detached(signed):
        return {"content_type": "data"}
    held = signed["encap_content_info"]
    return {"content_type": held["content_type"].native, "content": core.ParsableOctetString(bytes(held["content"]))}


def _issuer_and_number(certificate: x509.Certificate) -> cms.IssuerAndSerialNumber:
    return cms.IssuerAndSerialNumber(
        {
            "issuer": cms.Name.load(certificate.issuer.public_bytes()),
            "serial_number": certificate.serial_number,
        }
    )


def _signature_algorithm(
    signer: cms.SignerInfo, certificate: x509.Certificate, digest: str
) -> algos.SignedDigestAlgorithm:
    given = signer["signature_algorithm"]
    if isinstance(certificate.public_key(), ec.EllipticCurvePublicKey):
        return algos.SignedDigestAlgorithm({"algorithm": f"{digest}_ecdsa"})
    if given.signature_algo == "rsassa_pkcs1v15":
        return algos.SignedDigestAlgorithm({"algorithm": f"{digest}_rsa"})
    return algos.SignedDigestAlgorithm.load(given.dump(force=True))


def _signature(signature: bytes, certificate: x509.Certificate) -> bytes:
    public = certificate.public_key()
    return lower_half(signature, public.curve) if isinstance(public, ec.EllipticCurvePublicKey) else signature
