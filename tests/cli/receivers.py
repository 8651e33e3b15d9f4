"""Receivers on loopback that the tests send to: HTTP and HTTPS that follow a script, SMTP with STARTTLS and authentication, and bad ones."""
import datetime
import ipaddress
import os
import shutil
import socket
import ssl
import subprocess
import tempfile
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

SBIN = os.environ.get("PATH", "") + ":/usr/sbin:/sbin"


class Trust:
    """An authority and a server's certificate for localhost and 127.0.0.1, below folder."""

    def __init__(self, folder, tag="", names=("localhost",), address="127.0.0.1", days=30):
        now = datetime.datetime.utcnow()
        self.ca, self.crt, self.key = folder / f"ca{tag}.pem", folder / f"server{tag}.crt", folder / f"server{tag}.key"
        root, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
        issuer = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"Test CA {tag}")])

        def build(subject, public, ca, last):
            return (x509.CertificateBuilder().subject_name(subject).issuer_name(issuer).public_key(public)
                    .serial_number(x509.random_serial_number()).not_valid_before(now - datetime.timedelta(days=60))
                    .not_valid_after(now + datetime.timedelta(days=last))
                    .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True))
        self.ca.write_bytes(build(issuer, root.public_key(), True, 90).sign(root, hashes.SHA256())
                            .public_bytes(serialization.Encoding.PEM))
        alternatives = [x509.DNSName(n) for n in names] + ([x509.IPAddress(ipaddress.ip_address(address))] if address else [])
        leaf = build(x509.Name([]), key.public_key(), False, days).add_extension(x509.SubjectAlternativeName(alternatives), critical=True)
        self.crt.write_bytes(leaf.sign(root, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))
        self.key.write_bytes(key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))

    def context(self):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.crt, self.key)
        return context


class Web:
    """Answers by its script, then always by its last line: (status, {header: value}, body). Remembers what it was asked."""

    def __init__(self, *script, tls=None):
        self.script, self.asked = list(script) or [(200, {}, b"yes")], []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_):
                pass

            def do_POST(self):
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                outer.asked.append((self.command, self.path, dict(self.headers), body))
                status, headers, answer = outer.script.pop(0) if len(outer.script) > 1 else outer.script[0]
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)
            do_GET = do_POST

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        if tls:
            self.server.socket = tls.context().wrap_socket(self.server.socket, server_side=True)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.port = self.server.server_address[1]
        self.url = f"{'https' if tls else 'http'}://127.0.0.1:{self.port}"

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()


class Raw:
    """Each connection is handed to talk(socket) in a thread of its own."""

    def __init__(self, talk):
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port, self.talk, self.open = self.listener.getsockname()[1], talk, []
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            try:
                peer, _ = self.listener.accept()
            except OSError:
                return
            self.open.append(peer)
            threading.Thread(target=self.one, args=(peer,), daemon=True).start()

    def one(self, peer):
        try:
            self.talk(peer)
        except OSError:
            pass

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.listener.close()
        for peer in self.open:
            peer.close()


def silent(peer):
    """Accepts and never speaks."""
    threading.Event().wait(60)


class Mail:
    """aiosmtpd with STARTTLS and authentication; `mails` are (envelope, whether it came under TLS, who logged in)."""

    def __init__(self, tls=None, users=None, implicit=False, reply=None):
        from aiosmtpd.controller import Controller
        from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword
        outer, self.mails, self.tried = self, [], []

        class Handler:
            async def handle_DATA(self, server, session, envelope):
                if reply:
                    return reply
                outer.mails.append((envelope, session.ssl is not None or implicit, getattr(session, "who", None), session.host_name))
                return "250 taken as 0001"

        def login(server, session, envelope, mechanism, data):
            assert isinstance(data, LoginPassword)
            outer.tried.append((mechanism, data.login, data.password))
            session.who = data.login.decode()
            good = (users or {}).get(data.login.decode()) == data.password.decode()
            return AuthResult(success=True) if good else AuthResult(success=False, handled=False)

        class Loopback(Controller):
            def factory(self):
                return SMTP(self.handler, hostname="mail.internal.example", tls_context=tls.context() if tls and not implicit else None,
                            authenticator=login if users else None, auth_required=bool(users), auth_require_tls=bool(tls) and not implicit,
                            require_starttls=bool(tls) and not implicit)

        with socket.create_server(("127.0.0.1", 0)) as s:
            self.port = s.getsockname()[1]
        self.controller = Loopback(Handler(), hostname="127.0.0.1", port=self.port,
                                   ssl_context=tls.context() if tls and implicit else None)

    def __enter__(self):
        self.controller.start()
        return self

    def __exit__(self, *_):
        self.controller.stop()


EXIM = """exim_path = {exim}
spool_directory = {folder}/spool
log_file_path = {folder}/log/%slog
pid_file_path = {folder}/log/pid
keep_environment =
primary_hostname = mail.internal.example
local_interfaces = 127.0.0.1
daemon_smtp_ports = {port}
tls_certificate = {folder}/server.crt
tls_privatekey = {folder}/server.key
tls_advertise_hosts = *
queue_only
acl_smtp_rcpt = rcpt
auth_advertise_hosts = ${{if eq{{$tls_in_cipher}}{{}}{{}}{{*}}}}
begin acl
rcpt:
  require authenticated = *
  accept
begin authenticators
{method}
"""
PLAIN = """plain:
  driver = plaintext
  public_name = PLAIN
  server_prompts = :
  server_condition = ${{if and{{{{eq{{$auth2}}{{{user}}}}}{{eq{{$auth3}}{{{password}}}}}}}}}
"""
LOGIN = """login:
  driver = plaintext
  public_name = LOGIN
  server_prompts = <| Username: | Password:
  server_condition = ${{if and{{{{eq{{$auth1}}{{{user}}}}}{{eq{{$auth2}}{{{password}}}}}}}}}
"""


class Exim:
    """Exim as an ordinary process on a high port, which takes mail after a login under TLS and keeps it. No service is touched."""

    def __init__(self, user, password, method=PLAIN):
        self.folder = Path(tempfile.mkdtemp(prefix="catena-exim-"))  # its own user must reach it
        self.folder.chmod(0o755)
        self.tls = Trust(self.folder)
        for path in (self.tls.crt, self.tls.key):
            path.chmod(0o644)
        for name in ("spool", "log"):
            (self.folder / name).mkdir()
            (self.folder / name).chmod(0o777)
        with socket.create_server(("127.0.0.1", 0)) as s:
            self.port = s.getsockname()[1]
        self.conf = self.folder / "conf"
        self.conf.write_text(EXIM.format(exim=shutil.which("exim4", path=SBIN), folder=self.folder, port=self.port,
                                         method=method.format(user=user, password=password)))
        self.conf.chmod(0o644)

    def __enter__(self):
        self.process = subprocess.Popen([shutil.which("exim4", path=SBIN), "-C", self.conf, "-bdf"], stdout=subprocess.DEVNULL,
                                        stderr=subprocess.DEVNULL)
        deadline = time.monotonic() + 20
        while not self.answers():
            if self.process.poll() is not None or time.monotonic() > deadline:
                self.__exit__()
                pytest.skip("exim4 does not start as this user")
            time.sleep(0.1)
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)

    def answers(self):
        try:
            socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
        except OSError:
            return False
        return True

    def log(self):
        return (self.folder / "log" / "mainlog").read_text()

    def kept(self):
        return [p.read_text() for p in sorted((self.folder / "spool" / "input").glob("*-D"))]
