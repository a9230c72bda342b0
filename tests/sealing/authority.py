"""A time-stamp authority on loopback (RFC 3161 over HTTP), well or unwell."""

from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from types import TracebackType

from asn1crypto import tsp
from asn1crypto import x509 as asn1_x509
from asn1crypto.keys import PrivateKeyInfo
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from pyhanko.sign.timestamps import DummyTimeStamper


class Authority:
    """`answer`: "stamp", or what goes wrong: closed, 500, text, empty, refusal. Its clock is 2 seconds past `at`.

    `beside`: a certificate that it sends along with its own."""

    def __init__(self, at: datetime, answer: str = "stamp", beside: x509.Certificate | None = None) -> None:
        self.at = at + timedelta(seconds=2)
        self.answer = answer
        self.stamper = _stamper(at, self.at, beside)
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.url = f"http://127.0.0.1:{self.server.server_port}/tsr"

    def __enter__(self) -> "Authority":
        if self.answer == "closed":
            self.server.server_close()
        else:
            Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self.answer != "closed":
            self.server.shutdown()
            self.server.server_close()

    def _reply(self, asked: bytes) -> bytes:
        if self.answer == "refusal":
            return tsp.TimeStampResp({"status": {"status": "rejection"}}).dump()
        plain = {"text": b"Service unavailable", "empty": b"", "500": b""}
        if self.answer in plain:
            return plain[self.answer]
        return bytes(self.stamper.request_tsa_response(tsp.TimeStampReq.load(asked)).dump())

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        authority = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                reply = authority._reply(self.rfile.read(int(self.headers["Content-Length"])))
                self.send_response(500 if authority.answer == "500" else 200)
                self.send_header("Content-Type", "application/timestamp-reply")
                self.send_header("Content-Length", str(len(reply)))
                self.end_headers()
                self.wfile.write(reply)

            def log_message(self, *values: object) -> None:
                pass

        return Handler


def _stamper(made_at: datetime, stamps_at: datetime, beside: x509.Certificate | None) -> DummyTimeStamper:
    private = rsa.generate_private_key(65537, 2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Example Time-Stamp Authority")])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(private.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(made_at - timedelta(days=1))
        .not_valid_after(made_at + timedelta(days=3650))
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
        .add_extension(x509.KeyUsage(True, False, False, False, False, False, False, False, False), critical=True)
        .sign(private, hashes.SHA256())
    )
    secret = private.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    held = asn1_x509.Certificate.load(certificate.public_bytes(Encoding.DER))
    more = [asn1_x509.Certificate.load(beside.public_bytes(Encoding.DER))] if beside else None
    return DummyTimeStamper(held, PrivateKeyInfo.load(secret), certs_to_embed=more, fixed_dt=stamps_at)
