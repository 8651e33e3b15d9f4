"""issue: what comes out, judged by openssl, certtool and Python's cryptography; and what is refused, with every word of why."""
import datetime
import ipaddress
import os
import re
import shutil
import sqlite3
import subprocess

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, rsa

from conftest import BIN, Catena, one_document
from judges import again, ders, extension_titles, judge, load, root, run
from issuing import tree

assert root  # a fixture
WEB = "web.internal.example"
URL = "http://pki.internal.example"
ALGORITHMS = ["ecdsa-p256", "ecdsa-p384", "ecdsa-p521", "rsa-2048", "rsa-3072", "rsa-4096", "ed25519", "ed448"]
USUAL = ["X509v3 Subject Key Identifier", "X509v3 Authority Key Identifier"]
ADDRESSES = ["X509v3 CRL Distribution Points", "Authority Information Access"]
# profile: names, purposes of openssl, purpose of certtool, extensions without identifiers and addresses, lifetime
PROFILES = {
    "server": ([WEB, "10.0.0.7"], ["sslserver"], "serverAuth", ["Key Usage (critical)", "Extended Key Usage", "Subject Alternative Name"], 90),
    "client": (["backup.internal.example"], ["sslclient"], "clientAuth", ["Key Usage (critical)", "Extended Key Usage", "Subject Alternative Name"], 90),
    "peer": (["db1.internal.example"], ["sslserver", "sslclient"], "clientAuth",
             ["Key Usage (critical)", "Extended Key Usage", "Subject Alternative Name"], 90),
    "spiffe": (["spiffe://internal.example/shop/pay"], ["sslserver", "sslclient"], "serverAuth",
               ["Key Usage (critical)", "Extended Key Usage", "Subject Alternative Name (critical)"], 1),
    "device": (["p7.devices.internal.example", "10.1.2.3"], ["sslclient"], "clientAuth",
               ["Key Usage (critical)", "Extended Key Usage", "Subject Alternative Name"], 365),
    "ocsp-signer": ([], ["ocsphelper"], "OCSPSigning", ["Key Usage (critical)", "Extended Key Usage", "OCSP No Check"], 14),
    "person": (["jane.doe@internal.example"], ["smimesign", "smimeencrypt", "sslclient"], "emailProtection",
               ["Key Usage (critical)", "Extended Key Usage", "Subject Alternative Name"], 365),
    "code-signing": ([], ["any"], "codeSigning", ["Key Usage (critical)", "Extended Key Usage"], 365),
}


def edit(pki, profile, *changes):
    """Change lines of a policy; each must be there."""
    path = pki.home / "policies" / f"{profile}.yaml"
    text = path.read_text()
    for old, new in changes:
        assert old in text, f"{old!r} is not in {path}"
        text = text.replace(old, new)
    path.write_text(text)


def set_keys(pki, profile, algorithm, reuse="refuse"):
    path = pki.home / "policies" / f"{profile}.yaml"
    text, n = re.subn(r"^key: .*$", f"key: {{ generate: {algorithm}, allow: [{algorithm}], reuse: {reuse} }}", path.read_text(), flags=re.M)
    assert n == 1
    path.write_text(text)


def paste(pki, name):
    """What the comment of a profile says to paste, pasted."""
    profile = {"people": "person", "code": "code-signing"}[name]
    comment = (pki.home / "policies" / f"{profile}.yaml").read_text()
    block = re.search(rf"#   {name}:\n(#     .*\n)+", comment)[0]
    with (pki.home / "policies" / "ca.yaml").open("a") as f:
        f.write("\n" + re.sub(r"^# ?", "", block, flags=re.M))
    pki.ok("ca", "create", name, "--no-passphrase")


def log_size(pki):
    return pki.json("log", "verify")["size"]


def genkey(folder, name, algorithm="ecdsa-p256"):
    kind, _, size = algorithm.partition("-")
    how = {"ecdsa": ["EC", "-pkeyopt", f"ec_paramgen_curve:P-{size[1:]}"], "rsa": ["RSA", "-pkeyopt", f"rsa_keygen_bits:{size}"],
           "ed25519": ["ED25519"], "ed448": ["ED448"]}[kind]
    made = run("openssl", "genpkey", "-algorithm", *how, "-out", folder / name)
    assert made.returncode == 0, made.stderr
    return folder / name


def request(folder, *extensions, subject="/CN=asked", key=None, der=False, name="request"):
    key = key or genkey(folder, f"{name}.key.pem")
    out = folder / f"{name}.{'der' if der else 'pem'}"
    more = [word for e in extensions for word in ("-addext", e)]
    made = run("openssl", "req", "-new", "-key", key, "-subj", subject, "-out", out, "-outform", "DER" if der else "PEM", *more)
    assert made.returncode == 0, made.stderr
    return out


def public_key_is(cert, algorithm):
    key = cert.public_key()
    kind, _, size = algorithm.partition("-")
    if kind == "rsa":
        return isinstance(key, rsa.RSAPublicKey) and key.key_size == int(size) and key.public_numbers().e == 65537
    if kind == "ecdsa":
        return isinstance(key, ec.EllipticCurvePublicKey) and key.curve.key_size == int(size[1:])
    return isinstance(key, {"ed25519": ed25519.Ed25519PublicKey, "ed448": ed448.Ed448PublicKey}[kind])


def opens(key_file, cert):
    public = run("openssl", "pkey", "-in", key_file, "-pubout").stdout
    return public == run("openssl", "x509", "-in", cert, "-noout", "-pubkey").stdout


def at(text):
    return datetime.datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ")


# ---- every profile

@pytest.fixture(scope="session")
def with_url_home(tmp_path_factory):
    folder = tmp_path_factory.mktemp("url")
    Catena(folder).ok("init", "--org", "Example", "--domain", "internal.example", "--no-passphrase", "--url", URL)
    return folder


@pytest.fixture
def addressed(with_url_home, tmp_path):
    """A home whose certificates carry URLs."""
    shutil.copytree(with_url_home, tmp_path, symlinks=True, dirs_exist_ok=True)
    return Catena(tmp_path)


@pytest.mark.parametrize("profile", PROFILES)
def test_every_starting_profile_gives_what_its_purpose_needs_and_nothing_else(addressed, profile):
    names, purposes, usage, titles, days = PROFILES[profile]
    if profile in ("person", "code-signing"):
        paste(addressed, {"person": "people", "code-signing": "code"}[profile])
    addressed.ok("ca", "export", "root", "--out", "root.pem")
    asked = datetime.datetime.utcnow()
    document = addressed.json("issue", profile, *names, "--out", ".")
    chain, root_file = addressed.folder / document["files"]["chain"], addressed.folder / "root.pem"
    for purpose in purposes:
        cert = judge(chain, root_file, purpose, usage)
    shown = [title.removeprefix("X509v3 ") for title in extension_titles(chain)]
    assert sorted(shown) == sorted(titles + [t.removeprefix("X509v3 ") for t in USUAL + ADDRESSES])
    assert cert.not_valid_after == at(document["not_after"]) and cert.not_valid_before == at(document["not_before"])
    issued_at = cert.not_valid_after - datetime.timedelta(days=days, seconds=-1)
    assert asked - datetime.timedelta(seconds=1) <= issued_at <= datetime.datetime.utcnow()
    assert issued_at - cert.not_valid_before == datetime.timedelta(minutes=5)
    assert opens(addressed.folder / document["files"]["key"], chain)


@pytest.mark.parametrize("profile", ["server", "client", "device"])
def test_a_certificate_fits_its_document(addressed, profile):
    names = PROFILES[profile][0]
    document = addressed.json("issue", profile, *names, "--out", "-")
    cert = x509.load_pem_x509_certificate(document["certificate"].encode())
    assert f"{cert.serial_number:x}" == document["serial"] and len(document["serial"]) == 40 and document["serial"][0] in "4567"
    assert cert.fingerprint(cert.signature_hash_algorithm).hex() == document["sha256"]
    assert cert.subject.rfc4514_string() == document["subject"] == f"CN={names[0]},O=Example"
    san = cert.extensions.get_extension_for_class(x509.SubjectAlternativeName)
    assert san.critical is False and [str(n.value) for n in san.value] == document["names"] == names
    assert cert.issuer.rfc4514_string() == "CN=Example Issuing CA 1,O=Example"
    assert {"serial", "sha256", "subject", "names", "not_before", "not_after", "profile", "authority", "certificate", "chain", "key", "dropped",
            "log_index", "ok"} == set(document)
    assert document["profile"] == profile and document["authority"] == "issuing" and document["dropped"] == []
    record = addressed.json("show", document["serial"])
    assert record["sha256"] == document["sha256"]
    assert document["log_index"] == log_size(addressed) - 1


def test_an_empty_subject_makes_the_names_critical(pki):
    cert = x509.load_pem_x509_certificate(pki.json("issue", "spiffe", "spiffe://internal.example/a", "--out", "-")["certificate"].encode())
    assert list(cert.subject) == [] and cert.extensions.get_extension_for_class(x509.SubjectAlternativeName).critical is True


def test_serials_are_of_20_octets_rise_with_time_and_never_meet(pki):
    serials = [pki.json("issue", "server", WEB, "--out", "-")["serial"] for _ in range(8)]
    assert len(set(serials)) == 8 and all(len(s) == 40 and s[0] == "4" for s in serials)
    assert [s[:10] for s in serials] == sorted(s[:10] for s in serials)


# ---- every key algorithm

@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_every_key_algorithm_is_made_and_certified(pki, root, algorithm):
    set_keys(pki, "server", algorithm)
    document = pki.json("issue", "server", WEB)
    cert = judge(pki.folder / document["files"]["chain"], root, "sslserver", "serverAuth")
    assert public_key_is(cert, algorithm) and opens(pki.folder / document["files"]["key"], pki.folder / document["files"]["certificate"])
    usage = cert.extensions.get_extension_for_class(x509.KeyUsage).value
    assert usage.digital_signature and usage.key_encipherment == algorithm.startswith("rsa")
    assert oct((pki.folder / document["files"]["key"]).stat().st_mode & 0o777) == "0o600"


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_every_key_algorithm_is_taken_from_a_request(pki, root, algorithm):
    set_keys(pki, "server", algorithm)
    key = genkey(pki.folder, "mine.pem", algorithm)
    document = pki.json("issue", "server", WEB, "--csr", request(pki.folder, key=key))
    assert set(document["files"]) == {"certificate", "chain"} and not (pki.folder / f"{WEB}.key").exists()
    cert = judge(pki.folder / document["files"]["chain"], root, "sslserver", "serverAuth")
    assert public_key_is(cert, algorithm) and opens(key, pki.folder / f"{WEB}.crt")


@pytest.mark.parametrize("algorithm", ["ecdsa-p521", "rsa-2048", "rsa-4096", "ed25519", "ed448"])
def test_every_key_algorithm_issues(pki, algorithm):
    with (pki.home / "policies" / "ca.yaml").open("a") as f:
        f.write(f"""
  other-root:
    subject: {{ CN: Other Root }}
    key: {{ algorithm: {algorithm}, protection: none }}
    lifetime: 10y
    path_length: 1
  other:
    issuer: other-root
    subject: {{ CN: Other Issuing }}
    key: {{ algorithm: {algorithm}, protection: none }}
    lifetime: 5y
    path_length: 0
""")
    pki.ok("ca", "create", "other-root")
    pki.ok("ca", "create", "other")
    edit(pki, "server", ("issuer: issuing", "issuer: other"))
    pki.ok("ca", "export", "other-root", "--out", "root.pem")
    document = pki.json("issue", "server", WEB)
    judge(pki.folder / document["files"]["chain"], pki.folder / "root.pem", "sslserver", "serverAuth")
    for authority in ("other-root", "other"):
        pki.ok("ca", "export", authority, "--out", f"{authority}.pem")
        seen = run("openssl", "crl", "-inform", "DER", "-in", pki.home / "public" / f"{authority}.crl", "-noout", "-CAfile",
                   pki.folder / f"{authority}.pem")
        assert "verify OK" in seen.stderr, seen.stderr


@pytest.mark.parametrize("usages, algorithm, want", [
    ("digitalSignature, keyEncipherment, dataEncipherment", "rsa-2048", {"digital_signature", "key_encipherment", "data_encipherment"}),
    ("digitalSignature, keyEncipherment, keyAgreement", "ecdsa-p256", {"digital_signature", "key_agreement"}),
    ("digitalSignature, keyEncipherment, keyAgreement", "ed25519", {"digital_signature"}),
])
def test_usages_that_a_key_cannot_have_are_dropped(pki, usages, algorithm, want):
    set_keys(pki, "server", algorithm)
    edit(pki, "server", ("key_usage: [digitalSignature, keyEncipherment]", f"key_usage: [{usages}]"))
    cert = x509.load_pem_x509_certificate(pki.json("issue", "server", WEB, "--out", "-")["certificate"].encode())
    usage = cert.extensions.get_extension_for_class(x509.KeyUsage)
    bits = {b for b in ("digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement", "key_cert_sign",
                        "crl_sign") if getattr(usage.value, b)}
    assert usage.critical and bits == want


# ---- names

@pytest.mark.parametrize("given, shown, kind", [
    ("A.Internal.Example.", "a.internal.example", x509.DNSName), ("grüße.internal.example", "xn--gre-6ka8l.internal.example", x509.DNSName),
    ("xn--gre-6ka8l.internal.example", "xn--gre-6ka8l.internal.example", x509.DNSName), ("localhost", "localhost", x509.DNSName),
    ("10.255.255.255", "10.255.255.255", x509.IPAddress), ("fd00:0:0::1", "fd00::1", x509.IPAddress), ("::1", "::1", x509.IPAddress),
])
def test_a_name_becomes_what_the_rfcs_want(pki, given, shown, kind):
    document = pki.json("issue", "server", given, "--out", "-")
    cert = x509.load_pem_x509_certificate(document["certificate"].encode())
    san = list(cert.extensions.get_extension_for_class(x509.SubjectAlternativeName).value)
    assert document["names"] == [shown] and [(type(n), str(n.value)) for n in san] == [(kind, shown)]
    if kind is x509.IPAddress:
        assert san[0].value == ipaddress.ip_address(given)


def test_types_of_names_are_told_apart_by_form(pki):
    edit(pki, "server", ("names:\n", 'names:\n  email: { allow: [internal.example], max: 5 }\n  uri: { allow: ["https://**.internal.example/"] }\n'))
    document = pki.json("issue", "server", WEB, "10.0.0.1", "fd00::2", "ops@internal.example", "--out", "-", "--dry-run")
    assert document["names"] == [WEB, "10.0.0.1", "fd00::2", "ops@internal.example"]


def test_a_name_given_twice_stands_once(pki):
    assert pki.json("issue", "server", WEB, WEB.upper(), "--out", "-")["names"] == [WEB]


@pytest.mark.parametrize("name, text", [
    ("a b", "name: not a DNS name: 'a b': a character that no DNS name has"), ("", "name '': an empty name"),
    ("-a.internal.example", None), ("a..internal.example", None), ("x" * 64 + ".internal.example", None), ("a@", None), ("@b", None),
    ("a\x01b", None), ("1.2.3", None), ("1.2.3.256", None), ("::g", None), ("http://", None), ("a*.internal.example", None),
    (".".join(["abcdefgh"] * 40), None),
])
def test_what_is_no_name_is_refused_and_nothing_is_recorded(pki, name, text):
    before = log_size(pki)
    seen = pki("--json", "issue", "server", "--", name)
    error = one_document(seen.stdout)["error"]
    assert seen.returncode == 2 and error["code"] == "input" and error["text"].startswith("name") and (text is None or error["text"] == text)
    assert log_size(pki) == before


def test_a_wildcard_needs_the_profile_and_its_files_say_so(pki, root):
    assert pki.fails(1, "policy", "issue", "server", "*.apps.internal.example")["text"] == (
        "policy server: names.dns.wildcard: '*.apps.internal.example' is a wildcard, and names.dns.wildcard is false (policies/server.yaml:22)")
    edit(pki, "server", ("wildcard: false", "wildcard: true"))
    document = pki.json("issue", "server", "*.apps.internal.example")
    assert document["files"] == {"certificate": "_wildcard.apps.internal.example.crt", "chain": "_wildcard.apps.internal.example.chain.crt",
                                 "key": "_wildcard.apps.internal.example.key"}
    judge(pki.folder / document["files"]["chain"], root, "sslserver", "serverAuth")
    assert "names.dns" in pki.fails(1, "policy", "issue", "server", "*.internal.example")["text"]


# ---- refusals

def test_a_refusal_says_all_its_reasons(pki):
    asked = ("issue", "server", "web.example.com", "db.corp", "1.2.3.4", "user@internal.example", "ca.internal.example", "--lifetime", "2y")
    error = pki.fails(1, "policy", *asked)
    assert sorted(r["rule"] for r in error["reasons"]) == ["lifetime.max", "names.dns", "names.dns", "names.dns", "names.email", "names.ip"]
    assert all(r["file"] == "policies/server.yaml" and r["line"] > 1 for r in error["reasons"])
    seen = pki(*asked)
    assert seen.returncode == 1 and seen.stdout == ""
    lines = seen.stderr.splitlines()
    assert lines[:-1] == [f"catena issue: policy server: {r['rule']}: {r['text']} ({r['file']}:{r['line']})" for r in error["reasons"]]
    assert lines[-1].startswith("try: ") and error["text"] == lines[0].removeprefix("catena issue: ")


def test_a_refusal_is_logged_and_leaves_no_file(pki):
    before, here = log_size(pki), sorted(pki.folder.iterdir())
    pki.fails(1, "policy", "issue", "server", "web.example.com")
    assert log_size(pki) > before and sorted(pki.folder.iterdir()) == here
    assert any(e["act"] == "refuse" for e in pki.json("log", "list")["leaves"])


@pytest.mark.parametrize("arguments, text, hint", [
    (["server"], "policy server: names.total: 0 names: at least 1 needed (policies/server.yaml:24)", "give the names: catena issue server NAME..."),
    (["server", WEB, "--lifetime", "10y"], "policy server: lifetime.max: 10y is over 398d (policies/server.yaml:7)", "ask for at most 397d"),
    (["server", WEB, "--lifetime", "398d"], "policy server: lifetime.max: ", "ask for at most 397d"),
    (["spiffe", "spiffe://internal.example/a", "spiffe://internal.example/b"],
     "policy spiffe: names.uri.max: 2 names of this type: at most 1 (policies/spiffe.yaml:9)", None),
    (["ocsp-signer", WEB], f"policy ocsp-signer: names.dns: '{WEB}' is a DNS name, and this profile allows none", "add 'dns: "),
    (["client", "Alice"], "policy client: names.dns: 'alice' is outside **.internal.example (policies/client.yaml:11)", "ask for a name inside"),
    (["server", "ca.internal.example"], "policy server: names.dns: 'ca.internal.example' is ", None),
])
def test_a_policy_says_no_in_words_that_help(pki, arguments, text, hint):
    error = pki.fails(1, "policy", "issue", *arguments)
    assert error["text"].startswith(text) and (hint is None or error["hint"].startswith(hint)), error


@pytest.mark.parametrize("arguments, code, text, hint", [
    (["serverr", WEB], "not_found", "there is no profile 'serverr'", "did you mean 'server'?"),
    ([WEB], "not_found", f"there is no profile '{WEB}'", "there are client, code-signing, device, ocsp-signer, peer, person, server, spiffe"),
    (["person", "jane@internal.example"], "input", "policy person: issuer: authority 'people' does not exist", "describe it in policies/ca.yaml"),
    (["server", WEB, "--lifetime", "30"], "usage", "--lifetime: '30' is not a duration", "catena issue --help"),
    (["server", WEB, "--lifetime", "0d"], "usage", "--lifetime: '0d' is too short", "catena issue --help"),
    ([], "usage", "PROFILE is missing", "catena issue --help"),
])
def test_a_wrong_call_is_told_what_is_right(pki, arguments, code, text, hint):
    before = log_size(pki)
    error = pki.fails(2, code, "issue", *arguments)
    assert error["text"].startswith(text) and error["hint"].startswith(hint), error
    assert log_size(pki) == before


def test_without_a_home_it_says_how_to_make_one(catena):
    error = catena.fails(3, "store", "issue", "server", WEB)
    assert error["text"] == f"there is no home at {catena.home}" and error["hint"] == "catena init makes one; -C DIR or CATENA_HOME names another"


def test_the_authority_s_own_constraints_stand_above_the_profile(pki):
    edit(pki, "server", ('"**.internal.example", localhost]', '"**.internal.example", localhost, "**.example.org"]'))
    before = len(pki.json("list")["certificates"])
    error = pki.fails(1, "policy", "issue", "server", "www.example.org")
    assert error["reasons"][0]["rule"] == "issuer.name_constraints" and "www.example.org" in error["text"], error
    assert len(pki.json("list")["certificates"]) == before


# ---- lifetime

@pytest.mark.parametrize("asked, seconds", [("1s", 1), ("90s", 90), ("5m", 300), ("2h", 7200), ("3d", 259200), ("1w", 604800), ("1y", 31536000)])
def test_a_lifetime_counts_its_last_second(pki, asked, seconds):
    document = pki.json("issue", "server", WEB, "--lifetime", asked, "--out", "-")
    assert (at(document["not_after"]) - at(document["not_before"])).total_seconds() == seconds + 300 - 1


def test_a_leaf_that_would_outlive_its_issuer_is_refused_or_shortened(pki, root):
    edit(pki, "server", ("max: 398d", "max: 9y"))
    error = pki.fails(1, "policy", "issue", "server", WEB, "--lifetime", "8y")
    assert error["reasons"][0]["rule"] == "lifetime.past_issuer", error
    edit(pki, "server", ("past_issuer: refuse", "past_issuer: shorten"))
    document = pki.json("issue", "server", WEB, "--lifetime", "8y")
    assert document["not_after"] == pki.json("ca", "show", "issuing")["not_after"]
    judge(pki.folder / document["files"]["chain"], root, "sslserver", "serverAuth")


# ---- requests

GREEDY = ("subjectAltName=DNS:a.internal.example,IP:10.0.0.9", "basicConstraints=critical,CA:TRUE,pathlen:5", "extendedKeyUsage=codeSigning",
          "keyUsage=keyCertSign,cRLSign", "1.2.3.4=ASN1:UTF8String:x")


@pytest.mark.parametrize("der", [False, True])
def test_a_request_gives_its_key_and_its_names_alone(pki, root, der):
    csr = request(pki.folder, *GREEDY, subject="/CN=asked/O=Evil/C=NO", der=der)
    document = pki.json("issue", "server", "--csr", csr)
    assert document["names"] == ["a.internal.example", "10.0.0.9"] and document["subject"] == "CN=a.internal.example,O=Example"
    assert [d["what"] for d in document["dropped"]] == ["basicConstraints", "extendedKeyUsage", "keyUsage", "1.2.3.4", "subject C=NO,O=Evil,CN=asked"]
    assert all(d["from"] == "csr" and d["why"] for d in document["dropped"])
    cert = judge(pki.folder / document["files"]["chain"], root, "sslserver", "serverAuth")
    titles = extension_titles(pki.folder / document["files"]["certificate"])
    assert sorted(titles) == sorted(["X509v3 Key Usage (critical)", "X509v3 Extended Key Usage", "X509v3 Subject Alternative Name", *USUAL])
    assert [o.dotted_string for o in cert.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value] == ["1.3.6.1.5.5.7.3.1"]
    assert not cert.extensions.get_extension_for_class(x509.KeyUsage).value.key_cert_sign


def test_people_see_what_was_dropped(pki):
    seen = pki("issue", "server", "--csr", request(pki.folder, *GREEDY[:2]))
    assert seen.returncode == 0
    assert seen.stderr.splitlines() == ["dropped from the csr: basicConstraints (csr.copy does not name it)",
                                        "dropped from the csr: subject CN=asked (the profile makes the subject)"]


def test_names_of_the_command_line_stand_above_those_of_the_request(pki):
    document = pki.json("issue", "server", WEB, "--csr", request(pki.folder, GREEDY[0]))
    assert document["names"] == [WEB]
    assert {"from": "csr", "what": "subjectAltName a.internal.example", "why": "other names were asked for"} in document["dropped"]
    assert {"from": "csr", "what": "subjectAltName 10.0.0.9", "why": "other names were asked for"} in document["dropped"]


def test_one_forbidden_name_in_a_request_refuses_the_whole(pki):
    csr = request(pki.folder, "subjectAltName=DNS:a.internal.example,DNS:evil.example.org")
    error = pki.fails(1, "policy", "issue", "server", "--csr", csr)
    assert [r["text"] for r in error["reasons"]] == ["'evil.example.org' is outside **.internal.example, localhost"]


def test_a_common_name_is_never_a_name(pki):
    error = pki.fails(1, "policy", "issue", "server", "--csr", request(pki.folder, subject=f"/CN={WEB}"))
    assert error["text"] == "policy server: names.total: 0 names: at least 1 needed (policies/server.yaml:24)"
    assert error["hint"] == "a CSR's CN is never a name: give the name on the command line or add a subjectAltName"


def test_names_of_a_request_count_only_if_the_profile_copies_them(pki):
    edit(pki, "server", ("copy: [subjectAltName]", "copy: []"))
    error = pki.fails(1, "policy", "issue", "server", "--csr", request(pki.folder, GREEDY[0]))
    assert error["reasons"][0]["rule"] == "names.total"


@pytest.mark.parametrize("what, text", [
    ("certificate", "request: no CERTIFICATE REQUEST block, but CERTIFICATE"), ("key", "request: no CERTIFICATE REQUEST block, but PRIVATE KEY"),
    ("text", "request: "), ("empty", "--csr: "), ("weak", "request: public key: RSA modulus of 1024 bits; 2048 to 8192 are accepted"),
    ("curve", "request: public key: EC key on a curve other than P-256, P-384, P-521"),
    ("explicit", "request: public key: "), ("altered", "request: wrong proof of possession: the request is not signed with the key that it asks for"),
    ("trailing", "request: "), ("huge", "--csr: "),
])
def test_a_request_that_can_never_be_used_is_refused_as_input(pki, what, text):
    folder, path = pki.folder, pki.folder / "bad"
    good = request(folder, GREEDY[0], der=True).read_bytes()
    if what == "certificate":
        pki.ok("ca", "export", "root", "--out", path)
    elif what == "key":
        genkey(folder, "bad")
    elif what in ("weak", "curve", "explicit"):
        make = {"weak": ["genrsa", "-out", folder / "k", "1024"], "curve": ["ecparam", "-name", "secp256k1", "-genkey", "-noout", "-out", folder / "k"],
                "explicit": ["ecparam", "-name", "prime256v1", "-genkey", "-noout", "-param_enc", "explicit", "-out", folder / "k"]}[what]
        assert run("openssl", *make).returncode == 0
        shutil.copy(request(folder, GREEDY[0], key=folder / "k", name="other"), path)
    else:
        path.write_bytes({"text": b"root:x:0:0:root:/root:/bin/sh\n", "empty": b"", "altered": good[:-3] + bytes([good[-3] ^ 1]) + good[-2:],
                          "trailing": good + b"\0", "huge": b"\x30" * (3 << 20)}[what])
    before = log_size(pki)
    seen = pki("issue", "server", WEB, "--csr", path, "--json")
    assert seen.returncode == 2 or what == "huge" and seen.returncode in (2, 3), seen.stdout
    error = pki.json("issue", "server", WEB, "--csr", path, status=seen.returncode)["error"]
    assert error["text"].startswith(text), error
    assert log_size(pki) == before and not (folder / f"{WEB}.crt").exists()


def test_a_request_that_is_not_there_is_named(pki):
    assert pki.fails(3, "file", "issue", "server", WEB, "--csr", "missing.csr")["text"] == "--csr: missing.csr: No such file or directory"


def test_a_key_is_not_certified_twice_across_lineages(pki):
    csr = request(pki.folder, GREEDY[0])
    first = pki.json("issue", "server", "--csr", csr, "--out", "-")
    for profile, name in (("server", "other.internal.example"), ("client", "c.internal.example")):
        error = pki.fails(1, "policy", "issue", profile, name, "--csr", csr, "--out", "-")
        assert error["reasons"][0]["rule"] == "key.reuse"
        assert error["reasons"][0]["text"] == f"another certificate has this key already (serial {first['serial']})"
        assert error["hint"] == "make a new key for it; for new dates of the same certificate: catena renew"
    pki.ok("issue", "device", "p.devices.internal.example", "--csr", csr, "--out", "-")


def test_records_that_cannot_be_asked_about_a_key_are_no_yes(pki):
    """A damaged index: who else has that key is not known, so nothing is allowed, not even by a dry run."""
    csr = request(pki.folder, GREEDY[0])
    pki.ok("issue", "server", WEB, "--csr", csr, "-n")
    database = pki.home / "catena.db"
    with sqlite3.connect(database) as db:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        page, = db.execute("SELECT rootpage FROM sqlite_schema WHERE name = 'certificate_spki'").fetchone()
        size, = db.execute("PRAGMA page_size").fetchone()
    db.close()
    with database.open("r+b") as raw:
        raw.seek((page - 1) * size)
        raw.write(b"\xff" * size)
    error = pki.fails(3, "store", "issue", "server", WEB, "--csr", csr, "-n")
    assert error["text"].startswith("the database is damaged")


# ---- files

def test_files_are_called_after_the_first_dns_name(pki):
    document = pki.json("issue", "server", "10.0.0.1", WEB, "b.internal.example")
    assert document["files"] == {"certificate": f"{WEB}.crt", "chain": f"{WEB}.chain.crt", "key": f"{WEB}.key"}
    assert load(pki.folder / f"{WEB}.crt") == load(pki.folder / f"{WEB}.chain.crt")
    assert len(ders(pki.folder / f"{WEB}.chain.crt")) == 2 and len(ders(pki.folder / f"{WEB}.crt")) == 1
    assert again(ders(pki.folder / f"{WEB}.crt")[0]) == ders(pki.folder / f"{WEB}.crt")[0]


@pytest.mark.parametrize("profile, name, stem", [
    ("client", "alice@internal.example", "alice@internal.example"), ("spiffe", "spiffe://internal.example/a", "spiffe___internal.example_a"),
    ("server", "fd00::1", "fd00__1"), ("ocsp-signer", None, "OCSP_signer"),
])
def test_a_file_name_holds_no_byte_that_hurts(pki, profile, name, stem):
    document = pki.json("issue", profile, *([name] if name else []))
    assert document["files"]["key"] == f"{stem}.key" and (pki.folder / f"{stem}.key").exists()


def test_text_for_people_is_aligned_and_whole(pki):
    lines = pki.ok("issue", "server", WEB, "10.0.0.7").splitlines()
    assert [line[:18].rstrip() for line in lines] == ["Serial:", "Subject:", "Names:", "Not before:", "Not after:", "Files:"]
    assert lines[2][18:] == f"{WEB}, 10.0.0.7" and lines[5][18:] == f"{WEB}.crt, {WEB}.chain.crt, {WEB}.key"


def test_out_names_a_folder(pki):
    (pki.folder / "certs").mkdir()
    document = pki.json("issue", "server", WEB, "--out", "certs/")
    assert document["files"]["key"] == f"certs/{WEB}.key" and (pki.folder / "certs" / f"{WEB}.chain.crt").exists()


def test_out_to_standard_output_is_pem_alone(pki):
    shown = pki.ok("issue", "server", WEB, "--out", "-")
    assert re.findall(r"-----BEGIN ([A-Z ]+)-----", shown) == ["PRIVATE KEY", "CERTIFICATE", "CERTIFICATE"]
    assert re.sub(r"-----BEGIN ([A-Z ]+)-----\n[A-Za-z0-9+/=\n]+-----END \1-----\n", "", shown) == ""
    assert sorted(p.name for p in pki.folder.iterdir()) == ["home"]


@pytest.mark.parametrize("out, text", [("nowhere", "--out nowhere: No such file or directory"), ("file", "--out file: it is a file, not a folder")])
def test_out_that_is_no_folder_is_refused_before_anything_is_signed(pki, out, text):
    (pki.folder / "file").write_text("")
    before = log_size(pki)
    assert pki.fails(3, "file", "issue", "server", WEB, "--out", out)["text"] == text
    assert log_size(pki) == before


@pytest.mark.parametrize("end", ["key", "crt", "chain.crt"])
def test_a_file_that_exists_is_kept_and_nothing_is_signed(pki, end):
    path = pki.folder / f"{WEB}.{end}"
    path.write_text("mine")
    before = log_size(pki)
    error = pki.fails(3, "exists", "issue", "server", WEB)
    assert error["text"] == f"{WEB}.{end} exists; nothing was signed" and error["hint"] == "another folder with --out DIR, or --force to replace it"
    assert log_size(pki) == before and path.read_text() == "mine" and sorted(p.name for p in pki.folder.iterdir()) == ["home", path.name]
    pki.ok("issue", "server", WEB, "--force")
    assert path.read_text().startswith("-----BEGIN ")


def test_with_a_request_somebody_s_key_file_is_not_in_the_way(pki):
    (pki.folder / f"{WEB}.key").write_text("mine")
    pki.ok("issue", "server", WEB, "--csr", request(pki.folder))
    assert (pki.folder / f"{WEB}.key").read_text() == "mine"


def test_owner_and_note_stay_with_the_record(pki):
    document = pki.json("issue", "server", WEB, "--owner", "ops@internal.example", "--note", "rack 7 — 'left'", "--out", "-")
    record = pki.json("show", document["serial"])
    assert record["owner"] == "ops@internal.example" and record["note"] == "rack 7 — 'left'"


def test_the_home_never_keeps_a_leaf_s_key(pki):
    document = pki.json("issue", "server", WEB, "--out", "-")
    body = document["key"].splitlines()[1].encode()
    der = run("openssl", "pkey", "-outform", "DER", input=document["key"].encode()).stdout
    assert len(der) > 100
    for path in pki.home.rglob("*"):
        if path.is_file():
            data = path.read_bytes()
            assert body not in data and der not in data and der[36:68] not in data, path


# ---- dry run

def test_a_dry_run_shows_what_would_be_and_leaves_no_trace(pki):
    before = tree(pki.home)
    document = pki.json("issue", "server", WEB, "--dry-run")
    assert document["dry_run"] is True and document["names"] == [WEB] and document["authority"] == "issuing"
    assert not {"certificate", "chain", "key", "files", "sha256", "log_index"} & set(document)
    shown = pki("issue", "server", WEB, "--dry-run", "--out", "-")
    assert shown.stdout.startswith("would be issued by issuing, nothing was signed or stored:\nSerial: ")
    assert "BEGIN" not in shown.stdout + shown.stderr
    assert tree(pki.home) == before and sorted(p.name for p in pki.folder.iterdir()) == ["home"]


def test_a_dry_run_refuses_as_the_act_would_and_records_nothing(pki):
    before = tree(pki.home)
    assert pki.fails(1, "policy", "issue", "server", "web.example.com", "--dry-run") == pki.fails(1, "policy", "issue", "server", "web.example.com", "-n")
    assert tree(pki.home) == before


def test_a_dry_run_needs_no_passphrase(tmp_path):
    catena, secret = Catena(tmp_path), tmp_path / "secret"
    secret.write_text("x y z\n")
    secret.chmod(0o600)
    catena.ok("init", "--org", "Example", "--domain", "internal.example", "--passphrase-file", secret)
    catena.ok("issue", "server", WEB, "--dry-run")
    before = log_size(catena)
    error = catena.fails(3, "passphrase", "issue", "server", WEB)
    assert error["text"] == "key of authority issuing: a passphrase is needed, and there is no terminal to ask at"
    assert error["hint"] == "--passphrase-file FILE" and log_size(catena) == before
    secret.write_text("wrong\n")
    error = catena.fails(3, "passphrase", "issue", "server", WEB, "--passphrase-file", secret)
    assert error["text"].endswith(".key: wrong passphrase") and log_size(catena) == before
    assert sorted(p.name for p in tmp_path.iterdir()) == ["home", "secret"]
    secret.write_text("x y z\n")
    catena.ok("issue", "server", WEB, env={"CREDENTIALS_DIRECTORY": str(credentials(tmp_path))})


def credentials(folder):
    """What systemd gives a service: readable by its group."""
    there = folder / "credentials"
    there.mkdir()
    (there / "catena-passphrase").write_text("x y z")
    (there / "catena-passphrase").chmod(0o440)
    return there


def test_a_passphrase_comes_by_descriptor(tmp_path):
    catena = Catena(tmp_path)
    script = '"$0" init --org Example --domain internal.example --passphrase-file /dev/fd/7 7<<<"x y z" && ' \
             '"$0" issue server web.internal.example --passphrase-file /dev/fd/7 7<<<"x y z"'
    seen = subprocess.run(["bash", "-c", script, BIN], env=catena.env, cwd=tmp_path, capture_output=True, text=True)
    assert seen.returncode == 0, seen.stderr
    assert os.path.exists(tmp_path / f"{WEB}.key")
