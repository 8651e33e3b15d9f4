"""`monitor run` renews what a server serves: nginx goes on, with the new pair or with the old one, and never with two that do not fit."""
import os
import shutil
import signal
import socket
import ssl
import subprocess
import time

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key

from processes import Unprivileged

NAME = "web.internal.example"
ITEM = "renewal:{}/web.crt"
NGINX = """\
daemon on;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{ }}
http {{
  access_log off;
  client_body_temp_path {folder}/tmp; proxy_temp_path {folder}/tmp; fastcgi_temp_path {folder}/tmp; uwsgi_temp_path {folder}/tmp; scgi_temp_path {folder}/tmp;
  server {{
    listen 127.0.0.1:{port} ssl;
    ssl_certificate {folder}/tls/web.crt;
    ssl_certificate_key {folder}/tls/web.key;
    location / {{ return 204; }}
  }}
}}
"""
needs_nginx = pytest.mark.skipif(shutil.which("nginx") is None, reason="no nginx (tests/run deps tests)")


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Site:
    """A home whose certificates are due when they are issued for 30 days, and a folder with one that a server uses."""

    def __init__(self, pki, lifetime="30d"):
        self.pki, self.folder = pki, pki.folder / "site"
        self.tls = self.folder / "tls"
        self.tls.mkdir(parents=True)
        self.log = self.folder / "hook.log"
        policy = pki.home / "policies" / "server.yaml"
        policy.write_text(policy.read_text().replace("window: 33%", "window: 60d"))
        pki.ok("issue", "server", NAME, "--lifetime", lifetime, "--out", self.folder)
        leaf_and_chain = (self.folder / f"{NAME}.chain.crt").read_bytes()
        (self.tls / "web.crt").write_bytes(leaf_and_chain)
        (self.tls / "web.key").write_bytes((self.folder / f"{NAME}.key").read_bytes())
        (self.tls / "web.key").chmod(0o600)
        self.root = self.folder / "root.pem"
        self.root.write_text(pki.ok("ca", "export", "root"))
        self.hook("exit 0")

    def hook(self, script, renew="", more=""):
        program = self.folder / "hook"
        program.write_text(f'#!/bin/sh\necho "$$ $@" >>{self.log}\n{script}\n')
        program.chmod(0o755)
        (self.pki.home / "policies" / "monitor.yaml").write_text(
            f'watch:\n  - files: ["{self.tls}/*.crt"]\nrenew: {{ hook: ["{program}", one, "two words"]{renew} }}\n{more}')

    def run(self, status=0, **more):
        """One run of the monitor; gives the renewal's item, or None."""
        document = self.pki.json("monitor", "run", status=status, **more)
        found = [i for i in document["items"] if i["item"] == ITEM.format(self.tls)]
        assert len(found) <= 1, document
        return found[0] if found else None

    def files(self):
        return {p.name: p.read_bytes() for p in self.tls.iterdir()}

    def leaf(self):
        return x509.load_pem_x509_certificate((self.tls / "web.crt").read_bytes())

    def fits(self):
        key = load_pem_private_key((self.tls / "web.key").read_bytes(), None)
        return spki(key.public_key()) == spki(self.leaf().public_key())

    def issued(self):
        return self.pki.json("list", "--name", NAME)["total"]

    def hooks(self):
        return self.log.read_text().splitlines() if self.log.exists() else []


def spki(key):
    return key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


@pytest.fixture
def site(pki):
    return Site(pki)


class Nginx:
    """nginx on loopback, in the site's folder."""

    def __init__(self, site):
        self.site, self.port = site, free_port()
        (site.folder / "tmp").mkdir()
        self.conf = site.folder / "nginx.conf"
        self.conf.write_text(NGINX.format(folder=site.folder, port=self.port))
        self.line = ["nginx", "-p", str(site.folder), "-e", str(site.folder / "error.log"), "-c", str(self.conf)]
        subprocess.run(self.line, check=True, timeout=30)

    def served(self):
        """The leaf that it serves now to somebody who verifies it."""
        context = ssl.create_default_context(cafile=self.site.root)
        with socket.create_connection(("127.0.0.1", self.port), timeout=10) as s, context.wrap_socket(s, server_hostname=NAME) as tls:
            return tls.getpeercert(binary_form=True)

    def serves(self, leaf, seconds=15):
        """A reload takes a moment: old workers end by themselves."""
        wanted, end = leaf.public_bytes(Encoding.DER), time.monotonic() + seconds
        while self.served() != wanted:
            if time.monotonic() > end:
                return False
            time.sleep(0.05)
        return True

    def close(self):
        pid = int((self.site.folder / "nginx.pid").read_text())
        os.kill(pid, signal.SIGTERM)


@pytest.fixture
def nginx(site):
    server = Nginx(site)
    yield server
    server.close()


@needs_nginx
def test_nginx_serves_the_new_certificate_after_a_run(site, nginx):
    old, key = site.leaf(), (site.tls / "web.key").read_bytes()
    site.hook(" ".join(nginx.line) + " -s reload")
    assert nginx.serves(old)
    item = site.run()
    new = site.leaf()
    assert item is None or item["state"] == "ok"
    assert new.serial_number != old.serial_number and (site.tls / "web.key").read_bytes() != key
    assert nginx.serves(new), "the new certificate is in its file, but is not served"
    assert sorted(site.files()) == ["web.crt", "web.key"] and site.fits()
    assert (site.tls / "web.key").stat().st_mode & 0o777 == 0o600
    assert site.run() is None or site.run()["state"] == "ok"
    assert site.issued() == 2 and len(site.hooks()) == 1


@needs_nginx
def test_when_the_hook_fails_it_is_critical_at_once_and_nginx_goes_on(site, nginx):
    """The configuration is spoilt, so that nginx itself refuses to reload."""
    old, before = site.leaf(), site.files()
    sound = nginx.conf.read_text()
    site.hook(" ".join(nginx.line) + " -s reload")
    nginx.conf.write_text(sound.replace("ssl_certificate_key", "ssl_certificate_kee"))
    for _ in range(2):
        item = site.run(status=3)
        assert item["state"] == "critical"
        assert "ended with status 1" in item["reason"] and "ssl_certificate_kee" in item["reason"] and "the old files are back" in item["reason"], item
        assert {n: b for n, b in site.files().items() if n in before} == before
        assert nginx.serves(old)
    assert site.issued() == 2, "every run issues another certificate"
    nginx.conf.write_text(sound)
    item = site.run()
    assert item is None or item["state"] == "ok"
    assert nginx.serves(site.leaf()) and site.leaf().serial_number != old.serial_number
    assert site.issued() == 2 and sorted(site.files()) == ["web.crt", "web.key"]


def told(document, item):
    """Stages that were told of this item."""
    return [s["stage"] for s in document["sent"] if s["item"] == item]


def test_a_failed_renewal_is_told_at_once_and_recovers(pki):
    """The file itself warns too, for of its three hours the five minutes that were backdated are over; the new one ends both alerts."""
    site = Site(pki, "3h")
    record = site.folder / "told"
    pager = site.folder / "pager"
    pager.write_text(f"#!/bin/sh\ncat >>{record}\n")
    pager.chmod(0o755)
    more = f'thresholds: {{ warning: 99%, critical: 1%, warning_max: 40d, critical_max: 1d }}\nnotify: [ {{ command: ["{pager}"] }} ]\n'
    item, file = ITEM.format(site.tls), f"file:{site.tls}/web.crt"
    site.hook("exit 0", more=more)
    assert told(site.pki.json("monitor", "run", "--no-renew"), file) == ["warning"]
    site.hook("exit 7", more=more)
    assert told(site.pki.json("monitor", "run", status=3), item) == ["critical"]
    assert "ended with status 7" in record.read_text()
    assert told(site.pki.json("monitor", "run", status=3), item) == [], "told again, though nothing is new"
    site.hook("exit 0", more=more)
    document = site.pki.json("monitor", "run")
    assert told(document, item) == ["recovered"] and told(document, file) == ["recovered"], document
    assert [i["state"] for i in document["items"] if i["item"] in (file, item)] == ["ok", "ok"]
    assert site.pki.json("monitor", "run")["sent"] == []


def test_a_hook_has_the_callers_umask_privileges_and_words(site):
    out = site.folder / "seen"
    site.hook(f'exec >{out}; umask; grep NoNewPrivs /proc/self/status; ls /proc/$$/fd | tr "\\n" " "; echo "$2"; wc -c')
    site.run(preexec_fn=lambda: os.umask(0o027))
    umask, privileges, rest, size = out.read_text().splitlines()
    assert umask == "0027" and privileges.split()[1] == "0" and rest.endswith("two words") and size.strip() == "0"
    assert set(rest.split()[:-2]) <= {"0", "1", "2", "10", "255"}, "a descriptor was handed on"


def test_a_hook_that_hangs_is_ended(site):
    before = site.files()
    site.hook("sleep 300 & sleep 300", ", timeout: 1s")
    begin = time.monotonic()
    item = site.run(status=3)
    assert time.monotonic() - begin < 60
    assert item["state"] == "critical" and "was ended after 1 s" in item["reason"]
    assert {n: b for n, b in site.files().items() if n in before} == before


def test_a_hook_that_is_not_there_is_told(site):
    before = site.files()
    site.hook("exit 0")
    (site.folder / "hook").unlink()
    item = site.run(status=3)
    assert item["state"] == "critical" and "hook: cannot be started: No such file or directory" in item["reason"]
    assert {n: b for n, b in site.files().items() if n in before} == before


SECRET = "Planted-Passphrase-91c2e7"


@pytest.fixture(scope="module")
def sealed_template():
    """An authority with a passphrase, and a certificate that is due."""
    user = Unprivileged()
    user.ok("init", "--org", "Example", "--domain", "internal.example", "--passphrase-file", user.file("passphrase", SECRET + "\n"))
    policy = user.home / "policies" / "server.yaml"
    policy.write_text(policy.read_text().replace("window: 33%", "window: 60d"))
    (user.folder / "tls").mkdir()
    user.own()
    user.ok("issue", "server", NAME, "--lifetime", "30d", "--out", user.folder / "tls", "--passphrase-file", user.folder / "passphrase")
    yield user
    user.close()


@pytest.fixture
def sealed(sealed_template):
    user = Unprivileged(sealed_template)
    yield user
    user.close()


def watch(user, renew):
    (user.home / "policies" / "monitor.yaml").write_text(f'watch:\n  - files: ["{user.folder}/tls/*.crt"]\nrenew: {renew}\n')
    user.own()


def test_a_passphrase_reaches_no_hook(sealed):
    """Its file's descriptor, the environment and all that can be read of the process that runs it are searched."""
    found = sealed.folder / "found"
    hook = sealed.file("hook", f"""#!/bin/sh
        exec >{found} 2>&1
        for p in $$ $PPID; do
          ls -l /proc/$p/fd
          tr '\\0' '\\n' </proc/$p/environ
          grep -E ' rw' /proc/$p/maps | while IFS=' -' read from to rest; do
            dd if=/proc/$p/mem bs=4096 skip=$((0x$from / 4096)) count=$(((0x$to - 0x$from) / 4096)) 2>/dev/null
          done
        done
        cat /proc/$PPID/comm
        echo searched""", 0o755)
    watch(sealed, f'{{ hook: ["{hook}"] }}')
    hook.chmod(0o755)
    with open(sealed.folder / "passphrase", encoding="utf-8") as passphrase:
        run = sealed("monitor", "run", "--json", "--passphrase-file", f"/dev/fd/{passphrase.fileno()}", pass_fds=(passphrase.fileno(),))
    assert run.returncode == 0, run.stdout + run.stderr
    seen = found.read_bytes()
    assert seen.endswith(b"searched\n") and b"catena-runner" in seen and b"CATENA_HOME=" in seen and len(seen) > 100000
    assert SECRET.encode() not in seen and b"/passphrase" not in seen.split(b"CATENA_HOME")[0]


def test_without_the_passphrase_it_says_so(sealed):
    """Nothing waits, nothing was issued."""
    watch(sealed, "{ }")
    before = {p.name for p in (sealed.folder / "tls").iterdir()}
    document = sealed.json("monitor", "run", status=3)
    failed = [i for i in document["items"] if i["item"].startswith("renewal:")]
    assert len(failed) == 1 and failed[0]["state"] == "critical" and "a passphrase is needed" in failed[0]["reason"], document
    assert {p.name for p in (sealed.folder / "tls").iterdir()} == before
    assert sealed.json("list", "--name", NAME)["total"] == 1


def test_a_folder_that_cannot_be_written_is_told(site):
    """As somebody who may read the files, but not replace them."""
    if os.geteuid() != 0:
        pytest.skip("needs root to become somebody else")
    user = Unprivileged()
    try:
        shutil.copytree(site.pki.folder, user.folder, symlinks=True, dirs_exist_ok=True)
        user.own()
        tls = user.folder / "site" / "tls"
        (user.home / "policies" / "monitor.yaml").write_text(f'watch:\n  - files: ["{tls}/*.crt"]\nrenew: {{ hook: ["/bin/true"] }}\n')
        os.chown(tls, 0, 0)
        document = user.json("monitor", "run", status=3)
        item = next(i for i in document["items"] if i["item"] == ITEM.format(tls))
        assert item["state"] == "critical" and "Permission denied" in item["reason"]
        assert user.json("list", "--name", NAME)["total"] == 1
    finally:
        user.close()
