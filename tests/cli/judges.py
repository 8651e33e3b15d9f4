"""Other programs' opinion of what was issued: openssl, certtool, Python's cryptography, and an own strict walk over the DER."""
import base64
import re
import subprocess

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, padding, rsa

ENV = {"PATH": "/usr/bin:/bin"}
PURPOSES = {"serverAuth": "1.3.6.1.5.5.7.3.1", "clientAuth": "1.3.6.1.5.5.7.3.2", "codeSigning": "1.3.6.1.5.5.7.3.3",
            "emailProtection": "1.3.6.1.5.5.7.3.4", "OCSPSigning": "1.3.6.1.5.5.7.3.9"}


def run(*args, input=None):
    return subprocess.run([*map(str, args)], input=input, capture_output=True, text=isinstance(input, str) or input is None, env=ENV)


def ders(path):
    """Every block of a PEM file, in its order."""
    blocks = re.findall(r"-----BEGIN ([A-Z0-9 ]+)-----\n([A-Za-z0-9+/=\n]+)-----END \1-----\n", path.read_text())
    return [base64.b64decode(body) for _, body in blocks]


def load(path):
    return x509.load_pem_x509_certificate(path.read_bytes())


def openssl_accepts(leaf, chain, root, purpose=None, at=None):
    more = (["-purpose", purpose] if purpose else []) + (["-attime", str(at)] if at else [])
    seen = run("openssl", "verify", "-x509_strict", "-check_ss_sig", *more, "-CAfile", root, "-untrusted", chain, leaf)
    assert seen.returncode == 0, seen.stdout + seen.stderr


def certtool_accepts(chain, root, purpose=None):
    more = ["--verify-purpose", PURPOSES[purpose]] if purpose else []
    seen = run("certtool", "--verify", "--load-ca-certificate", root, "--infile", chain, *more)
    assert seen.returncode == 0 and "Verified. The certificate is trusted" in seen.stdout, seen.stdout + seen.stderr


def signature_is_by(cert, issuer):
    """The signature by hand; raises when it is not."""
    key = issuer.public_key()
    if isinstance(key, rsa.RSAPublicKey):
        key.verify(cert.signature, cert.tbs_certificate_bytes, padding.PKCS1v15(), cert.signature_hash_algorithm)
    elif isinstance(key, ec.EllipticCurvePublicKey):
        key.verify(cert.signature, cert.tbs_certificate_bytes, ec.ECDSA(cert.signature_hash_algorithm))
    else:
        assert isinstance(key, (ed25519.Ed25519PublicKey, ed448.Ed448PublicKey))
        key.verify(cert.signature, cert.tbs_certificate_bytes)


def extension_titles(path):
    """What stands under "X509v3 extensions" of openssl's text, in its order and words."""
    text = run("openssl", "x509", "-in", path, "-noout", "-text").stdout
    part = text.split("X509v3 extensions:\n")[1].split("    Signature Algorithm:")[0]
    return [line.strip().removesuffix(":").replace(": critical", " (critical)") for line in part.splitlines() if re.match(r" {12}\S", line)]


def header(tag, n):
    if n < 128:
        return bytes([tag, n])
    size = n.to_bytes((n.bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(size)]) + size


def again(der):
    """Read all TLVs, as X.690 11 wants them, and write them anew."""
    out, at = b"", 0
    while at < len(der):
        tag, n, start = der[at], der[at + 1], at + 2
        if n & 0x80:
            n, start = int.from_bytes(der[start:start + (n & 0x7F)], "big"), start + (n & 0x7F)
        body = der[start:start + n]
        assert len(body) == n and tag & 0x1F != 0x1F, "truncated, or a long tag"
        if tag & 0x20:
            parts = split(body)
            assert tag != 0x31 or parts == sorted(parts), "a SET OF out of order"
            body = b"".join(again(part) for part in parts)
        if tag == 0x01:
            assert body == b"\xff", "a BOOLEAN that is the default or not FF"
        if tag == 0x02:
            assert n == 1 or (body[0], body[1] >> 7) not in ((0, 0), (0xFF, 1)), "an INTEGER that is not minimal"
        if tag == 0x17:
            assert re.fullmatch(rb"\d{12}Z", body)
        if tag == 0x18:
            assert re.fullmatch(rb"\d{14}Z", body)
        out += header(tag, len(body)) + body
        at = start + n
    return out


def split(der):
    parts, at = [], 0
    while at < len(der):
        n, start = der[at + 1], at + 2
        if n & 0x80:
            n, start = int.from_bytes(der[start:start + (n & 0x7F)], "big"), start + (n & 0x7F)
        parts.append(der[at:start + n])
        at = start + n
    return parts


def judge(chain_file, root_file, purpose=None, usage=None):
    """All judges over a chain file (leaf first) and the root; gives the leaf as cryptography sees it."""
    blocks = ders(chain_file)
    path = [x509.load_der_x509_certificate(der) for der in blocks] + [load(root_file)]
    for der in blocks:
        assert again(der) == der
    for extension in path[0].extensions:
        assert extension.value.public_bytes() in blocks[0], extension
    for cert, issuer in zip(path, path[1:] + path[-1:]):
        assert cert.issuer == issuer.subject
        assert issuer.not_valid_before <= cert.not_valid_after <= issuer.not_valid_after
        signature_is_by(cert, issuer)
    openssl_accepts(chain_file, chain_file, root_file, purpose)
    certtool_accepts(chain_file, root_file, usage)
    return path[0]


@pytest.fixture
def root(pki):
    """The root as a PEM file."""
    pki.ok("ca", "export", "root", "--out", "root.pem")
    return pki.folder / "root.pem"
