"""One connection to the outgoing mail server, shared by the letters of a run."""

import re
import smtplib
import ssl
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from portal.mail.hygiene import one_line
from portal.settings import Smtp

REPLY_WITHIN = timedelta(seconds=30)
VERDICT_WITHIN = timedelta(seconds=90)
"""After the whole letter was handed over. All waits of one letter together stay below the lease of deliver."""

_LINE_START_DOT = re.compile(rb"(?m)^\.")
_AWAY = OSError
"""smtplib's own exceptions are of this kind too."""


class Outcome(StrEnum):
    SENT = "sent"
    LATER = "later"
    REFUSED = "refused"
    UNCERTAIN = "uncertain"


@dataclass(frozen=True)
class Result:
    """How it ended, and what the server said, in one line for staff."""

    outcome: Outcome
    said: str = ""


class Line:
    """Opened by the first letter, closed after the last; `is_down` once the server could not be reached at all."""

    def __init__(
        self,
        smtp: Smtp,
        remaining: int = 1,
        reply_within: timedelta = REPLY_WITHIN,
        verdict_within: timedelta = VERDICT_WITHIN,
    ) -> None:
        self.smtp = smtp
        self.remaining = remaining
        self.reply_within = reply_within.total_seconds()
        self.verdict_within = verdict_within.total_seconds()
        self.is_down = False
        self.server: smtplib.SMTP | None = None

    def send(self, sender: str, to_address: str, content: bytes) -> Result:
        """One letter to one address (RFC 5321). Never raises for what a server does or says."""
        try:
            server = self._opened()
        except (_AWAY, ValueError) as failure:
            self.is_down = True
            self.close()
            return Result(Outcome.LATER, f"The mail server could not be used: {_words(failure)}")
        try:
            return self._refusal(server, sender, to_address) or self._handed_over(server, content)
        except _AWAY as failure:
            # Before the final dot the server must not keep the letter (RFC 5321, 4.1.1.4).
            self.close()
            return Result(Outcome.LATER, f"The connection to the mail server broke: {_words(failure)}")

    def release(self) -> None:
        """A letter of the run is done with."""
        self.remaining -= 1
        if self.remaining <= 0:
            self.close()

    def close(self) -> None:
        if self.server is None:
            return
        try:
            self.server.quit()
        except _AWAY:
            self.server.close()
        self.server = None

    def _opened(self) -> smtplib.SMTP:
        if self.server is not None and self._is_alive(self.server):
            return self.server
        self.close()
        if self.smtp.security == "tls":
            trust = ssl.create_default_context()
            self.server = smtplib.SMTP_SSL(self.smtp.host, self.smtp.port, timeout=self.reply_within, context=trust)
        else:
            self.server = smtplib.SMTP(self.smtp.host, self.smtp.port, timeout=self.reply_within)
        if self.smtp.security == "starttls":
            self.server.starttls(context=ssl.create_default_context())
        if self.smtp.user:
            self.server.login(self.smtp.user, self.smtp.password)
        self.server.ehlo_or_helo_if_needed()
        return self.server

    def _is_alive(self, server: smtplib.SMTP) -> bool:
        try:
            return server.rset()[0] == 250
        except _AWAY:
            return False

    def _refusal(self, server: smtplib.SMTP, sender: str, to_address: str) -> Result | None:
        """The envelope and the wish to send; None when the server is ready for the letter."""
        code, said = server.mail(sender)
        if code != 250:
            # The desk's own address is refused: a matter of settings, which somebody can mend meanwhile.
            return Result(Outcome.LATER, _answer(code, said))
        code, said = server.rcpt(to_address)
        if code not in (250, 251):
            return _refused(code, said)
        code, said = server.docmd("DATA")
        return None if code == 354 else _refused(code, said)

    def _handed_over(self, server: smtplib.SMTP, content: bytes) -> Result:
        server.send(_LINE_START_DOT.sub(b"..", content).removesuffix(b"\r\n") + b"\r\n.\r\n")
        try:
            if server.sock is not None:
                server.sock.settimeout(self.verdict_within)
            code, said = server.getreply()
            if server.sock is not None:
                server.sock.settimeout(self.reply_within)
        except _AWAY:
            self.close()
            return Result(Outcome.UNCERTAIN)
        return Result(Outcome.SENT) if code == 250 else _refused(code, said)


def _refused(code: int, said: bytes) -> Result:
    """5xx is for good, all else may pass (RFC 5321, 4.2.1)."""
    return Result(Outcome.REFUSED if 500 <= code < 600 else Outcome.LATER, _answer(code, said))


def _answer(code: int, said: bytes) -> str:
    return f"The mail server said: {code} {one_line(said.decode('utf-8', 'replace'))}"[:300]


def _words(failure: Exception) -> str:
    if isinstance(failure, smtplib.SMTPResponseException):
        said = failure.smtp_error
        return _answer(failure.smtp_code, said if isinstance(said, bytes) else said.encode())
    return one_line(str(failure))[:200] or type(failure).__name__
