"""show and history: one record whole, and its lineage."""
import datetime

from issuing import issue, openssl

WEB = "web.internal.example"


def test_a_record_is_whole(pki):
    web = issue(pki, WEB, "10.0.0.7", owner="web team", note="rack 7")
    record = pki.json("show", WEB)
    for key in ("serial", "sha256", "subject", "names", "not_before", "not_after", "profile", "authority"):
        assert record[key] == web[key]
    assert (record["status"], record["owner"], record["note"], record["key_algorithm"]) == ("valid", "web team", "rack 7", "ecdsa-p256")
    assert record["request"]["kind"] == "issue" and record["request"]["csr"] is False and "@" in record["request"]["actor"]
    assert record["certificate"] == (pki.folder / f"{WEB}.crt").read_text()
    assert record["lineage"] == web["serial"] and not {"replaces", "replaced_by", "revocation", "ca"} & set(record)
    key = openssl("x509", "-in", pki.folder / f"{WEB}.crt", "-noout", "-ext", "authorityKeyIdentifier").split()[-1]
    assert record["issuer_key"] == key.replace(":", "").lower()
    for when in (record["intended_at"], record["issued_at"], record["request"]["at"]):
        assert datetime.datetime.fromisoformat(when.replace("Z", "+00:00"))


def test_for_people_it_ends_in_the_certificate_that_openssl_reads(pki):
    web = issue(pki, WEB, "10.0.0.7")
    text = pki.ok("show", WEB)
    lines = text.splitlines()
    assert lines[0].split() == ["Serial:", web["serial"]] and lines[2].split() == ["Status:", "valid"]
    assert f"Names:                    {WEB}, 10.0.0.7" in lines and "Request" in lines
    assert openssl("x509", "-noout", "-serial", input=text).strip().lower() == f"serial={web['serial']}"


def test_a_revocation_is_shown_with_its_reason_and_times(pki):
    issue(pki, WEB)
    at = pki.json("revoke", WEB, "--reason", "keyCompromise", "--compromised-since", "2026-01-31")["revoked"][0]["at"]
    record = pki.json("show", WEB)
    assert record["status"] == "revoked"
    assert record["revocation"] == {"reason": "keyCompromise", "at": at, "compromised_since": "2026-01-31T00:00:00Z"}
    text = pki.ok("show", WEB)
    assert "Compromised since:      2026-01-31T00:00:00Z" in text and "Reason:                 keyCompromise" in text


def test_a_lifted_hold_is_history_and_no_revocation(pki):
    issue(pki, WEB)
    pki.ok("revoke", WEB, "--reason", "certificateHold")
    lifted = pki.json("unhold", WEB)["lifted"][0]
    assert "revocation" not in pki.json("show", WEB)
    (told,) = pki.json("history", WEB)["certificates"]
    assert told["revocations"] == [{"reason": "certificateHold", "at": lifted["held_since"], "lifted_at": lifted["at"]}]
    assert [e["act"] for e in told["events"]] == ["intend", "issue", "revoke", "unhold"]


def test_what_replaces_what_is_shown(pki):
    first = issue(pki, WEB)
    second = pki.json("renew", WEB, "--force")
    third = pki.json("rekey", WEB, "--force")
    record = pki.json("show", second["serial"])
    assert (record["replaces"], record["replaced_by"], record["lineage"]) == (first["serial"], third["serial"], first["serial"])


def test_a_ca_certificate_is_shown_as_one(pki):
    record = pki.json("show", "Example Issuing CA 1")
    assert record["ca"] is True and record["authority"] == "root" and record["names"] == []
    assert "CA certificate:           yes" in pki.ok("show", record["serial"])


def test_history_tells_requests_renewals_and_revocations_oldest_first(pki):
    first = issue(pki, WEB, "10.0.0.7", owner="web team", note="rack 7", lifetime="30d")
    second = pki.json("renew", WEB, "--force", "--revoke-old")
    document = pki.json("history", second["sha256"])
    assert [c["serial"] for c in document["certificates"]] == [first["serial"], second["serial"]]
    old, new = document["certificates"]
    assert old["request"]["names"] == [WEB, "10.0.0.7"] and old["request"]["lifetime"] == "30d" and old["request"]["decision"] == "allow"
    assert (old["request"]["owner"], old["request"]["note"]) == ("web team", "rack 7")
    assert [e["act"] for e in old["events"]] == ["intend", "issue", "revoke"] and [e["act"] for e in new["events"]] == ["intend", "issue"]
    assert old["revocations"][0]["reason"] == "superseded" and "revocations" not in new
    assert new["request"]["kind"] == "renew" and new["events"][1]["log_index"] == second["log_index"]
    leaves = {leaf["index"]: leaf["act"] for leaf in pki.json("log", "list")["leaves"]}
    assert all(leaves[e["log_index"]] == e["act"] for c in document["certificates"] for e in c["events"])


def test_history_for_people_names_each_certificate_and_event(pki):
    first = issue(pki, WEB)
    second = pki.json("renew", WEB, "--force")
    lines = pki.ok("history", WEB).splitlines()
    titles = [line for line in lines if not line.startswith(" ")]
    assert titles == [f"{c['serial']}: {WEB}, server, valid until {c['not_after']}" for c in (first, second)]
    assert sum("  intend    " in line for line in lines) == sum("  issue     " in line for line in lines) == 2


def test_the_history_of_another_lineage_is_not_told(pki):
    web, other = issue(pki, WEB), issue(pki, WEB)
    assert [c["serial"] for c in pki.json("history", web["serial"])["certificates"]] == [web["serial"]]
    assert [c["serial"] for c in pki.json("history", other["serial"])["certificates"]] == [other["serial"]]


def test_looking_changes_nothing(pki):
    issue(pki, WEB)
    before = (pki.home / "catena.db").read_bytes(), pki.json("log", "list")["size"]
    pki.ok("show", WEB), pki.ok("history", WEB), pki.ok("list")
    assert ((pki.home / "catena.db").read_bytes(), pki.json("log", "list")["size"]) == before


def test_a_certificate_on_a_terminal_cannot_steer_it(pki):
    issue(pki, WEB, owner="\x1b[31mred")
    for command in (["show", WEB], ["history", WEB], ["list", "--csv"], ["list"]):
        assert "\x1b" not in pki.ok(*command)
