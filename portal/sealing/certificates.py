"""What a seal is held against."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID


@dataclass(frozen=True)
class Certificates:
    """Certificates that are believed as they are, byte for byte; who issued them does not matter."""

    all: tuple[x509.Certificate, ...] = ()

    @classmethod
    def from_pem(cls, text: bytes) -> "Certificates":
        """Raises ValueError when there is no certificate in it."""
        return cls(tuple(x509.load_pem_x509_certificates(text)))

    def __or__(self, others: "Certificates") -> "Certificates":
        return Certificates(tuple({fingerprint(one): one for one in (*self.all, *others.all)}.values()))

    @cached_property
    def seals(self) -> dict[bytes, x509.Certificate]:
        """Those that seal documents, by their DER form."""
        return _by_der(one for one in self.all if not _only_stamps(one))

    @cached_property
    def authorities(self) -> dict[bytes, x509.Certificate]:
        """Those of time-stamp authorities and of who certifies them, by their DER form."""
        return _by_der(one for one in self.all if _only_stamps(one) or _certifies(one))

    @cached_property
    def by_der(self) -> dict[bytes, x509.Certificate]:
        return _by_der(self.all)

    def pem(self) -> bytes:
        return b"".join(one.public_bytes(Encoding.PEM) for one in self.all)


def name_of(certificate: x509.Certificate) -> str:
    """Its common name, or its whole subject where it has none."""
    names = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    return str(names[0].value) if names else certificate.subject.rfc4514_string()


def fingerprint(certificate: x509.Certificate) -> str:
    """SHA-256 over its DER form, lowercase hex."""
    return certificate.fingerprint(hashes.SHA256()).hex()


def der(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(Encoding.DER)


def _by_der(certificates: Iterable[x509.Certificate]) -> dict[bytes, x509.Certificate]:
    return {der(one): one for one in certificates}


def _only_stamps(certificate: x509.Certificate) -> bool:
    """A time-stamp authority's certificate is for nothing else (RFC 3161, 2.3)."""
    try:
        purposes = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    except x509.ExtensionNotFound:
        return False
    return list(purposes) == [ExtendedKeyUsageOID.TIME_STAMPING]


def _certifies(certificate: x509.Certificate) -> bool:
    try:
        return bool(certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca)
    except x509.ExtensionNotFound:
        return False
