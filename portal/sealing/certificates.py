"""What a seal is held against."""

from dataclasses import dataclass
from functools import cached_property

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID


@dataclass(frozen=True)
class Certificates:
    """Certificates that are believed as they are, byte for byte, whoever issued them.

    What for they are kept decides: one that came with a time stamp or stands above another never makes a seal valid.
    """

    seals: tuple[x509.Certificate, ...] = ()
    others: tuple[x509.Certificate, ...] = ()
    """Of time-stamp authorities, and of those who certify either."""

    @classmethod
    def from_pem(cls, text: bytes) -> "Certificates":
        """As somebody hands them over: all but those of time-stamp authorities are believed to seal.

        Raises:
            ValueError: there is no certificate in it.
        """
        held = x509.load_pem_x509_certificates(text)
        stamping = tuple(one for one in held if _only_stamps(one))
        return cls(tuple(one for one in held if one not in stamping), stamping)

    def __or__(self, more: "Certificates") -> "Certificates":
        return Certificates((*self.seals, *more.seals), (*self.others, *more.others))

    @cached_property
    def sealing(self) -> dict[bytes, x509.Certificate]:
        """By their DER form."""
        return {der(one): one for one in self.seals}

    @cached_property
    def known(self) -> dict[bytes, x509.Certificate]:
        """All of them, by their DER form."""
        return self.sealing | {der(one): one for one in self.others}

    def pem(self) -> bytes:
        return b"".join(one.public_bytes(Encoding.PEM) for one in (*self.seals, *self.others))


def name_of(certificate: x509.Certificate) -> str:
    """Its common name, or its whole subject where it has none."""
    names = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    return str(names[0].value) if names else certificate.subject.rfc4514_string()


def fingerprint(certificate: x509.Certificate) -> str:
    """SHA-256 over its DER form, lowercase hex."""
    return certificate.fingerprint(hashes.SHA256()).hex()


def der(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(Encoding.DER)


def _only_stamps(certificate: x509.Certificate) -> bool:
    """A time-stamp authority's certificate is for nothing else (RFC 3161, 2.3)."""
    try:
        purposes = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    except x509.ExtensionNotFound:
        return False
    return list(purposes) == [ExtendedKeyUsageOID.TIME_STAMPING]
