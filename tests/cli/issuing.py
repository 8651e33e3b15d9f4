"""Certificates and CRLs for tests, and what openssl says of them."""
import subprocess


def issue(pki, *names, profile="server", **options):
    """Issue one into the test's folder; gives the document of `issue --json`."""
    more = [word for key, value in options.items() for word in (f"--{key}", value)]
    return pki.json("issue", profile, *names, "--force", *more)


def openssl(*args, input=None):
    run = subprocess.run(["openssl", *map(str, args)], input=input, capture_output=True, text=True, env={"PATH": "/usr/bin:/bin"})
    assert run.returncode == 0, f"openssl {args}\n{run.stdout}{run.stderr}"
    return run.stdout


def crl_text(pki, authority="issuing"):
    """The published CRL as openssl reads it."""
    return openssl("crl", "-inform", "DER", "-in", pki.home / "public" / f"{authority}.crl", "-noout", "-text")


def crl_number(pki, authority="issuing"):
    text = openssl("crl", "-inform", "DER", "-in", pki.home / "public" / f"{authority}.crl", "-noout", "-crlnumber")
    return int(text.split("=")[1].strip(), 16)


def is_revoked_for_openssl(pki, certificate):
    """Does openssl verify refuse it as revoked by the published CRL? Anything else but good is a failure of the test."""
    public, folder = pki.home / "public", pki.folder
    for name in ("root", "issuing"):
        openssl("x509", "-inform", "DER", "-in", public / f"{name}.crt", "-out", folder / f"{name}.pem")
    openssl("crl", "-inform", "DER", "-in", public / "issuing.crl", "-out", folder / "issuing.crl.pem")
    run = subprocess.run(["openssl", "verify", "-crl_check", "-CAfile", folder / "root.pem", "-untrusted", folder / "issuing.pem",
                          "-CRLfile", folder / "issuing.crl.pem", folder / certificate], capture_output=True, text=True)
    assert run.returncode == 0 or "certificate revoked" in run.stderr, run.stdout + run.stderr
    return run.returncode != 0


def tree(folder):
    """Every file below a folder with its bytes, but for what SQLite keeps beside an open database."""
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*"))
            if p.is_file() and not p.name.endswith(("-wal", "-shm"))}


def records(pki):
    """All records and acts as the program tells them."""
    return pki.json("list")["certificates"], pki.json("log", "list")
