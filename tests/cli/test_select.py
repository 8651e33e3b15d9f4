"""Selectors: serial, fingerprint, file, name; one meaning each, or the candidates."""
import re
import sqlite3

import pytest

from issuing import issue, openssl

WEB = "web.internal.example"


def shown(pki, selector):
    return pki.json("show", selector)["serial"]


@pytest.mark.parametrize("form", [
    lambda s: s, lambda s: s.upper(), lambda s: re.sub("(..)(?!$)", r"\1:", s), lambda s: re.sub("(..)(?!$)", r"\1:", s.upper()),
    lambda s: "00" + s])
def test_a_serial_is_hex_with_or_without_colons(pki, form):
    serial = issue(pki, WEB)["serial"]
    issue(pki, "other.internal.example")
    assert shown(pki, form(serial)) == serial


def test_a_fingerprint_is_hex_with_or_without_colons(pki):
    web = issue(pki, WEB)
    issue(pki, "other.internal.example")
    colons = openssl("x509", "-in", pki.folder / f"{WEB}.crt", "-noout", "-fingerprint", "-sha256").strip().split("=")[1]
    assert shown(pki, web["sha256"]) == shown(pki, colons) == web["serial"]


def test_a_file_is_pem_or_der_and_a_chain_means_its_leaf(pki):
    web = issue(pki, WEB)
    issue(pki, "other.internal.example")
    openssl("x509", "-in", pki.folder / f"{WEB}.crt", "-outform", "DER", "-out", pki.folder / "bare")
    for name in (f"{WEB}.crt", f"./{WEB}.chain.crt", pki.folder / f"{WEB}.crt", "bare", "./bare"):
        assert shown(pki, name) == web["serial"]


def test_a_file_with_unknown_bytes_is_found_by_serial_and_issuer(pki):
    """Such as one that was signed, but whose record was lost with the power."""
    web = issue(pki, WEB)
    der = bytearray(openssl_der(pki, f"{WEB}.crt"))
    der[-1] ^= 1
    (pki.folder / "other.der").write_bytes(der)
    assert shown(pki, "other.der") == web["serial"]


def openssl_der(pki, name):
    openssl("x509", "-in", pki.folder / name, "-outform", "DER", "-out", pki.folder / "as.der")
    return (pki.folder / "as.der").read_bytes()


def test_the_serial_of_a_foreign_issuer_is_not_ours(pki):
    web = issue(pki, WEB)
    openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", pki.folder / "f.key", "-out", pki.folder / "f.crt",
            "-subj", "/CN=foreign", "-set_serial", "0x" + web["serial"])
    assert pki.fails(2, "selector", "show", "f.crt")["text"] == "no certificate of this home matches 'f.crt'"


def test_a_file_that_is_no_certificate_is_malformed(pki):
    (pki.folder / "x.crt").write_text("hello\n")
    assert pki.fails(2, "input", "show", "x.crt")["text"].startswith("selector x.crt: ")
    issue(pki, WEB)
    error = pki.fails(2, "input", "show", f"./{WEB}.key")
    assert error["text"] == f"selector ./{WEB}.key: no CERTIFICATE block, but PRIVATE KEY"


def test_a_file_that_is_not_there_is_no_match(pki):
    assert pki.fails(2, "selector", "show", "./nothing.crt")["text"] == "no certificate of this home matches './nothing.crt'"
    assert pki.fails(2, "selector", "show", ".")["code"] == "selector"


@pytest.mark.parametrize("name, selectors", [
    (WEB, [WEB, "WEB.Internal.Example", "CN=web.internal.example,O=Example"]),
    ("10.0.0.7", ["10.0.0.7"]),
    ("fd00::7", ["fd00::7", "FD00:0:0::7"])])
def test_a_name_is_found_in_any_form(pki, name, selectors):
    serial = issue(pki, name)["serial"]
    issue(pki, "other.internal.example")
    for selector in selectors:
        assert shown(pki, selector) == serial


def test_an_authoritys_certificate_is_found_by_its_common_name(pki):
    assert pki.json("show", "Example Root CA")["ca"] is True
    assert pki.json("show", "CN=Example Root CA,O=Example")["subject"] == "CN=Example Root CA,O=Example"


def test_a_name_of_many_selects_as_well_as_the_first(pki):
    serial = issue(pki, WEB, "www.internal.example", "10.1.2.3")["serial"]
    assert shown(pki, "www.internal.example") == shown(pki, "10.1.2.3") == serial


def test_a_part_of_a_name_selects_nothing(pki):
    issue(pki, WEB)
    error = pki.fails(2, "selector", "show", "web")
    assert error["text"] == "no certificate of this home matches 'web'" and "reasons" not in error
    assert error["hint"] == "catena list shows all; a selector is a serial, a SHA-256 fingerprint, a certificate file or a whole name"


def test_a_name_that_could_be_hex_is_told_apart_by_form(pki):
    path = pki.home / "policies" / "server.yaml"
    path.write_text(path.read_text().replace("CN: { from: first_dns, required: false }", 'CN: { value: "cafe" }'))
    serial = issue(pki, WEB)["serial"]
    assert shown(pki, "cafe") == serial
    assert pki.fails(2, "selector", "show", "ab" * 20)["text"] == f"no certificate of this home matches '{'ab' * 20}'"
    assert pki.fails(2, "selector", "show", "ab" * 32)["code"] == "selector"


def test_a_name_that_is_also_a_file_means_the_record(pki):
    serial = issue(pki, WEB)["serial"]
    (pki.folder / WEB).write_text("a folder's own notes\n")
    assert shown(pki, WEB) == serial


def test_a_name_means_the_newest_of_its_lineage(pki):
    issue(pki, WEB)
    newer = pki.json("renew", WEB, "--force")
    assert shown(pki, WEB) == newer["serial"]
    assert pki.json("rekey", WEB, "--force")["replaces"] == newer["serial"]


def test_a_name_of_two_lineages_is_ambiguous_and_the_candidates_are_listed(pki):
    first, second = issue(pki, WEB), issue(pki, WEB)
    for command in (["show"], ["history"], ["renew"], ["rekey"]):
        error = pki.fails(2, "selector", *command, WEB)
        assert error["text"].startswith(f"'{WEB}' matches 2 certificates: {second['serial']}: {WEB}, server, valid until {second['not_after']}; ")
        assert error["hint"] == "name one by its serial or fingerprint"
        assert [(r["rule"], r["serial"], r["sha256"], r["status"]) for r in error["reasons"]] == [
            ("candidate", c["serial"], c["sha256"], "valid") for c in (second, first)]
    run = pki("show", WEB)
    assert run.returncode == 2 and run.stdout == "" and first["serial"] in run.stderr and second["serial"] in run.stderr


def test_an_ambiguous_name_changes_nothing(pki):
    issue(pki, WEB), issue(pki, WEB)
    before = pki.json("log", "list")["size"]
    pki.fails(2, "selector", "renew", WEB)
    pki.fails(2, "selector", "revoke", WEB)
    assert pki.json("log", "list")["size"] == before


def test_revoke_refuses_a_name_with_several_live_ones_even_of_one_lineage(pki):
    first = issue(pki, WEB)
    second = pki.json("renew", WEB, "--force")
    error = pki.fails(2, "selector", "revoke", WEB)
    assert error["hint"] == "name one by its serial, or revoke all of them with --all"
    assert [r["serial"] for r in error["reasons"]] == [second["serial"], first["serial"]]
    pki.ok("revoke", first["serial"])
    assert pki.json("revoke", WEB)["revoked"][0]["serial"] == second["serial"]


def test_revoke_all_means_every_live_one(pki):
    serials = [issue(pki, WEB)["serial"] for _ in range(3)]
    pki.ok("revoke", serials[0])
    other = issue(pki, "other.internal.example")
    assert {r["serial"] for r in pki.json("revoke", WEB, "--all")["revoked"]} == set(serials[1:])
    assert pki.json("show", other["serial"])["status"] == "valid"
    again = pki.json("revoke", WEB, "--all")["revoked"]
    assert {r["serial"] for r in again} == set(serials) and all(r["already"] for r in again)


def test_many_candidates_are_cut_in_the_text_but_whole_in_the_document(pki):
    serials = [issue(pki, WEB)["serial"] for _ in range(7)]
    error = pki.fails(2, "selector", "show", WEB)
    assert error["text"].startswith(f"'{WEB}' matches 7 certificates: ") and error["text"].endswith("; ...")
    assert [r["serial"] for r in error["reasons"]] == serials[::-1]


def test_what_is_only_intended_is_selected_by_its_serial(pki):
    """An intent is what a crash between recording and signing leaves."""
    web = issue(pki, WEB)
    db = sqlite3.connect(pki.home / "catena.db")
    db.execute("UPDATE certificate SET state = 'intended', sha256 = NULL, issued_at = NULL WHERE serial = ?", (bytes.fromhex(web["serial"]),))
    db.commit()
    db.close()
    record = pki.json("show", web["serial"])
    assert record["status"] == "intended" and "sha256" not in record
    assert pki.fails(2, "selector", "revoke", WEB)["text"].startswith(f"no certificate named '{WEB}' is live: {web['serial']}: {WEB}, server, intended, ends")
    error = pki.fails(2, "usage", "renew", web["serial"])
    assert error["text"] == f"serial {web['serial']} was intended but never issued" and error["hint"] == "catena issue server"
    assert pki.json("revoke", web["serial"])["revoked"][0]["serial"] == web["serial"]


def test_nobodys_terminal_is_steered_by_a_selector(pki):
    assert "\x1b" not in pki("show", "\x1b[31m").stderr
    assert pki.fails(2, "selector", "show", "")["code"] == "selector"
    assert pki.fails(2, "selector", "show", "x" * 5000)["code"] == "selector"
