"""Where keys of the seal live: a folder outside the database, with every certificate that ever sealed or stamped."""

import os
import secrets
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from portal.errors import Refused
from portal.sealing import keys
from portal.sealing.certificates import Certificates, fingerprint
from portal.sealing.keys import Key
from portal.sealing.seals import Sealed, seal
from portal.sealing.verdicts import Verdict
from portal.sealing.verifying import verify
from portal.settings import Settings
from portal.worktime import date_words

_SEAL, _OTHER = "seal", "other"
"""What a kept certificate is kept for, as the first word of its file's name."""
WARNED_AT = (90, 30, 7)
"""Days before the certificate expires on which the HMIS Lead is to be told."""


@dataclass(frozen=True)
class Room:
    """`folder` holds seal.pem, the key in use, readable by its owner only, and certificates/, which only grows.

    With `pkcs12`, a file of the operator's, that key is used instead and the portal makes none.
    """

    folder: Path
    name: str
    pkcs12: Path | None = None
    password: str = field(default="", repr=False)
    authority: str = ""

    @classmethod
    def of(cls, settings: Settings) -> "Room":
        return cls(
            settings.data / "keys" / "seal",
            f"{settings.portal_name} seal",
            settings.seal_pkcs12,
            settings.seal_password,
            settings.tsa_url,
        )

    def seal(self, pdf: bytes, *, reason: str, at: datetime, stamped: bool = True) -> Sealed:
        """With a time stamp where an authority is set, unless `stamped` is off. Raises what `key` and `seal` raise."""
        sealed = seal(pdf, reason=reason, at=at, key=self.key(at), authority=self.authority if stamped else "")
        self._keep(sealed.certificates)
        return sealed

    def warning(self, at: datetime) -> str:
        """A sentence when the key is lost, damaged or soon to expire, else "". Makes nothing."""
        if not self.pkcs12 and not self.folder.exists():
            return ""
        try:
            key = self._bought() if self.pkcs12 else self._own(None)
            key.check(at)
        except Refused as refusal:
            return refusal.sentence
        left = key.days_left(at)
        if left > WARNED_AT[0]:
            return ""
        days = "1 day" if left == 1 else f"{left} days"
        ends = date_words(key.certificate.not_valid_after_utc.date())
        return f"The certificate of the seal expires in {days}, on {ends}."

    @property
    def is_self_made(self) -> bool:
        """The portal made its certificate itself; nobody else vouches for it."""
        return self.pkcs12 is None

    def verify(self, pdf: bytes, at: datetime) -> Verdict:
        return verify(pdf, self.certificates(), at)

    def key(self, at: datetime) -> Key:
        """The key in use; made at the first use.

        Raises:
            Refused: it is lost or cannot be read.
        """
        key = self._bought() if self.pkcs12 else self._own(at)
        self._keep(Certificates((key.certificate,), key.chain))
        return key

    def renew(self, at: datetime) -> Key:
        """A new key from now on. The old one is gone for good; what it sealed stays verifiable.

        Raises:
            Refused: the key is the operator's own, who renews it where it was bought.
        """
        if self.pkcs12:
            raise Refused("The seal's key comes from the file that PORTAL_SEAL_PKCS12 names. Replace that file.")
        key = keys.made(self.name, at)
        self._keep(Certificates((key.certificate,)))
        self._put(key).replace(self._current)
        return key

    def certificates(self) -> Certificates:
        """All that ever sealed or stamped here; none before the first seal. Makes nothing."""
        try:
            return Certificates(self._kept(_SEAL), self._kept(_OTHER))
        except ValueError:
            raise Refused(
                f"A certificate in {self._certificates} is damaged. Restore the folder from a backup."
            ) from None

    def _kept(self, role: str) -> tuple[x509.Certificate, ...]:
        paths = sorted(self._certificates.glob(f"{role}-*.pem"))
        return tuple(x509.load_pem_x509_certificate(path.read_bytes()) for path in paths)

    @property
    def _current(self) -> Path:
        return self.folder / "seal.pem"

    @property
    def _certificates(self) -> Path:
        return self.folder / "certificates"

    def _bought(self) -> Key:
        path = self.pkcs12 or Path()
        try:
            return keys.from_pkcs12(path.read_bytes(), self.password)
        except OSError as error:
            raise Refused(f"The seal's key cannot be read from {path}: {error.strerror}.") from error
        except ValueError as error:
            raise Refused(f"The seal's key in {path} cannot be used: {error}.") from error

    def _own(self, at: datetime | None) -> Key:
        """The portal's own key. Without a moment none is made, and one that is missing counts as lost."""
        if not self._current.exists():
            self._make(at)
        try:
            return keys.from_pem(self._current.read_bytes())
        except (OSError, ValueError) as error:
            raise Refused(
                f"The seal's key in {self._current} is damaged. Restore it from a backup, or make a new one with "
                "`portal agreements new-seal`; what was sealed before stays verifiable."
            ) from error

    def _make(self, at: datetime | None) -> None:
        if at is None or any(self._certificates.glob(f"{_SEAL}-*.pem")):
            raise Refused(
                f"The seal's key is missing from {self.folder}. Restore the folder from a backup, or make a new key "
                "with `portal agreements new-seal`; what was sealed before stays verifiable."
            )
        fresh = self._put(keys.made(self.name, at))
        try:
            os.link(fresh, self._current)
        except FileExistsError:  # another process was first; its key is the one
            pass
        finally:
            fresh.unlink()

    def _put(self, key: Key) -> Path:
        """The key in a file of its own, complete before anybody finds it under its name."""
        for folder in (self.folder.parent, self.folder):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        fresh = self.folder / f"seal.{secrets.token_hex(8)}.new"
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
            out.write(key.pem())
            out.flush()
            os.fsync(out.fileno())
        return fresh

    def _keep(self, certificates: Certificates) -> None:
        self._certificates.mkdir(parents=True, exist_ok=True, mode=0o700)
        roles = ((_SEAL, certificates.seals), (_OTHER, certificates.others))
        for role, one in ((role, one) for role, held in roles for one in held):
            path = self._certificates / f"{role}-{fingerprint(one)}.pem"
            if not path.exists():
                fresh = path.with_suffix(f".{secrets.token_hex(8)}.new")
                fresh.write_bytes(one.public_bytes(Encoding.PEM))
                fresh.replace(path)
