"""renew keeps the key, rekey takes a new one; both keep names, profile, owner and lineage."""
import time

import pytest

from issuing import is_revoked_for_openssl, issue, openssl, tree

WEB = "web.internal.example"


def public_key(pki, name=WEB):
    return openssl("x509", "-in", pki.folder / f"{name}.crt", "-noout", "-pubkey")


def set_policy(pki, old, new, profile="server"):
    path = pki.home / "policies" / f"{profile}.yaml"
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def csr(pki, key=None, subject="/CN=whatever"):
    """A request with a key of its own, or with the key in that file."""
    source = ["-key", pki.folder / key] if key else ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-384", "-nodes", "-keyout", pki.folder / "new.key"]
    openssl("req", "-new", *source, "-subj", subject, "-out", pki.folder / "new.csr")
    return pki.folder / "new.csr"


def test_renew_keeps_key_names_owner_and_note(pki):
    old = issue(pki, WEB, "10.0.0.7", "www.internal.example", owner="web team", note="rack 7")
    key, file = public_key(pki), (pki.folder / f"{WEB}.key").read_bytes()
    new = pki.json("renew", WEB, "--force")
    assert new["ok"] is True and new["serial"] != old["serial"] and new["replaces"] == old["serial"]
    assert new["names"] == old["names"] and new["subject"] == old["subject"] and new["profile"] == "server" and new["authority"] == "issuing"
    assert public_key(pki) == key and (pki.folder / f"{WEB}.key").read_bytes() == file
    assert new["files"] == {"certificate": f"{WEB}.crt", "chain": f"{WEB}.chain.crt"}
    record = pki.json("show", new["serial"])
    assert (record["owner"], record["note"], record["lineage"], record["request"]["kind"]) == ("web team", "rack 7", old["serial"], "renew")
    assert new["log_index"] == pki.json("log", "list")["size"] - 1
    assert pki.json("show", old["serial"])["replaced_by"] == new["serial"]


def test_the_old_one_stays_valid(pki):
    old = issue(pki, WEB)
    (pki.folder / "old.crt").write_bytes((pki.folder / f"{WEB}.crt").read_bytes())
    pki.ok("renew", WEB, "--force")
    assert pki.json("show", old["serial"])["status"] == "valid" and not is_revoked_for_openssl(pki, "old.crt")
    assert not is_revoked_for_openssl(pki, f"{WEB}.crt")


def test_revoke_old_ends_it_as_superseded(pki):
    old = issue(pki, WEB)
    (pki.folder / "old.crt").write_bytes((pki.folder / f"{WEB}.crt").read_bytes())
    new = pki.json("renew", WEB, "--force", "--revoke-old")
    assert new["revoked"] == old["serial"] and new["crl_pending"] is False
    assert pki.json("show", old["serial"])["revocation"]["reason"] == "superseded"
    assert is_revoked_for_openssl(pki, "old.crt") and not is_revoked_for_openssl(pki, f"{WEB}.crt")


def test_a_renewed_certificate_has_the_dates_of_today(pki):
    old = issue(pki, WEB, lifetime="5d")
    new = pki.json("renew", WEB, "--force")
    assert new["not_after"] > old["not_after"]
    assert pki.json("renew", WEB, "--force", "--lifetime", "3d")["not_after"] < old["not_after"]


def test_renewing_again_and_again_is_one_lineage(pki):
    first = issue(pki, WEB)
    for command in ("renew", "rekey", "renew"):
        pki.ok(command, WEB, "--force")
    history = pki.json("history", WEB)["certificates"]
    assert [c["request"]["kind"] for c in history] == ["issue", "renew", "rekey", "renew"] and history[0]["serial"] == first["serial"]
    assert pki.json("log", "verify")["problems"] == []


def test_todays_policy_decides(pki):
    issue(pki, WEB)
    set_policy(pki, '["**.internal.example", localhost]', "[localhost]")
    error = pki.fails(1, "policy", "renew", WEB, "--force")
    assert error["reasons"][0]["rule"] == "names.dns" and error["reasons"][0]["line"] > 0
    assert pki.json("list", "--name", WEB)["total"] == 1


def test_a_superseded_certificate_is_refused_with_the_newest(pki):
    old = issue(pki, WEB)
    new = pki.json("renew", WEB, "--force")
    for command in ("renew", "rekey"):
        error = pki.fails(1, "policy", command, old["serial"], "--force")
        assert error["text"] == f"policy server: renew.superseded: serial {old['serial']} was renewed already"
        assert error["hint"] == f"catena {command} {new['serial']}, the newest of its lineage"
        assert error["reasons"][0]["rule"] == "renew.superseded"


def test_a_refused_renewal_is_recorded_and_the_files_stay(pki):
    old = issue(pki, WEB)
    pki.ok("renew", WEB, "--force")
    before = (pki.folder / f"{WEB}.crt").read_bytes()
    pki.fails(1, "policy", "renew", old["serial"], "--force")
    assert pki.json("log", "list")["leaves"][0]["act"] == "refuse" and (pki.folder / f"{WEB}.crt").read_bytes() == before
    assert pki.json("log", "verify")["problems"] == []


def test_a_revoked_certificate_is_refused(pki):
    web = issue(pki, WEB)
    pki.ok("revoke", WEB)
    for command in ("renew", "rekey"):
        error = pki.fails(1, "policy", command, WEB, "--force")
        assert error["text"] == f"policy server: renew.revoked: serial {web['serial']} is revoked"
        assert error["hint"] == "catena issue server makes one of a new lineage"


def test_a_certificate_on_hold_is_refused(pki):
    web = issue(pki, WEB)
    pki.ok("revoke", WEB, "--reason", "certificateHold")
    error = pki.fails(1, "policy", "renew", WEB, "--force")
    assert error["reasons"][0]["text"] == f"serial {web['serial']} is on hold" and error["hint"] == f"catena unhold {web['serial']}"


def test_a_ca_certificate_is_renewed_elsewhere(pki):
    record = pki.json("show", "Example Issuing CA 1")
    error = pki.fails(2, "usage", "renew", record["serial"])
    assert error["text"] == f"serial {record['serial']} is a CA certificate" and error["hint"] == "catena ca renew issuing"


def test_an_expired_one_is_refused_unless_the_profile_forgives(pki):
    old = issue(pki, WEB, lifetime="1s")
    time.sleep(2.1)
    error = pki.fails(1, "policy", "renew", WEB, "--force")
    assert error["reasons"][0]["rule"] == "renew.after_expiry" and error["reasons"][0]["file"] == "policies/server.yaml"
    assert error["reasons"][0]["text"] == f"serial {old['serial']} expired at {old['not_after']}, more than 0s ago"
    assert error["hint"] == "catena issue server"
    set_policy(pki, "after_expiry: 0d", "after_expiry: 1d")
    assert pki.json("renew", WEB, "--force")["replaces"] == old["serial"]


def test_a_dry_run_renews_nothing(pki):
    issue(pki, WEB)
    before = tree(pki.folder)
    for command in ("renew", "rekey"):
        document = pki.json(command, WEB, "--dry-run", "--revoke-old", "--force")
        assert document["dry_run"] is True and document["names"] == [WEB] and "sha256" not in document
    assert tree(pki.folder) == before


def test_nothing_is_overwritten_without_force_and_nothing_signed(pki):
    issue(pki, WEB)
    before = pki.json("log", "list")["size"]
    for command in ("renew", "rekey"):
        error = pki.fails(3, "exists", command, WEB)
        assert error["text"].endswith("exists; nothing was signed")
    assert pki.json("log", "list")["size"] == before
    (pki.folder / "new").mkdir()
    assert pki.json("renew", WEB, "--out", "new")["files"]["certificate"] == f"new/{WEB}.crt"


def test_standard_output_takes_the_chain(pki):
    issue(pki, WEB)
    before = sorted(p.name for p in pki.folder.iterdir())
    assert pki.ok("renew", WEB, "--out", "-").count("-----BEGIN CERTIFICATE-----") == 2
    document = pki.json("rekey", WEB, "--out", "-")
    assert "PRIVATE KEY" in document["key"] and document["chain"].startswith(document["certificate"])
    assert sorted(p.name for p in pki.folder.iterdir()) == before


def test_rekey_makes_a_new_key(pki):
    old = issue(pki, WEB, owner="web team")
    key = public_key(pki)
    new = pki.json("rekey", WEB, "--force")
    assert public_key(pki) != key and new["files"]["key"] == f"{WEB}.key" and new["replaces"] == old["serial"]
    assert openssl("pkey", "-in", pki.folder / f"{WEB}.key", "-pubout") == public_key(pki)
    assert (pki.folder / f"{WEB}.key").stat().st_mode & 0o777 == 0o600
    assert pki.json("show", new["serial"])["owner"] == "web team"


def test_rekey_takes_the_key_of_a_request_and_the_names_of_the_old_one(pki):
    issue(pki, WEB)
    new = pki.json("rekey", WEB, "--csr", csr(pki, subject="/CN=evil.example"), "--force")
    assert new["names"] == [WEB] and new["subject"] == f"CN={WEB},O=Example" and "key" not in new["files"]
    assert public_key(pki) == openssl("pkey", "-in", pki.folder / "new.key", "-pubout")


def test_rekey_with_the_same_key_is_no_rekey(pki):
    web = issue(pki, WEB)
    error = pki.fails(1, "policy", "rekey", WEB, "--csr", csr(pki, key=f"{WEB}.key"), "--force")
    assert error["reasons"][0] == {"rule": "rekey.key", "text": f"the request has the key of serial {web['serial']}: that is no new key"}
    assert error["hint"] == "catena renew keeps the key"


def test_rekey_refuses_the_key_of_another_lineage(pki):
    issue(pki, WEB)
    issue(pki, "other.internal.example")
    error = pki.fails(1, "policy", "rekey", WEB, "--csr", csr(pki, key="other.internal.example.key"), "--force")
    assert error["reasons"][0]["rule"] == "key.reuse"


def test_rekey_refuses_what_is_no_request(pki):
    issue(pki, WEB)
    (pki.folder / "x.csr").write_text("hello\n")
    assert pki.fails(2, "input", "rekey", WEB, "--csr", "x.csr", "--force")["text"].startswith("request: ")
    assert pki.fails(3, "file", "rekey", WEB, "--csr", "missing.csr", "--force")["text"].startswith("--csr: missing.csr: ")


def test_a_subject_that_came_from_a_request_is_kept_by_a_renewal(pki):
    set_policy(pki, "CN: { from: first_dns, required: false }", "CN: { from: csr, required: true }")
    issue(pki, WEB, csr=csr(pki, subject=f"/CN={WEB}"))
    new = pki.json("renew", WEB, "--force")
    assert new["subject"] == f"CN={WEB},O=Example"
    assert pki.json("renew", WEB, "--force")["subject"] == new["subject"]


def test_renewing_needs_a_selector_or_due(pki):
    assert pki.fails(2, "usage", "renew")["text"] == "SELECTOR is missing"
    error = pki.fails(2, "usage", "renew", WEB, "--due")
    assert error["text"] == "SELECTOR and --due exclude each other" and error["hint"] == "catena renew SELECTOR, or catena renew --due"
    assert pki.fails(2, "usage", "renew", "--due", "--out", "-")["text"] == "--due writes many certificates: standard output holds one"


def test_due_renews_what_is_in_its_window_and_nothing_twice(pki):
    set_policy(pki, "window: 33%", "window: 20d")
    soon = [issue(pki, f"w{i}.internal.example", lifetime="10d") for i in range(2)]
    issue(pki, "later.internal.example", lifetime="30d")
    document = pki.json("renew", "--due", "--force")
    assert document["ok"] is True and (document["renewed"], document["failed"]) == (2, 0)
    assert [(r["ok"], r["replaces"]) for r in document["results"]] == [(True, c["serial"]) for c in soon]
    again = pki.json("renew", "--due", "--force")
    assert (again["renewed"], again["results"]) == (0, []) and pki.ok("renew", "--due") == "Nothing is due.\n"


def test_a_share_of_the_lifetime_is_a_window_too(pki):
    set_policy(pki, "window: 33%", "window: 99%")
    issue(pki, WEB, lifetime="200s")
    time.sleep(4)
    assert pki.json("renew", "--due", "--force", "--dry-run")["renewed"] == 1
    issue(pki, "long.internal.example")
    assert pki.json("renew", "--due", "--force", "--dry-run")["renewed"] == 1


def test_due_passes_over_what_is_revoked_superseded_or_a_ca(pki):
    set_policy(pki, "window: 33%", "window: 20d")
    revoked = issue(pki, "gone.internal.example", lifetime="10d")
    issue(pki, WEB, lifetime="10d")
    pki.ok("renew", WEB, "--force")
    pki.ok("revoke", revoked["serial"])
    assert pki.json("renew", "--due", "--force")["results"] == []


def test_one_that_is_refused_does_not_stop_the_others(pki):
    set_policy(pki, "window: 33%", "window: 20d")
    bad = issue(pki, "bad.internal.example", lifetime="10d")
    good = issue(pki, "good.internal.example", lifetime="10d")
    set_policy(pki, "deny: [ca.internal.example]", "deny: [ca.internal.example, bad.internal.example]")
    document = pki.json("renew", "--due", "--force", status=1)
    assert document["ok"] is False and (document["renewed"], document["failed"]) == (1, 1)
    refused, renewed = document["results"]
    assert refused["ok"] is False and refused["error"]["code"] == "policy" and refused["error"]["reasons"][0]["rule"] == "names.dns"
    assert renewed["ok"] is True and renewed["replaces"] == good["serial"]
    run = pki("renew", "--due", "--force")
    assert run.returncode == 1 and f"Not renewed: {bad['serial']} bad.internal.example: " in run.stdout
    assert run.stdout.endswith("0 of 1 renewed.\n")


def test_due_does_not_write_two_certificates_of_one_name_into_one_file(pki):
    set_policy(pki, "window: 33%", "window: 20d")
    issue(pki, WEB, lifetime="10d")
    issue(pki, WEB, lifetime="10d")
    document = pki.json("renew", "--due", "--force", status=1)
    assert [r["ok"] for r in document["results"]] == [True, False] and document["results"][1]["error"]["code"] == "exists"
    assert document["results"][1]["error"]["text"] == f"{WEB}.crt was written for another certificate a moment ago; nothing was signed"
    assert pki.json("list", "--name", WEB)["total"] == 3


@pytest.mark.parametrize("breakage", ["gone", "broken"])
def test_a_profile_that_cannot_be_read_fails_aloud(pki, breakage):
    issue(pki, WEB, lifetime="10d")
    path = pki.home / "policies" / "server.yaml"
    path.unlink() if breakage == "gone" else path.write_text("nonsense: [\n")
    document = pki.json("renew", "--due", "--force", status=1)
    assert document["failed"] == 1 and document["results"][0]["error"]["code"] == ("not_found" if breakage == "gone" else "input")


def test_due_can_end_the_old_ones(pki):
    set_policy(pki, "window: 33%", "window: 20d")
    old = issue(pki, WEB, lifetime="10d")
    assert pki.json("renew", "--due", "--force", "--revoke-old")["results"][0]["revoked"] == old["serial"]
    assert pki.json("show", old["serial"])["status"] == "revoked"


def test_a_halted_home_renews_nothing(pki):
    issue(pki, WEB)
    pki.ok("halt", "--why", "we look into it")
    assert pki("renew", WEB, "--force").returncode == 3
