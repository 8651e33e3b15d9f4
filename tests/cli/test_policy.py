"""catena policy check, show and explain: every error at once, every default, every rule; and nothing is changed."""
import hashlib
import re

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID


def policy(pki, name):
    return pki.home / "policies" / name


def edit(pki, name, old, new):
    path = policy(pki, name)
    text = path.read_text()
    assert old in text, text
    path.write_text(text.replace(old, new))


def line_of(pki, name, part):
    return next(n for n, line in enumerate(policy(pki, name).read_text().splitlines(), 1) if part in line)


def snapshot(pki):
    """Every file of the home. SQLite's shared memory and an empty WAL are no records."""
    files = [p for p in sorted(pki.home.rglob("*")) if p.is_file() and not p.name.endswith("-shm")]
    return {p: hashlib.sha256(p.read_bytes()).hexdigest() for p in files if not p.name.endswith("-wal") or p.stat().st_size > 0}


def request(path, *names, cn=None, key=None, eku=False):
    key = key or ec.generate_private_key(ec.SECP256R1())
    builder = x509.CertificateSigningRequestBuilder().subject_name(
        x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, cn)] if cn else []))
    if names:
        builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName(n) for n in names]), False)
    if eku:
        builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CODE_SIGNING]), False)
    path.write_bytes(builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))
    return key


def failed(document):
    return {r["rule"]: r for r in document["rules"] if r["outcome"] == "fail"}


# ---- check

def test_starting_policies_are_without_errors(pki):
    document = pki.json("policy", "check")
    files = len(list((pki.home / "policies").glob("*.yaml")))
    assert (document["files"], document["authorities"], document["profiles"]) == (files, 2, files - 2)
    assert pki.ok("policy", "check") == f"{files} files without errors: 2 authorities, {files - 2} profiles\n"


def test_the_monitors_policy_is_checked_with_the_others(pki):
    edit(pki, "monitor.yaml", "  - home: all", "  - home: al")
    edit(pki, "server.yaml", "backdate:", "bakdate:")
    error = pki.fails(2, "input", "policy", "check")
    reasons = {(r["file"], r["line"]): r for r in error["reasons"]}
    place = ("policies/monitor.yaml", line_of(pki, "monitor.yaml", "  - home: al"))
    assert reasons[place]["text"].startswith("watch.home: ") and reasons[place]["column"] == 11
    assert "policies/server.yaml" in {r["file"] for r in error["reasons"]}


def test_the_examples_of_the_monitors_policy_can_be_taken_as_they_are(pki):
    path = pki.home / "policies" / "monitor.yaml"
    lines = path.read_text().splitlines()
    examples = [re.sub("^# ?", "", x) for x in lines if re.match(r"# (thresholds|notify|repeat|renew|outputs): ?|# (notify):$|#  - ", x)]
    path.write_text("watch:\n  - home: all\n" + "\n".join("  " * x.startswith(" -") + x.strip() for x in examples) + "\n")
    assert "errors" in pki.ok("policy", "check")
    assert len(examples) >= 9


def test_profiles_without_their_authority_are_warned_of(pki):
    assert any("code-signing.yaml" in w and "'code'" in w for w in pki.json("policy", "check")["warnings"])


def test_all_errors_of_all_files_come_at_once(pki):
    edit(pki, "server.yaml", "backdate:", "bakdate:")
    edit(pki, "server.yaml", "csr: { copy: [subjectAltName] }", "csr: { copy: [subjectAltName], valeu: x }")
    edit(pki, "client.yaml", "description:", "description: [")
    edit(pki, "ca.yaml", "path_length: 1", "path_length: one")
    before = snapshot(pki)
    error = pki.fails(2, "input", "policy", "check")
    reasons = {(r["file"], r["line"]): r for r in error["reasons"]}
    slip = reasons["policies/server.yaml", line_of(pki, "server.yaml", "bakdate")]
    assert "bakdate" in slip["text"] and "backdate" in slip["hint"] and slip["column"] == 1
    assert ("policies/server.yaml", line_of(pki, "server.yaml", "valeu")) in reasons
    assert ("policies/ca.yaml", line_of(pki, "ca.yaml", "path_length: one")) in reasons
    assert {r["file"] for r in error["reasons"]} >= {"policies/ca.yaml", "policies/client.yaml", "policies/server.yaml"}
    assert all(r["line"] > 0 and r["column"] > 0 and r["text"] for r in error["reasons"])
    assert error["text"].startswith(f"{len(error['reasons'])} errors, the first at policies/")
    assert snapshot(pki) == before


def test_people_see_each_error_on_a_line_of_its_own(pki):
    edit(pki, "server.yaml", "backdate:", "bakdate:")
    run = pki("policy", "check")
    place = f"policies/server.yaml:{line_of(pki, 'server.yaml', 'bakdate')}:1: "
    assert run.returncode == 2 and run.stdout.startswith(place) and "\n  try: " in run.stdout
    assert f"catena policy check: {place}" in run.stderr


def test_a_policy_with_another_ending_is_an_error(pki):
    policy(pki, "web.yml").write_text("description: x\n")
    error = pki.fails(2, "input", "policy", "check")
    assert error["reasons"] == [{"text": "policies end in .yaml, not in .yml", "file": "policies/web.yml", "line": 1, "column": 1,
                                 "hint": "rename it"}]


def test_policies_are_checked_without_records(pki):
    (pki.home / "catena.db").unlink()
    assert pki.json("policy", "check")["authorities"] == 2


def test_a_place_without_policies_is_named(catena):
    assert catena.fails(3, "store", "policy", "check")["text"] == f"there are no policies at {catena.home}/policies"


def test_a_policy_that_others_may_write_is_refused(pki):
    policy(pki, "server.yaml").chmod(0o666)
    assert "server.yaml" in pki.fails(3, "file", "policy", "check")["text"]


# ---- show

def test_a_profile_is_shown_with_defaults_and_where_values_are_written(pki):
    text = pki.ok("policy", "show", "server")
    assert f"issuer: issuing  # policies/server.yaml:{line_of(pki, 'server.yaml', 'issuer:')}\n" in text
    assert "  # default\n" in text


def test_what_is_shown_is_the_same_profile(pki):
    shown = pki.ok("policy", "show", "server")
    before = pki.json("policy", "show", "server")["settings"]
    policy(pki, "server.yaml").write_text(shown)
    assert pki.json("policy", "show", "server")["settings"] == before


def test_a_profile_as_json_has_its_settings(pki):
    document = pki.json("policy", "show", "server")
    settings = document["settings"]
    assert (document["profile"], document["file"]) == ("server", "policies/server.yaml")
    assert document["digest"] == hashlib.sha256(policy(pki, "server.yaml").read_bytes()).hexdigest()
    assert settings["lifetime"]["max"] == "398d" and settings["names"]["dns"]["wildcard"] is False
    assert settings["names"]["total"] == {"min": 1, "max": 100} and settings["extended_key_usage"] == ["serverAuth"]
    assert {"key": "issuer", "file": "policies/server.yaml", "line": line_of(pki, "server.yaml", "issuer:")} in document["written"]


@pytest.mark.parametrize("verb", ["show", "explain"])
def test_an_unknown_profile_is_refused_with_those_there_are(pki, verb):
    error = pki.fails(2, "not_found", "policy", verb, "sever")
    assert "sever" in error["text"] and "server" in error["hint"]


@pytest.mark.parametrize("verb", ["show", "explain"])
def test_a_profile_with_an_error_is_refused_at_its_line(pki, verb):
    edit(pki, "server.yaml", "backdate:", "bakdate:")
    text = pki.fails(2, "input", "policy", verb, "server")["text"]
    assert "bakdate" in text and f"policies/server.yaml:{line_of(pki, 'server.yaml', 'bakdate')}" in text


# ---- explain

def test_what_would_be_issued_is_explained_rule_by_rule(pki):
    before = snapshot(pki)
    document = pki.json("policy", "explain", "server", "web.internal.example", "10.0.0.7")
    assert (document["decision"], document["profile"], document["authority"]) == ("allow", "server", "issuing")
    rules = {r["rule"]: r for r in document["rules"]}
    assert set(rules) >= {"issuer", "lifetime.max", "key.allow", "names.dns", "names.ip", "names.total", "key_usage", "extended_key_usage",
                          "lint.fail_on", "issuer.chain"}
    assert {r["outcome"] for r in document["rules"]} == {"pass", "not used"}
    dns = rules["names.dns"]
    assert (dns["file"], dns["outcome"]) == ("policies/server.yaml", "pass") and "**.internal.example" in dns["value"] and dns["text"]
    assert "dns:" in policy(pki, "server.yaml").read_text().splitlines()[dns["line"] - 1]
    assert snapshot(pki) == before


def test_the_certificate_is_shown_as_it_would_be(pki):
    thing = pki.json("policy", "explain", "server", "web.internal.example", "--lifetime", "7d")["certificate"]
    issued = pki.json("issue", "server", "web.internal.example", "--lifetime", "7d", "--out", ".")
    real = pki.json("inspect", issued["files"]["certificate"])["objects"][0]
    same = ("subject", "issuer", "names", "version", "signature_algorithm")
    assert {k: thing[k] for k in same} == {k: real[k] for k in same}
    assert [(x["name"], x["critical"]) for x in thing["extensions"]] == [(x["name"], x["critical"]) for x in real["extensions"]]
    assert thing["key"]["kind"] == real["key"]["kind"] and thing["days_left"] == real["days_left"] == 6
    assert not {"sha256", "signature"} & set(thing)


def test_a_refusal_names_the_rule_and_exits_1(pki):
    before = snapshot(pki)
    document = pki.json("policy", "explain", "server", "db.corp", "ca.internal.example", status=1)
    assert document["decision"] == "deny" and document["ok"] is True
    rule = failed(document)["names.dns"]
    assert "db.corp" in " ".join(r["text"] for r in document["rules"] if r["outcome"] == "fail") and rule["file"] == "policies/server.yaml"
    assert "certificate" not in document
    assert snapshot(pki) == before


def test_a_lifetime_over_the_maximum_is_a_failed_rule(pki):
    assert set(failed(pki.json("policy", "explain", "server", "web.internal.example", "--lifetime", "400d", status=1))) >= {"lifetime.max"}


def test_explain_and_issue_agree(pki):
    for names in (["web.internal.example"], ["localhost"], ["db.corp"], ["*.internal.example"], ["8.8.8.8"], ["a@internal.example"],
                  ["ca.internal.example"], ["web.internal.example", "127.0.0.1"]):
        explained = pki("policy", "explain", "server", *names)
        issued = pki("issue", "server", *names, "--dry-run")
        assert explained.returncode == issued.returncode in (0, 1), names


def test_people_see_outcome_rule_value_and_place(pki):
    text = pki.ok("policy", "explain", "server", "web.internal.example")
    line = line_of(pki, "server.yaml", "lifetime:")
    assert text.startswith("allow: profile server, authority issuing\n")
    assert f"  pass      lifetime.max: 398d  (policies/server.yaml:{line})\n" in text
    assert "  Subject:                CN=web.internal.example,O=Example\n" in text
    refused = pki("policy", "explain", "server", "db.corp")
    assert refused.returncode == 1 and refused.stdout.startswith("deny: profile server") and "\n  fail      names.dns: " in refused.stdout


def test_a_request_is_explained_with_what_is_dropped(pki):
    request(pki.folder / "r.csr", "web.internal.example", cn="other", eku=True)
    document = pki.json("policy", "explain", "server", "--csr", "r.csr")
    assert document["certificate"]["names"] == ["web.internal.example"]
    assert "extendedKeyUsage" in [d["what"] for d in document["dropped"]]
    assert "Dropped:\n" in pki.ok("policy", "explain", "server", "--csr", "r.csr")


def test_a_request_with_a_common_name_alone_is_refused_with_a_hint(pki):
    request(pki.folder / "r.csr", cn="web.internal.example")
    document = pki.json("policy", "explain", "server", "--csr", "r.csr", status=1)
    assert document["hint"] and f"try: {document['hint']}\n" in pki("policy", "explain", "server", "--csr", "r.csr").stdout


def test_a_key_that_another_certificate_has_is_a_failed_rule(pki):
    request(pki.folder / "r.csr", "web.internal.example")
    pki.ok("issue", "server", "--csr", "r.csr")
    rule = failed(pki.json("policy", "explain", "server", "--csr", "r.csr", status=1))["key.reuse"]
    assert "another certificate has this key" in rule["text"] and rule["value"] == "refuse" and rule["line"] > 0


def test_a_key_that_the_profile_does_not_allow_is_a_failed_rule(pki):
    edit(pki, "server.yaml", "rsa-2048..4096", "rsa-4096")
    request(pki.folder / "r.csr", "web.internal.example", key=rsa.generate_private_key(65537, 2048))
    assert "rsa-2048" in failed(pki.json("policy", "explain", "server", "--csr", "r.csr", status=1))["key.allow"]["text"]


def test_a_name_outside_the_authority_s_constraints_is_a_failed_rule(pki):
    edit(pki, "server.yaml", '"**.internal.example", localhost', '"**.internal.example", "**.elsewhere.example", localhost')
    document = pki.json("policy", "explain", "server", "web.elsewhere.example", status=1)
    assert set(failed(document)) == {"issuer.name_constraints", "lint.fail_on", "lint.name-constraints-issuer"}
    assert "RFC 5280" in failed(document)["issuer.name_constraints"]["text"]
    assert document["certificate"]["names"] == ["web.elsewhere.example"], "what was refused is shown"
    assert "issuer.chain" not in [r["rule"] for r in document["rules"]]


def test_no_passphrase_is_needed_to_explain(catena):
    secret = catena.folder / "pw"
    secret.write_text("secret")
    secret.chmod(0o600)
    catena.ok("init", "--org", "Example", "--domain", "internal.example", "--passphrase-file", secret)
    assert catena.json("policy", "explain", "server", "web.internal.example")["decision"] == "allow"


@pytest.mark.parametrize("data", [b"", b"hello", b"-----BEGIN CERTIFICATE REQUEST-----\nMAMC\n-----END CERTIFICATE REQUEST-----\n"])
def test_a_request_that_is_none_is_refused(pki, data):
    (pki.folder / "r.csr").write_bytes(data)
    pki.fails(2, "input", "policy", "explain", "server", "--csr", "r.csr")
    pki.fails(2, "input", "issue", "server", "web.internal.example", "--csr", "r.csr")


def test_a_request_file_that_is_not_there_is_named(pki):
    assert pki.fails(3, "file", "policy", "explain", "server", "--csr", "nowhere.csr")["text"].startswith("--csr: ")


def test_explain_needs_a_home(catena):
    assert catena.fails(3, "store", "policy", "explain", "server", "web.internal.example")["text"] == f"there is no home at {catena.home}"


def test_a_halted_home_still_explains(pki):
    pki.ok("halt", "--why", "test")
    assert pki.json("policy", "explain", "server", "web.internal.example")["decision"] == "allow"
