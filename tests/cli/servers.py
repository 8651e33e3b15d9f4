"""Real servers as ordinary processes on free loopback ports, and peers that misbehave: what the tests of endpoints share."""
import contextlib
import datetime
import os
import shutil
import socket
import subprocess
import tempfile
import threading
import time
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509 import ocsp
from cryptography.x509.oid import NameOID

from processes import NOBODY, as_user

PEM, DER = serialization.Encoding.PEM, serialization.Encoding.DER


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def common(text):
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def certificate(subject, key, issuer, signer, ca=False):
    now = datetime.datetime.utcnow().replace(microsecond=0)
    return (x509.CertificateBuilder().subject_name(common(subject)).issuer_name(common(issuer)).public_key(key.public_key())
            .serial_number(x509.random_serial_number()).not_valid_before(now - datetime.timedelta(hours=1))
            .not_valid_after(now + datetime.timedelta(days=30)).add_extension(x509.BasicConstraints(ca, None), critical=True)
            .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False).sign(signer, hashes.SHA256()))


class Identity:
    """A key and its chain of leaf and issuing CA in a folder; a staple that says good."""

    def __init__(self, folder, subject="localhost", key=None):
        self.folder = folder
        above = ec.generate_private_key(ec.SECP256R1())
        key = key or ec.generate_private_key(ec.SECP256R1())
        issuer = certificate("Issuing", above, "Issuing", above, ca=True)
        leaf = certificate(subject, key, "Issuing", above)
        self.chain = [leaf, issuer]
        self.sha256 = [c.fingerprint(hashes.SHA256()).hex() for c in self.chain]
        stem = subject.replace("*", "_")
        self.key = self.write(f"{stem}.key", key.private_bytes(PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))
        self.crt = self.write(f"{stem}.crt", b"".join(c.public_bytes(PEM) for c in self.chain))
        self.leaf = self.write(f"{stem}.leaf.crt", leaf.public_bytes(PEM))
        self.issuer = self.write(f"{stem}.issuer.crt", issuer.public_bytes(PEM))
        now = datetime.datetime.utcnow().replace(microsecond=0)
        self.staple = self.write(f"{stem}.staple", ocsp.OCSPResponseBuilder().add_response(
            leaf, issuer, hashes.SHA1(), ocsp.OCSPCertStatus.GOOD, now, now + datetime.timedelta(days=1), None, None).responder_id(
            ocsp.OCSPResponderEncoding.NAME, issuer).sign(above, hashes.SHA256()).public_bytes(DER))

    def write(self, name, data):
        path = self.folder / name
        path.write_bytes(data)
        path.chmod(0o600)
        if os.geteuid() == 0:
            os.chown(path, NOBODY, NOBODY)
        return path


def weak_key():
    return rsa.generate_private_key(65537, 1024)


def rsa_key():
    return rsa.generate_private_key(65537, 2048)


@contextlib.contextmanager
def open_folder():
    """A folder that the unprivileged user owns and can reach."""
    folder = Path(tempfile.mkdtemp(prefix="catena-servers-"))
    if os.geteuid() == 0:
        os.chown(folder, NOBODY, NOBODY)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def program(name, *elsewhere):
    """Its path, or the test is skipped with a word."""
    found = shutil.which(name) or next((p for p in map(str, elsewhere) if os.access(p, os.X_OK)), None)
    if found is None:
        pytest.skip(f"no {name} (tests/run deps tests)")
    return found


def listens(port):
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
    return False


@contextlib.contextmanager
def running(line, folder, *ports, **user):
    """The process, once it listens on its ports; ended, with whatever it started, at the end."""
    log = folder / "server.log"
    with open(log, "ab") as out:
        process = subprocess.Popen([str(w) for w in line], cwd=folder, stdin=subprocess.DEVNULL, stdout=out, stderr=out, start_new_session=True,
                                   env={"PATH": os.environ["PATH"]}, **user)
    try:
        end = time.monotonic() + 30
        while not all(listens(p) for p in ports):
            assert process.poll() is None, f"{line[0]} ended: {log.read_text(errors='replace')}"
            assert time.monotonic() < end, f"{line[0]} does not listen: {log.read_text(errors='replace')}"
            time.sleep(0.05)
        yield process
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, 15)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, 9)
            process.wait()


@contextlib.contextmanager
def s_server(who, *options):
    """openssl s_server; gives its port."""
    port = free_port()
    with running([program("openssl"), "s_server", "-accept", f"127.0.0.1:{port}", "-key", who.key, "-cert", who.leaf, "-cert_chain", who.issuer,
                  "-quiet", *options], who.folder, port):
        yield port


# ---- real servers; each gives its port or ports

@contextlib.contextmanager
def nginx(folder, sites):
    """sites: {server name: Identity}; the first is the default."""
    port = free_port()
    servers = "".join(f"server {{ listen 127.0.0.1:{port} ssl http2; server_name {name}; ssl_certificate {who.crt}; ssl_certificate_key {who.key}; }}\n"
                      for name, who in sites.items())
    temps = "".join(f"{kind}_temp_path {folder}/{kind}; " for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    (folder / "nginx.conf").write_text(f"daemon off; master_process off; pid {folder}/nginx.pid; error_log stderr; events {{ }}\n"
                                       f"http {{ access_log off; {temps}\n{servers} }}\n")
    with running([program("nginx", "/usr/sbin/nginx"), "-e", "stderr", "-p", folder, "-c", folder / "nginx.conf"], folder, port, **as_user()):
        yield port


@contextlib.contextmanager
def exim(folder, who):
    """It wants root to begin, and leaves it behind."""
    path, port = program("exim4", "/usr/sbin/exim4"), free_port()
    if os.geteuid() != 0:
        pytest.skip("exim4 starts as root only")
    (folder / "exim.conf").write_text(
        f"exim_user = {NOBODY}\nexim_group = {NOBODY}\nkeep_environment =\ndaemon_smtp_ports = {port}\nlocal_interfaces = 127.0.0.1\n"
        f"spool_directory = {folder}/spool\nlog_file_path = {folder}/exim-%slog\nprimary_hostname = mail.internal.example\n"
        f"tls_advertise_hosts = *\ntls_certificate = {who.crt}\ntls_privatekey = {who.key}\nhost_lookup =\nrfc1413_query_timeout = 0s\n"
        "begin acl\nbegin routers\nbegin transports\n")
    with running([path, "-C", folder / "exim.conf", "-bdf"], folder, port):
        yield port


@contextlib.contextmanager
def dovecot(folder, who):
    path, imap, pop3 = program("dovecot", "/usr/sbin/dovecot"), free_port(), free_port()
    user, group = (("nobody", "nogroup") if os.geteuid() == 0 else (os.environ.get("USER", "nobody"), os.environ.get("USER", "nogroup")))
    services = "".join(f"service {word}-login {{\n chroot =\n inet_listener {word} {{\n  port = {port}\n }}\n inet_listener {word}s {{\n  port = 0\n }}\n}}\n"
                       for word, port in (("imap", imap), ("pop3", pop3)))
    (folder / "dovecot.conf").write_text(
        f"base_dir = {folder}/run\nstate_dir = {folder}/run\nlog_path = {folder}/dovecot.log\nprotocols = imap pop3\nlisten = 127.0.0.1\n"
        f"ssl = yes\nssl_cert = <{who.crt}\nssl_key = <{who.key}\ndefault_internal_user = {user}\ndefault_internal_group = {group}\n"
        f"default_login_user = {user}\npassdb {{\n driver = static\n args = nopassword=y\n}}\n"
        f"userdb {{\n driver = static\n args = uid={user} gid={group} home={folder}/mail\n}}\n{services}"
        "service anvil {\n chroot =\n}\nservice stats {\n chroot =\n}\n")
    with running([path, "-F", "-c", folder / "dovecot.conf"], folder, imap, pop3, **as_user()):
        yield imap, pop3


@contextlib.contextmanager
def slapd(folder, who):
    path, port = program("slapd", "/usr/sbin/slapd"), free_port()
    (folder / "slapd.conf").write_text(f"pidfile {folder}/slapd.pid\nTLSCertificateFile {who.crt}\nTLSCertificateKeyFile {who.key}\n"
                                       f"TLSCACertificateFile {who.issuer}\n")
    with running([path, "-d", "0", "-f", folder / "slapd.conf", "-h", f"ldap://127.0.0.1:{port}"], folder, port, **as_user()):
        yield port


@contextlib.contextmanager
def postgres(folder, who, tls=True):
    path, port = program("postgres", *sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"))), free_port()
    subprocess.run([Path(path).parent / "initdb", "-D", folder / "pg", "-A", "trust", "--no-sync", "-U", "test"], cwd=folder, capture_output=True,
                   check=True, **as_user())
    settings = {"listen_addresses": "127.0.0.1", "unix_socket_directories": "", "fsync": "off", "ssl": "on" if tls else "off",
                "ssl_cert_file": who.crt, "ssl_key_file": who.key}
    options = [w for name, value in settings.items() for w in ("-c", f"{name}={value}")]
    with running([path, "-D", folder / "pg", "-p", port, *options], folder, port, **as_user()):
        yield port


# ---- peers that misbehave

@contextlib.contextmanager
def peer(serve):
    """A server in a thread per connection: serve(socket) says what it does. Gives its port."""
    listener = socket.create_server(("127.0.0.1", 0), backlog=64)
    sockets = []

    def one(connection):
        with contextlib.suppress(OSError):
            serve(connection)

    def accept():
        with contextlib.suppress(OSError):
            while True:
                connection, _ = listener.accept()
                sockets.append(connection)
                threading.Thread(target=one, args=(connection,), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    try:
        yield listener.getsockname()[1]
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        for connection in sockets:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
            connection.close()
