"""What the tests of hostile input share: a small DER writer, requests made by hand, and what a refusal may cost."""
import base64
import os
import resource
import subprocess
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

from conftest import Catena
from judges import header
from processes import PROGRAM

CPU_S, MEMORY = 0.050, 64 << 20
SANITIZED = b"__asan_init" in Path(PROGRAM).read_bytes()


# ---- DER

def tlv(tag, *parts):
    body = b"".join(parts)
    return header(tag, len(body)) + body


def seq(*parts):
    return tlv(0x30, *parts)


def set_of(*parts):
    return tlv(0x31, *parts)


def number(n):
    return tlv(0x02, n.to_bytes(n.bit_length() // 8 + 1, "big"))


def bits(data):
    return tlv(0x03, b"\0", data)


def octets(*parts):
    return tlv(0x04, *parts)


def oid(dotted):
    first, second, *rest = map(int, dotted.split("."))
    out = b""
    for arc in (40 * first + second, *rest):
        part = bytes([arc & 0x7F])
        while arc := arc >> 7:
            part = bytes([0x80 | arc & 0x7F]) + part
        out += part
    return tlv(0x06, out)


def nested(depth, tag=0x30):
    """Empty values inside each other, as deep as said; written from the inside, in linear time."""
    parts, n = [], 0
    for _ in range(depth):
        parts.append(header(tag, n))
        n += len(parts[-1])
    return b"".join(reversed(parts))


# ---- requests

CN, SAN, EXTENSION_REQUEST = "2.5.4.3", "2.5.29.17", "1.2.840.113549.1.9.14"
SHA256_ECDSA = seq(oid("1.2.840.10045.4.3.2"))
SHA256_RSA = seq(oid("1.2.840.113549.1.1.11"), tlv(0x05))
KEY = ec.derive_private_key(0xC0FFEE, ec.SECP256R1())


def name(*values, tag=0x0C, kind=CN):
    return seq(*(set_of(seq(oid(kind), tlv(tag, v))) for v in values))


def dns(*names):
    """The value of a subjectAltName."""
    return seq(*(tlv(0x82, n) for n in names))


def extension(kind, value):
    return seq(oid(kind), octets(value))


def wish(*extensions):
    """The attribute that asks for extensions."""
    return seq(oid(EXTENSION_REQUEST), set_of(seq(*extensions)))


def san(*names):
    return wish(extension(SAN, dns(*names)))


def spki(key=KEY):
    return key.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)


def rsa_spki(n, e=65537):
    return seq(seq(oid("1.2.840.113549.1.1.1"), tlv(0x05)), bits(seq(number(n), number(e))))


def signed(info, key=KEY, algorithm=None, digest=hashes.SHA256()):
    """The request around its info; key None signs with nothing."""
    if isinstance(key, rsa.RSAPrivateKey):
        return seq(info, algorithm or SHA256_RSA, bits(key.sign(info, padding.PKCS1v15(), digest)))
    signature = key.sign(info, ec.ECDSA(digest)) if key else seq(number(1), number(1))
    return seq(info, algorithm or SHA256_ECDSA, bits(signature))


def info(*attributes, subject=name(b"asked"), public=None, version=number(0)):
    return seq(version, subject, public or spki(), tlv(0xA0, *attributes))


def request(*attributes, subject=name(b"asked"), public=None, key=KEY, algorithm=None, version=number(0)):
    """A whole request; unless said it is sound, and signed by KEY."""
    return signed(info(*attributes, subject=subject, public=public, version=version), key, algorithm)


def pem(der, label="CERTIFICATE REQUEST"):
    body = base64.encodebytes(der).replace(b"\n", b"")
    lines = b"\n".join(body[i:i + 64] for i in range(0, len(body), 64))
    return b"-----BEGIN %s-----\n%s\n-----END %s-----\n" % (label.encode(), lines, label.encode())


# ---- what it may cost

def spend(catena, *args, limit=MEMORY):
    """Run the Release program with that much address space at most; gives exit status, CPU seconds and what it said."""
    def limited():
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    with open(catena.folder / "said", "w+b") as said:
        child = subprocess.Popen([PROGRAM, *map(str, args)], cwd=catena.folder, env=catena.env, stdin=subprocess.DEVNULL,
                                 stdout=said, stderr=said, preexec_fn=limited, start_new_session=True)
        _, status, used = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        said.seek(0)
        return child.returncode, used.ru_utime + used.ru_stime, said.read().decode(errors="replace")


def is_cheap(catena, status, *args, cpu_s=CPU_S):
    """Within budget beyond what a process costs at all: the best of five, since other processes disturb the measure."""
    if SANITIZED:
        pytest.skip("what a refusal costs is measured on a Release build")
    costs = []
    for _ in range(5):
        got, used, said = spend(catena, *args)
        assert got == status, f"exit {got} within {MEMORY >> 20} MiB\n{said[:2000]}"
        costs.append(used - spend(catena, "version")[1])
        if costs[-1] < cpu_s:
            return
    raise AssertionError(f"{args}: {min(costs) * 1000:.0f} ms of CPU, {cpu_s * 1000:.0f} are allowed")
