"""A PKI with OCSP responders on loopback, which are `openssl ocsp` behind a small HTTP server, or behave badly."""
import datetime
import subprocess
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtendedKeyUsageOID, NameOID

NOW = datetime.datetime.utcnow().replace(microsecond=0)


def name(cn):
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, cn)])


class Party:
    """A key and its certificate, written to FOLDER/CN.crt and CN.key."""

    def __init__(self, folder, cn, issuer=None, ca=False, urls=(), eku=None, nocheck=False, days=30):
        self.folder, self.cn, self.issuer = folder, cn, issuer
        self.key = ec.generate_private_key(ec.SECP256R1())
        above = issuer or self
        b = (x509.CertificateBuilder().subject_name(name(cn)).issuer_name(name(above.cn)).public_key(self.key.public_key())
             .serial_number(x509.random_serial_number()).not_valid_before(NOW - datetime.timedelta(days=1))
             .not_valid_after(NOW + datetime.timedelta(days=days))
             .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
             .add_extension(x509.SubjectKeyIdentifier.from_public_key(self.key.public_key()), critical=False)
             .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(above.key.public_key()), critical=False)
             .add_extension(x509.KeyUsage(not ca, False, False, False, False, ca, ca, False, False), critical=True))
        if urls:
            b = b.add_extension(x509.AuthorityInformationAccess(
                [x509.AccessDescription(AuthorityInformationAccessOID.OCSP, x509.UniformResourceIdentifier(u)) for u in urls]), critical=False)
        if eku:
            b = b.add_extension(x509.ExtendedKeyUsage([eku]), critical=False)
        if nocheck:
            b = b.add_extension(x509.OCSPNoCheck(), critical=False)
        self.cert = b.sign(above.key, hashes.SHA256())
        self.crt, self.key_file = folder / f"{cn}.crt", folder / f"{cn}.key"
        self.crt.write_bytes(self.cert.public_bytes(serialization.Encoding.PEM))
        self.key_file.write_bytes(self.key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8,
                                                         serialization.NoEncryption()))


class Responder:
    """Answers for one issuer as its index says; `signer` signs. `bad` may be bytes, a status, another URL, "silent" or "endless" instead."""

    def __init__(self, folder, bad=None):
        self.folder, self.bad, self.issuer, self.signer, self.index, self.asked = folder, bad, None, None, [], []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def log_message(self, *_):
                pass

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                outer.asked.append((dict(self.headers), body))
                outer.answer(self, body)

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/ocsp"

    def close(self):
        self.server.shutdown()
        self.server.server_close()

    def good(self, party):
        self.index.append(f"V\t{self.stamp(30)}\t\t{party.cert.serial_number:040X}\tunknown\t/CN={party.cn}")

    def revoked(self, party):
        self.index.append(f"R\t{self.stamp(30)}\t{self.stamp(-1)},keyCompromise\t{party.cert.serial_number:040X}\tunknown\t/CN={party.cn}")

    @staticmethod
    def stamp(days):
        return (NOW + datetime.timedelta(days=days)).strftime("%y%m%d%H%M%SZ")

    def respond(self, request):
        """What `openssl ocsp` makes of the request."""
        (self.folder / "index").write_text("".join(line + "\n" for line in self.index))
        (self.folder / "request").write_bytes(request)
        signer = self.signer or self.issuer
        subprocess.run(["openssl", "ocsp", "-index", self.folder / "index", "-CA", self.issuer.crt, "-rsigner", signer.crt,
                        "-rkey", signer.key_file, "-reqin", self.folder / "request", "-respout", self.folder / "response",
                        "-ndays", "1"], check=True, capture_output=True)
        return (self.folder / "response").read_bytes()

    def answer(self, handler, request):
        if self.bad == "silent":
            time.sleep(30)
            return
        elsewhere = isinstance(self.bad, str) and self.bad.startswith("http")
        status = self.bad if isinstance(self.bad, int) else 302 if elsewhere else 200
        body = self.bad if isinstance(self.bad, bytes) else b"" if self.bad is not None else self.respond(request)
        handler.send_response(status)
        handler.send_header("Content-Type", "application/ocsp-response")
        if elsewhere:
            handler.send_header("Location", self.bad)
        if self.bad != "endless":
            handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)
        while self.bad == "endless":
            handler.wfile.write(bytes(65536))


def signer(issuer, nocheck=True, eku=ExtendedKeyUsageOID.OCSP_SIGNING, cn="signer"):
    return Party(issuer.folder, cn, issuer, eku=eku, nocheck=nocheck)
