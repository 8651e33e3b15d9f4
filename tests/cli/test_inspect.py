"""catena inspect: what it shows is compared with what Python's cryptography and openssl say of the same objects."""
import datetime
import hashlib
import ipaddress
import json
import os
import random
import subprocess
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed448, ed25519, rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509 import ocsp
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtendedKeyUsageOID, NameOID, ObjectIdentifier

from conftest import ROOT, one_document

PEM, DER = serialization.Encoding.PEM, serialization.Encoding.DER
PKCS8, TRADITIONAL = serialization.PrivateFormat.PKCS8, serialization.PrivateFormat.TraditionalOpenSSL
OPEN = serialization.NoEncryption()
SECRET = serialization.BestAvailableEncryption(b"secret")
START = datetime.datetime(2024, 1, 2, 3, 4, 5)
END = datetime.datetime(2124, 1, 2, 3, 4, 4)
RELEASE = Path(os.environ.get("CATENA_RELEASE", ROOT / "build")) / "catena"
CORPORA = Path(os.environ.get("CATENA_CORPORA", ROOT / "../shared/corpora"))

MAKERS = {
    "rsa-2048": lambda: rsa.generate_private_key(65537, 2048),
    "ecdsa-p256": lambda: ec.generate_private_key(ec.SECP256R1()),
    "ecdsa-p384": lambda: ec.generate_private_key(ec.SECP384R1()),
    "ecdsa-p521": lambda: ec.generate_private_key(ec.SECP521R1()),
    "ed25519": ed25519.Ed25519PrivateKey.generate,
    "ed448": ed448.Ed448PrivateKey.generate,
    "dsa": lambda: dsa.generate_private_key(2048),
    "unknown": lambda: ec.generate_private_key(ec.SECP256K1()),
}


@pytest.fixture(scope="module")
def keys():
    return {word: make() for word, make in MAKERS.items()}


def hash_for(key):
    return None if isinstance(key, (ed25519.Ed25519PrivateKey, ed448.Ed448PrivateKey)) else hashes.SHA256()


def name(*pairs):
    return x509.Name([x509.NameAttribute(oid, value) for oid, value in pairs])


SUBJECT = name((NameOID.ORGANIZATION_NAME, "Example"), (NameOID.COMMON_NAME, "web"))
ISSUER = name((NameOID.COUNTRY_NAME, "DE"), (NameOID.COMMON_NAME, "CA"))


def certificate(key, *extensions, subject=SUBJECT, signer=None, end=END):
    builder = (x509.CertificateBuilder().subject_name(subject).issuer_name(ISSUER).public_key(key.public_key())
               .serial_number(0xABCDEF).not_valid_before(START).not_valid_after(end))
    for value, critical in extensions:
        builder = builder.add_extension(value, critical)
    return builder.sign(signer or key, hash_for(signer or key))


def spki(key):
    return key.public_key().public_bytes(DER, serialization.PublicFormat.SubjectPublicKeyInfo)


def shown(catena, data, *args, **more):
    """The only object of a file with these bytes."""
    (catena.folder / "thing").write_bytes(data)
    objects = catena.json("inspect", "thing", *args, **more)["objects"]
    assert len(objects) == 1, objects
    return objects[0]


def extension(thing, word):
    return next(x for x in thing["extensions"] if x.get("name", x["oid"]) == word)


@pytest.mark.parametrize("word", MAKERS)
def test_a_certificate_is_shown_as_others_read_it(catena, keys, word):
    cert = certificate(keys[word])
    thing = shown(catena, cert.public_bytes(PEM))
    assert (thing["object"], thing["label"], thing["line"]) == ("certificate", "CERTIFICATE", 1)
    assert (thing["subject"], thing["issuer"]) == ("CN=web,O=Example", "CN=CA,C=DE")
    assert (thing["serial"], thing["version"]) == ("abcdef", 3)
    assert (thing["not_before"], thing["not_after"]) == ("2024-01-02T03:04:05Z", "2124-01-02T03:04:04Z")
    assert abs(thing["days_left"] - (END - datetime.datetime.utcnow()).days) <= 1
    assert thing["sha256"] == cert.fingerprint(hashes.SHA256()).hex()
    assert thing["sha1"] == cert.fingerprint(hashes.SHA1()).hex()
    assert thing["signature"] == cert.signature.hex()
    assert thing["key"]["kind"] == word
    assert thing["key"]["spki_sha256"] == hashlib.sha256(spki(keys[word])).hexdigest()
    assert thing["key"]["key_id"] == x509.SubjectKeyIdentifier.from_public_key(keys[word].public_key()).digest.hex()
    assert "extensions" not in thing


@pytest.mark.parametrize("word, algorithm", [
    ("rsa-2048", "sha256WithRSAEncryption"), ("ecdsa-p256", "ecdsa-with-SHA256"), ("ed25519", "ED25519"), ("ed448", "ED448")])
def test_the_signature_algorithm_has_its_name(catena, keys, word, algorithm):
    assert shown(catena, certificate(keys[word]).public_bytes(DER))["signature_algorithm"] == algorithm


def test_rsa_numbers_are_whole(catena, keys):
    numbers = keys["rsa-2048"].public_key().public_numbers()
    key = shown(catena, certificate(keys["rsa-2048"]).public_bytes(DER))["key"]
    assert (int(key["modulus"], 16), int(key["exponent"], 16), key["bits"]) == (numbers.n, numbers.e, 2048)


def full_extensions(key):
    uri, dns = x509.UniformResourceIdentifier, x509.DNSName
    return [
        (x509.BasicConstraints(True, 3), True),
        (x509.KeyUsage(True, True, False, False, True, True, True, True, False), True),
        (x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH, ObjectIdentifier("1.2.3.4")]), False),
        (x509.SubjectKeyIdentifier(b"\1\2\3"), False),
        (x509.AuthorityKeyIdentifier(b"\4\5", [x509.DirectoryName(ISSUER)], 77), False),
        (x509.SubjectAlternativeName([
            dns("web.example"), x509.RFC822Name("a@example"), uri("https://web.example/"), x509.IPAddress(ipaddress.ip_address("10.0.0.7")),
            x509.IPAddress(ipaddress.ip_address("fd00::7")), x509.DirectoryName(SUBJECT), x509.RegisteredID(ObjectIdentifier("1.2.3")),
            x509.OtherName(ObjectIdentifier("1.2.5"), b"\x0c\x01x")]), True),
        (x509.IssuerAlternativeName([dns("ca.example")]), False),
        (x509.NameConstraints([dns("example"), x509.IPAddress(ipaddress.ip_network("10.0.0.0/8"))], [x509.DirectoryName(ISSUER)]), True),
        (x509.CRLDistributionPoints([
            x509.DistributionPoint([uri("http://a/crl")], None, frozenset([x509.ReasonFlags.key_compromise]), None),
            x509.DistributionPoint(None, None, None, [x509.DirectoryName(ISSUER)])]), False),
        (x509.FreshestCRL([x509.DistributionPoint([uri("http://a/delta")], None, None, None)]), False),
        (x509.AuthorityInformationAccess([
            x509.AccessDescription(AuthorityInformationAccessOID.OCSP, uri("http://ocsp/")),
            x509.AccessDescription(AuthorityInformationAccessOID.CA_ISSUERS, uri("http://ca/"))]), False),
        (x509.SubjectInformationAccess([x509.AccessDescription(ObjectIdentifier("1.3.6.1.5.5.7.48.5"), uri("http://repo/"))]), False),
        (x509.CertificatePolicies([
            x509.PolicyInformation(ObjectIdentifier("1.2.3.9"), ["http://cps/", x509.UserNotice(None, "read this")]),
            x509.PolicyInformation(ObjectIdentifier("2.5.29.32.0"), None)]), False),
        (x509.PolicyConstraints(2, 0), True),
        (x509.InhibitAnyPolicy(4), True),
        (x509.TLSFeature([x509.TLSFeatureType.status_request]), False),
        (x509.OCSPNoCheck(), False),
        (x509.UnrecognizedExtension(ObjectIdentifier("1.2.3.4.5"), b"\xde\xad"), True),
    ]


WANTED = {
    "basicConstraints": {"critical": True, "ca": True, "path_length": 3},
    "keyUsage": {"critical": True, "usages": ["digitalSignature", "contentCommitment", "keyAgreement", "keyCertSign", "cRLSign",
                                              "encipherOnly"]},
    "extendedKeyUsage": {"critical": False, "purposes": ["serverAuth", "1.2.3.4"]},
    "subjectKeyIdentifier": {"critical": False, "key_id": "010203"},
    "authorityKeyIdentifier": {"critical": False, "key_id": "0405", "issuer": [{"type": "dn", "value": "dirName:CN=CA,C=DE"}],
                               "serial": "4d"},
    "subjectAltName": {"critical": True, "names": [
        {"type": "dns", "value": "web.example"}, {"type": "email", "value": "a@example"},
        {"type": "uri", "value": "https://web.example/"}, {"type": "ip", "value": "10.0.0.7"}, {"type": "ip", "value": "fd00::7"},
        {"type": "dn", "value": "dirName:CN=web,O=Example"}, {"type": "rid", "value": "registeredID:1.2.3"},
        {"type": "other", "value": "otherName:1.2.5", "der": "06022a05a0030c0178"}]},
    "issuerAltName": {"critical": False, "names": [{"type": "dns", "value": "ca.example"}]},
    "nameConstraints": {"critical": True, "permitted": [{"type": "dns", "value": "example"}, {"type": "ip", "value": "10.0.0.0/8"}],
                        "excluded": [{"type": "dn", "value": "dirName:CN=CA,C=DE"}]},
    "cRLDistributionPoints": {"critical": False, "points": [
        {"names": [{"type": "uri", "value": "http://a/crl"}], "reasons": ["keyCompromise"]},
        {"crl_issuer": [{"type": "dn", "value": "dirName:CN=CA,C=DE"}]}]},
    "freshestCRL": {"critical": False, "points": [{"names": [{"type": "uri", "value": "http://a/delta"}]}]},
    "authorityInfoAccess": {"critical": False, "accesses": [
        {"method": "ocsp", "type": "uri", "value": "http://ocsp/"}, {"method": "caIssuers", "type": "uri", "value": "http://ca/"}]},
    "subjectInfoAccess": {"critical": False, "accesses": [{"method": "1.3.6.1.5.5.7.48.5", "type": "uri", "value": "http://repo/"}]},
    "certificatePolicies": {"critical": False, "policies": [
        {"policy": "1.2.3.9", "qualifiers": [{"cps": "http://cps/"}, {"notice": "read this"}]}, {"policy": "anyPolicy"}]},
    "policyConstraints": {"critical": True, "require_explicit_policy": 2, "inhibit_policy_mapping": 0},
    "inhibitAnyPolicy": {"critical": True, "number": 4},
    "tlsFeature": {"critical": False, "features": ["status_request"]},
    "ocspNoCheck": {"critical": False},
    "1.2.3.4.5": {"critical": True, "value": "dead"},
}


def test_every_extension_is_decoded_by_its_name(catena, keys):
    thing = shown(catena, certificate(keys["ecdsa-p256"], *full_extensions(keys["ecdsa-p256"])).public_bytes(PEM))
    got = {x.get("name", x["oid"]): {k: v for k, v in x.items() if k not in ("oid", "name")} for x in thing["extensions"]}
    assert got == WANTED
    assert thing["names"] == [n["value"] for n in WANTED["subjectAltName"]["names"]]


def test_people_see_every_extension_too(catena, keys):
    (catena.folder / "thing").write_bytes(certificate(keys["ed25519"], *full_extensions(keys["ed25519"])).public_bytes(PEM))
    text = catena.ok("inspect", "thing")
    for word, value in WANTED.items():
        assert f"    {word}{', critical' if value['critical'] else ''}\n" in text
    for line in ("Path length:        3", "digitalSignature, contentCommitment", "dns web.example", "dn dirName:CN=CA,C=DE", "read this",
                 "http://cps/", "Number:             4", "status_request", "Reasons:            keyCompromise"):
        assert line in text, line


def test_an_extension_that_does_not_decode_is_shown_as_such(catena, keys):
    broken = x509.UnrecognizedExtension(ObjectIdentifier("2.5.29.19"), b"\x30\x03\x01\x01\x01")
    thing = shown(catena, certificate(keys["ed25519"], (broken, True), (x509.OCSPNoCheck(), False)).public_bytes(PEM))
    value = extension(thing, "basicConstraints")
    assert value["malformed"] and value["value"] == "3003010101" and value["critical"] is True
    assert extension(thing, "ocspNoCheck")["critical"] is False and thing["serial"] == "abcdef"


def test_policy_mappings_are_shown(catena, keys):
    value = bytes.fromhex("300a3008" "06022a03" "06022a04")
    thing = shown(catena, certificate(keys["ed25519"], (x509.UnrecognizedExtension(ObjectIdentifier("2.5.29.33"), value), True)).public_bytes(DER))
    assert extension(thing, "policyMappings")["mappings"] == [{"issuer_domain": "1.2.3", "subject_domain": "1.2.4"}]


def test_a_key_that_does_not_decode_does_not_hide_the_certificate(catena, keys):
    der = certificate(keys["rsa-2048"]).public_bytes(DER)
    thing = shown(catena, der.replace(bytes.fromhex("3082010a02820101"), bytes.fromhex("3182010a02820101")))
    assert thing["key"]["malformed"] and thing["key"]["public"] and thing["subject"] == "CN=web,O=Example"


def test_a_certificate_that_breaks_off_the_rules_is_outlined(catena, keys):
    der = certificate(keys["ed25519"]).public_bytes(DER)
    thing = shown(catena, der.replace(b"240102030405Z", b"240102030405+"))
    assert thing["malformed"].startswith("notBefore, at byte ") and any("UTCTime 240102030405+" in line for line in thing["outline"])


def test_names_cannot_steer_a_terminal(catena, keys):
    cert = certificate(keys["ed25519"], subject=name((NameOID.COMMON_NAME, "a\x1b[31mb\u202ec")))
    (catena.folder / "thing").write_bytes(cert.public_bytes(PEM))
    text = catena.ok("inspect", "thing")
    assert "\x1b" not in text and "\u202e" not in text and "31mb" in text


@pytest.mark.parametrize("days, words", [(-1, "(over since 1 day)"), (-400, "(over since 400 days)"), (0.5, "(0 days left)"), (1.5, "(1 day left)")])
def test_the_days_that_are_left_are_said(catena, keys, days, words):
    end = datetime.datetime.utcnow() + datetime.timedelta(days=days)
    (catena.folder / "thing").write_bytes(certificate(keys["ed25519"], end=end).public_bytes(PEM))
    assert words in catena.ok("inspect", "thing")


@pytest.mark.parametrize("word", [w for w in MAKERS if w not in ("dsa", "unknown")])
def test_a_request_is_shown_with_its_proof(catena, keys, word):
    key = keys[word]
    csr = (x509.CertificateSigningRequestBuilder().subject_name(SUBJECT).add_attribute(x509.oid.AttributeOID.CHALLENGE_PASSWORD, b"x")
           .add_extension(x509.SubjectAlternativeName([x509.DNSName("web.example")]), False).sign(key, hash_for(key)))
    for data in (csr.public_bytes(PEM), csr.public_bytes(DER)):
        thing = shown(catena, data)
        assert (thing["object"], thing["subject"], thing["proof_of_possession"]) == ("csr", "CN=web,O=Example", "good")
        assert thing["key"]["spki_sha256"] == hashlib.sha256(spki(key)).hexdigest()
        assert extension(thing, "subjectAltName")["names"] == [{"type": "dns", "value": "web.example"}]
        assert [a["name"] for a in thing["attributes"]] == ["challengePassword"]
        assert thing["signature"] == csr.signature.hex()
    forged = bytearray(csr.public_bytes(DER))
    forged[-1] ^= 1
    assert shown(catena, bytes(forged))["proof_of_possession"] == "wrong"


def crl_of(key, n):
    builder = (x509.CertificateRevocationListBuilder().issuer_name(ISSUER).last_update(START).next_update(END)
               .add_extension(x509.CRLNumber(1 << 70), False))
    for i in range(n):
        entry = x509.RevokedCertificateBuilder().serial_number(1000 + i).revocation_date(START)
        if i == 0:
            entry = (entry.add_extension(x509.CRLReason(x509.ReasonFlags.key_compromise), False)
                     .add_extension(x509.InvalidityDate(START), False)
                     .add_extension(x509.CertificateIssuer([x509.DirectoryName(SUBJECT)]), True))
        builder = builder.add_revoked_certificate(entry.build())
    return builder.sign(key, hash_for(key))


def test_a_crl_is_shown_with_every_entry(catena, keys):
    crl = crl_of(keys["ecdsa-p384"], 30)
    for data in (crl.public_bytes(PEM), crl.public_bytes(DER)):
        thing = shown(catena, data)
        assert (thing["object"], thing["issuer"], thing["version"], thing["revoked_count"]) == ("crl", "CN=CA,C=DE", 2, 30)
        assert (thing["this_update"], thing["next_update"]) == ("2024-01-02T03:04:05Z", "2124-01-02T03:04:04Z")
        assert [int(e["serial"], 16) for e in thing["revoked"]] == list(range(1000, 1030))
        assert extension(thing, "cRLNumber")["number_hex"] == "400000000000000000"
        first = thing["revoked"][0]
        assert (first["reason"], first["invalidity_date"]) == ("keyCompromise", "2024-01-02T03:04:05Z")
        assert extension(first, "certificateIssuer")["issuer"] == [{"type": "dn", "value": "dirName:CN=web,O=Example"}]
        assert thing["sha256"] == crl.fingerprint(hashes.SHA256()).hex()


def test_people_see_twenty_entries_of_a_crl_unless_they_want_all(catena, keys):
    (catena.folder / "thing").write_bytes(crl_of(keys["ed25519"], 30).public_bytes(PEM))
    few, every = catena.ok("inspect", "thing"), catena.ok("inspect", "thing", "--verbose")
    assert few.count("revoked at:") == 20 and "... and 10 more; --verbose shows them" in few
    assert every.count("revoked at:") == 30 and "--verbose" not in every


def test_an_ocsp_response_is_shown(catena, keys):
    cert = certificate(keys["ecdsa-p256"])
    builder = (ocsp.OCSPResponseBuilder()
               .add_response(cert, cert, hashes.SHA256(), ocsp.OCSPCertStatus.REVOKED, START, END, START, x509.ReasonFlags.superseded)
               .responder_id(ocsp.OCSPResponderEncoding.HASH, cert).certificates([cert])
               .add_extension(x509.OCSPNonce(b"\x04\x02no"), False))
    thing = shown(catena, builder.sign(keys["ecdsa-p256"], hashes.SHA256()).public_bytes(DER))
    assert (thing["object"], thing["status"]) == ("ocsp_response", "successful")
    one = thing["responses"][0]
    assert (one["serial"], one["hash"], one["certificate_status"], one["reason"]) == ("abcdef", "SHA-256", "revoked", "superseded")
    assert (one["this_update"], one["next_update"], one["revoked_at"]) == ("2024-01-02T03:04:05Z", "2124-01-02T03:04:04Z", "2024-01-02T03:04:05Z")
    assert len(bytes.fromhex(one["issuer_name_hash"])) == len(bytes.fromhex(one["issuer_key_hash"])) == 32
    assert thing["certificates"][0]["sha256"] == cert.fingerprint(hashes.SHA256()).hex()
    assert thing["responder_key"] == x509.SubjectKeyIdentifier.from_public_key(keys["ecdsa-p256"].public_key()).digest.hex()
    assert extension(thing, "ocspNonce")["critical"] is False
    later = ocsp.OCSPResponseBuilder.build_unsuccessful(ocsp.OCSPResponseStatus.TRY_LATER).public_bytes(DER)
    assert shown(catena, later)["status"] == "tryLater"


@pytest.mark.parametrize("word", MAKERS)
def test_a_public_key_is_shown(catena, keys, word):
    for encoding in (PEM, DER):
        thing = shown(catena, keys[word].public_key().public_bytes(encoding, serialization.PublicFormat.SubjectPublicKeyInfo))
        assert (thing["object"], thing["kind"]) == ("public_key", word)
        assert thing["spki_sha256"] == hashlib.sha256(spki(keys[word])).hexdigest()


def test_a_pkcs1_public_key_is_shown_as_the_same_key(catena, keys):
    for encoding in (PEM, DER):
        thing = shown(catena, keys["rsa-2048"].public_key().public_bytes(encoding, serialization.PublicFormat.PKCS1))
        assert (thing["kind"], thing["spki_sha256"]) == ("rsa-2048", hashlib.sha256(spki(keys["rsa-2048"])).hexdigest())


@pytest.mark.parametrize("word", [w for w in MAKERS if w not in ("dsa", "unknown")])
def test_of_a_private_key_only_the_public_half_is_shown(catena, keys, word):
    key, forms = keys[word], [PKCS8] if word.startswith("ed") else [PKCS8, TRADITIONAL]
    for data in [key.private_bytes(e, f, OPEN) for e in (PEM, DER) for f in forms]:
        thing = shown(catena, data)
        assert (thing["object"], thing["encrypted"], thing["kind"]) == ("private_key", False, word)
        assert thing["spki_sha256"] == hashlib.sha256(spki(key)).hexdigest()
        assert set(thing) <= {"object", "label", "line", "encrypted", "kind", "key_id", "spki_sha256"}


def passphrase(catena, text):
    path = catena.folder / "passphrase"
    path.write_text(text)
    path.chmod(0o600)
    return path


@pytest.mark.parametrize("form, encoding", [(PKCS8, PEM), (PKCS8, DER), (TRADITIONAL, PEM)])
def test_an_encrypted_key_says_so_without_asking_and_opens_with_its_passphrase(catena, keys, form, encoding):
    data = keys["ecdsa-p256"].private_bytes(encoding, form, SECRET)
    thing = shown(catena, data)
    assert thing["encrypted"] is True and "kind" not in thing
    thing = shown(catena, data, "--passphrase-file", passphrase(catena, "secret\n"))
    assert (thing["encrypted"], thing["kind"]) == (True, "ecdsa-p256")
    catena.fails(3, "passphrase", "inspect", "thing", "--passphrase-file", passphrase(catena, "wrong"))


def test_a_key_behind_its_ec_parameters_is_shown(catena, tmp_path):
    made = subprocess.run(["openssl", "ecparam", "-name", "prime256v1", "-genkey"], capture_output=True, check=True).stdout
    (tmp_path / "thing").write_bytes(made)
    objects = catena.json("inspect", "thing")["objects"]
    assert [o["object"] for o in objects] == ["unknown", "private_key"] and objects[1]["kind"] == "ecdsa-p256"


def p12(key, cert, encryption=SECRET, helpers=None):
    return pkcs12.serialize_key_and_certificates(b"friend", key, cert, helpers, encryption)


def test_a_pkcs12_file_is_shown_when_its_passphrase_is_there(catena, keys):
    cert, helper = certificate(keys["rsa-2048"]), certificate(keys["ed25519"])
    data = p12(keys["rsa-2048"], cert, helpers=[helper])
    thing = shown(catena, data)
    assert (thing["object"], thing["encrypted"]) == ("pkcs12", True) and "keys" not in thing
    thing = shown(catena, data, "--passphrase-file", passphrase(catena, "secret"))
    assert [c["sha256"] for c in thing["certificates"]] == [c.fingerprint(hashes.SHA256()).hex() for c in (cert, helper)]
    assert thing["certificates"][0]["friendly_name"] == "friend"
    assert thing["keys"][0]["spki_sha256"] == hashlib.sha256(spki(keys["rsa-2048"])).hexdigest()
    error = catena.fails(3, "passphrase", "inspect", "thing", "--passphrase-file", passphrase(catena, "wrong"))
    assert error["text"] == "thing: the passphrase does not open the PKCS #12 file"
    assert len(shown(catena, p12(keys["rsa-2048"], cert, OPEN))["certificates"]) == 1


@pytest.mark.parametrize("seed", ["heavy-mac", "heavy-cipher"])
def test_a_pkcs12_file_that_would_take_minutes_is_refused(catena, seed):
    error = catena.fails(2, "input", "inspect", ROOT / "tests/fuzz/seeds/pkcs12" / seed, "--passphrase-file", passphrase(catena, "secret"), timeout=20)
    assert error["text"].endswith("asks for more than 10000000 rounds of key derivation")


def test_every_block_of_a_file_is_shown(catena, keys):
    key = keys["ed25519"]
    blocks = [key.private_bytes(PEM, PKCS8, OPEN), certificate(key).public_bytes(PEM), crl_of(key, 1).public_bytes(PEM),
              b"-----BEGIN SOMETHING-----\nMAMCAQU=\n-----END SOMETHING-----\n"]
    (catena.folder / "thing").write_bytes(b"some words\n" + b"\n".join(blocks))
    objects = catena.json("inspect", "thing")["objects"]
    assert [o["object"] for o in objects] == ["private_key", "certificate", "crl", "unknown"]
    assert [o["line"] for o in objects] == sorted(o["line"] for o in objects) and objects[0]["line"] == 2
    assert objects[3]["outline"] == ["    0: SEQUENCE", "    2:   INTEGER 05"]


def test_a_broken_block_does_not_hide_its_neighbours(catena, keys):
    good = certificate(keys["ed25519"]).public_bytes(PEM)
    cut = good[:200] + b"\n"
    noise = b"-----BEGIN CERTIFICATE-----\nMAMC!!!=\n-----END CERTIFICATE-----\n"
    (catena.folder / "thing").write_bytes(good + cut + good + noise + good)
    objects = catena.json("inspect", "thing")["objects"]
    assert [o.get("subject", "?") for o in objects] == ["CN=web,O=Example", "?", "CN=web,O=Example", "?", "CN=web,O=Example"]
    lines = [n for n, line in enumerate((good + cut + good + noise + good).splitlines(), 1) if line.startswith(b"-----BEGIN")]
    assert [o["line"] for o in objects] == lines
    assert objects[1]["malformed"] and objects[3]["malformed"]


def test_standard_input_is_read(catena, keys):
    run = catena("inspect", "-", "--json", input=certificate(keys["ed25519"]).public_bytes(DER), text=False)
    assert run.returncode == 0 and one_document(run.stdout.decode())["objects"][0]["serial"] == "abcdef"


@pytest.mark.parametrize("data, text", [
    (b"", "thing: the file is empty"),
    (b"hello\n", "thing: neither PEM nor DER"),
    (b"\x30\x82\x01", "thing: neither PEM nor DER"),
    (b"\0" * 50, "thing: neither PEM nor DER"),
    (b"\x30\x03\x04\x01\x00", "thing: DER, but no certificate, request, CRL, OCSP response, key or PKCS #12 file"),
    (b"-----BEGIN CERTIFICATE-----\nMAMC\n", "thing: line 1: -----BEGIN CERTIFICATE----- has no END"),
    (b"-----BEGIN CERTIFICATE-----\nMIIC\n-----END CERTIFICATE-----\n", "thing: not one DER certificate, at byte 0"),
    (b"-----BEGIN PRIVATE KEY-----\nMAMCAQU=\n-----END PRIVATE KEY-----\n", "thing: not a private key in PKCS #8, PKCS #1 or SEC 1 form"),
])
def test_garbage_is_refused_with_its_reason(catena, data, text):
    (catena.folder / "thing").write_bytes(data)
    assert catena.fails(2, "input", "inspect", "thing")["text"].startswith(text)


def test_a_file_that_is_not_there_is_named(catena):
    assert "nowhere.pem" in catena.fails(3, "file", "inspect", "nowhere.pem")["text"]


def test_mutilated_objects_never_crash_it(catena, keys):
    """Seeded: the same bytes are flipped every time."""
    chance = random.Random(7)
    whole = [certificate(keys["ecdsa-p256"], *full_extensions(keys["ecdsa-p256"])).public_bytes(DER), crl_of(keys["ed25519"], 3).public_bytes(DER)]
    for turn in range(60):
        data = bytearray(whole[turn % len(whole)])
        for _ in range(chance.randint(1, 6)):
            data[chance.randrange(len(data))] = chance.randrange(256)
        (catena.folder / "thing").write_bytes(data)
        for args in (["--json"], []):
            assert catena("inspect", "thing", *args).returncode in (0, 2), data.hex()


@pytest.mark.skipif(not CORPORA.exists(), reason="no corpora")
def test_the_corpora_are_shown_whole(catena):
    """Every certificate and CRL there, however wrong it was made: by the Release program, and every twelfth with sanitizers too."""
    files = sorted(p for p in CORPORA.rglob("*") if p.suffix in (".pem", ".crt", ".crl"))
    outlined = []
    for number, path in enumerate(files):
        if number % 12 == 0:
            catena.ok("inspect", path)
        run = subprocess.run([RELEASE, "inspect", path, "--json"], capture_output=True, text=True)
        assert run.returncode == 0, f"{path}: {run.stdout}{run.stderr}"
        objects = one_document(run.stdout)["objects"]
        outlined += [path.name for o in objects if "malformed" in o]
        for thing in objects:
            assert ("outline" in thing) == ("malformed" in thing) and (thing["sha256"] if "outline" not in thing else True)
    assert len(files) > 1000 and len(outlined) <= 8, outlined


@pytest.mark.skipif(not CORPORA.exists(), reason="no corpora")
def test_corpus_certificates_are_shown_as_openssl_shows_them(catena):
    files = sorted((CORPORA / "pkits/certs").glob("*"))[::20] + sorted((CORPORA / "zlint/certs").glob("*.pem"))[::20]
    compared = 0
    for path in files:
        thing = catena.json("inspect", path)["objects"][0]
        form = "PEM" if path.read_bytes().startswith(b"-----") or b"-----BEGIN" in path.read_bytes() else "DER"
        said = subprocess.run(["openssl", "x509", "-in", path, "-inform", form, "-noout", "-serial", "-fingerprint", "-sha256", "-enddate",
                               "-dateopt", "iso_8601"], capture_output=True, text=True)
        if said.returncode != 0 or "malformed" in thing:
            continue
        fields = dict(line.split("=", 1) for line in said.stdout.splitlines())
        serial = fields["serial"].lower().lstrip("0")
        assert thing["serial"].lstrip("0") == serial or serial.startswith("-"), path
        assert thing["sha256"] == fields["sha256 Fingerprint"].replace(":", "").lower()
        assert thing["not_after"] == fields["notAfter"].replace(" ", "T"), path
        compared += 1
    assert compared > 35


def test_json_is_one_document_whatever_the_names_hold(catena, keys):
    cert = certificate(keys["ed25519"], subject=name((NameOID.COMMON_NAME, "q\"uo\\te\u00e9\n")))
    (catena.folder / "thing").write_bytes(cert.public_bytes(PEM))
    assert json.loads(catena.ok("inspect", "thing", "--json"))["objects"][0]["subject"]
