"""The key of a seal: made by ourselves at first use, or bought and read from a PKCS#12 file."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, pkcs12
from cryptography.x509.oid import NameOID

from portal.errors import Refused
from portal.sealing.certificates import name_of
from portal.worktime import date_words

LIFETIME = timedelta(days=5 * 365)
"""Of a certificate that the portal makes for itself."""
RSA_BITS_AT_LEAST = 2048
_HASH = hashes.SHA256()


@dataclass(frozen=True)
class Key:
    """A private key with its certificate, and what certifies that one, nearest first."""

    private: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey
    certificate: x509.Certificate
    chain: tuple[x509.Certificate, ...] = ()

    @property
    def is_self_made(self) -> bool:
        """Nobody else vouches for it: a PDF reader calls its signer unknown until it is told to trust it."""
        return self.certificate.issuer == self.certificate.subject

    @property
    def name(self) -> str:
        return name_of(self.certificate)

    def days_left(self, at: datetime) -> int:
        """Whole days until seals can no longer be made with it; negative afterwards."""
        return (self.certificate.not_valid_after_utc - at).days

    def check(self, at: datetime) -> None:
        """Raises Refused when a seal made at this moment would not be valid."""
        if at > self.certificate.not_valid_after_utc:
            raise Refused(
                f"The certificate of the seal expired on {date_words(self.certificate.not_valid_after_utc.date())}. "
                "Make a new key with `portal agreements new-seal`, or install a renewed certificate; "
                "what was sealed before stays verifiable."
            )
        if at < self.certificate.not_valid_before_utc:
            raise Refused(
                "The certificate of the seal is valid only from "
                f"{date_words(self.certificate.not_valid_before_utc.date())} on."
            )

    def sign(self, data: bytes) -> bytes:
        """Over SHA-256. The same data give the same bytes, and no second form of the signature passes as ours: s of an
        elliptic-curve signature is the lower of the two that fit (compare BIP 62, 5)."""
        if isinstance(self.private, rsa.RSAPrivateKey):
            return self.private.sign(data, padding.PKCS1v15(), _HASH)
        raw = self.private.sign(data, ec.ECDSA(_HASH, deterministic_signing=True))  # RFC 6979
        return lower_half(raw, self.private.curve)

    def pem(self) -> bytes:
        """Private key, certificate and chain in one text."""
        secret = self.private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        return secret + b"".join(one.public_bytes(Encoding.PEM) for one in (self.certificate, *self.chain))


def made(name: str, at: datetime) -> Key:
    """A new P-256 key with a certificate that it signs itself, for nothing but seals."""
    private = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name(
        [x509.NameAttribute(NameOID.ORGANIZATION_NAME, name[:64]), x509.NameAttribute(NameOID.COMMON_NAME, name[:64])]
    )
    begins = at.astimezone(UTC).replace(microsecond=0)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(private.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begins)
        .not_valid_after(begins + LIFETIME)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(private.public_key()), critical=False)
        .sign(private, _HASH)
    )
    return Key(private, certificate)


def _usage() -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True,
        content_commitment=True,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=False,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )


def from_pem(text: bytes) -> Key:
    """Raises ValueError when the text is not what `Key.pem` writes."""
    private = serialization.load_pem_private_key(text, password=None)
    certificate, *chain = x509.load_pem_x509_certificates(text)
    return _checked(private, certificate, tuple(chain))


def from_pkcs12(content: bytes, password: str) -> Key:
    """Raises ValueError when it cannot be opened, holds no key with its certificate, or one that cannot seal."""
    private, certificate, others = pkcs12.load_key_and_certificates(content, password.encode() or None)
    if certificate is None:
        raise ValueError("it holds no certificate")
    return _checked(private, certificate, tuple(others))


def _checked(private: object, certificate: x509.Certificate, chain: tuple[x509.Certificate, ...]) -> Key:
    if isinstance(private, rsa.RSAPrivateKey):
        if private.key_size < RSA_BITS_AT_LEAST:
            raise ValueError(f"its RSA key is shorter than {RSA_BITS_AT_LEAST} bits")
    elif not isinstance(private, ec.EllipticCurvePrivateKey):
        raise ValueError("its key is neither RSA nor on an elliptic curve")
    if private.public_key() != certificate.public_key():
        raise ValueError("its certificate belongs to another key")
    if not _may_sign(certificate):
        raise ValueError("its certificate is not meant for signing documents")
    return Key(private, certificate, chain)


def _may_sign(certificate: x509.Certificate) -> bool:
    """Key usage "content commitment", also called non-repudiation (RFC 5280, 4.2.1.3)."""
    try:
        return certificate.extensions.get_extension_for_class(x509.KeyUsage).value.content_commitment
    except x509.ExtensionNotFound:
        return True


def lower_half(signature: bytes, curve: ec.EllipticCurve) -> bytes:
    """Of the two signatures that fit the same data, (r, s) and (r, n - s), the one with the smaller s, in DER."""
    r, s = decode_dss_signature(signature)
    return encode_dss_signature(r, min(s, curve.group_order - s))
