"""The log: what it lists, and that whatever is changed behind it is found."""
import shutil

import pytest

from keeping import ask, lived_in, meddle, old_home, snapshot  # noqa: F401

LOGGED = ["home", "authority", "issuer_key", "profile_version", "request", "certificate", "certificate_der", "name", "ca_certificate", "revocation",
          "crl", "halt", "event", "log_leaf", "log_node", "checkpoint"]


def columns(home, table):
    return [row[1] for row in ask(home, f"SELECT * FROM pragma_table_info('{table}')")]


def test_an_untouched_log_verifies_against_highwater(old_home):
    verdict = old_home.json("log", "verify")
    assert verdict["ok"] is True and verdict["problems"] == [] and verdict["against"] == ["highwater"]
    assert verdict["size"] == ask(old_home.home, "SELECT count(*) FROM log_leaf")[0][0] and len(verdict["root"]) == 64
    assert "nothing was changed" in old_home.ok("log", "verify")


def test_a_checkpoint_kept_elsewhere_is_a_second_witness(old_home):
    assert old_home.json("log", "verify", "--against", "kept.checkpoint")["against"] == ["highwater", "checkpoint"]


@pytest.mark.parametrize("table", LOGGED)
def test_any_changed_column_of_any_row_is_found(old_home, table):
    """Each value of the first and the last row: one bit of a number, one octet of a text or blob."""
    home, kept = old_home.home, old_home.folder / "kept"
    shutil.copytree(home, kept)
    ids = ask(home, f"SELECT min(rowid), max(rowid) FROM {table}")[0] if table not in ("name", "log_node") else (None,)
    for column in columns(home, table):
        for rowid in sorted(set(ids), key=str):
            where = "" if rowid is None else f" WHERE rowid = {rowid}"
            value = ask(kept, f"SELECT {column} FROM {table}{where} LIMIT 1")[0][0]
            if value is None or (column == "id" and table == "home"):
                continue
            changed = value ^ 1 if isinstance(value, int) else (("x" if not value or value[0] != "x" else "y") + value[1:]
                                                                if isinstance(value, str) else bytes([value[0] ^ 1 if value else 1]) + value[1:])
            shutil.rmtree(home)
            shutil.copytree(kept, home)
            try:
                meddle(home, (f"UPDATE {table} SET {column} = ?{where}", (changed,)))
            except Exception as refused:  # the database itself does not let it
                assert "UNIQUE" in str(refused) or "PRIMARY" in str(refused), (table, column, refused)
                continue
            run = old_home("log", "verify", "--json")
            assert run.returncode in (1, 3), f"{table}.{column} of row {rowid}: {value!r} became {changed!r}\n{run.stdout}"


@pytest.mark.parametrize("table", LOGGED)
def test_a_deleted_row_is_found(old_home, table):
    home = old_home.home
    which = f"rowid = (SELECT max(rowid) FROM {table})" if table not in ("name", "log_node") else \
        ("certificate_id = (SELECT max(certificate_id) FROM name)" if table == "name" else "level = 1 AND number = 1")
    meddle(home, f"DELETE FROM {table} WHERE {which}")
    run = old_home("log", "verify", "--json")
    assert run.returncode in (1, 3), run.stdout


def test_two_leaves_that_changed_places_are_found(old_home):
    meddle(old_home.home, "UPDATE log_leaf SET id = -1 WHERE id = 3", "UPDATE log_leaf SET id = 3 WHERE id = 4",
           "UPDATE log_leaf SET id = 4 WHERE id = -1")
    problems = old_home.json("log", "verify", status=1)["problems"]
    assert any("log_node" in p["where"] for p in problems) or any("highwater" in p["text"] for p in problems)


def test_a_cut_off_tail_is_found(old_home):
    size = ask(old_home.home, "SELECT count(*) FROM log_leaf")[0][0]
    meddle(old_home.home, f"DELETE FROM log_leaf WHERE id >= {size - 2}")
    problems = old_home.json("log", "verify", status=1)["problems"]
    assert any("older than the highwater file" in p["text"] for p in problems)


def test_an_older_database_put_back_is_found_by_highwater(old_home):
    shutil.copy(old_home.home / "catena.db", old_home.folder / "older.db")
    old_home.ok("issue", "server", "newer.internal.example", "--out", "out")
    shutil.copy(old_home.folder / "older.db", old_home.home / "catena.db")
    verdict = old_home.json("log", "verify", status=1)
    assert verdict["ok"] is True and verdict["against"] == ["highwater"]
    assert any("the database is older than the highwater file" in p["text"] for p in verdict["problems"])


def test_an_older_home_put_back_whole_is_found_by_a_checkpoint_alone(old_home):
    shutil.copytree(old_home.home, old_home.folder / "older")
    old_home.ok("issue", "server", "newer.internal.example", "--out", "out")
    old_home.ok("log", "checkpoint", "--out", "new.checkpoint")
    shutil.rmtree(old_home.home)
    shutil.copytree(old_home.folder / "older", old_home.home)
    assert old_home.json("log", "verify")["problems"] == []
    verdict = old_home.json("log", "verify", "--against", "new.checkpoint", status=1)
    assert [p["where"] for p in verdict["problems"]] == ["checkpoint"] and "older than the checkpoint" in verdict["problems"][0]["text"]


def test_a_home_that_went_another_way_is_found_by_a_checkpoint(old_home):
    shutil.copytree(old_home.home, old_home.folder / "older")
    old_home.ok("issue", "server", "one.internal.example", "--out", "out")
    old_home.ok("log", "checkpoint", "--out", "one.checkpoint")
    shutil.rmtree(old_home.home)
    shutil.copytree(old_home.folder / "older", old_home.home)
    for name in ("two", "three"):
        old_home.ok("issue", "server", f"{name}.internal.example", "--out", "out")
    verdict = old_home.json("log", "verify", "--against", "one.checkpoint", status=1)
    assert any("are not those that the checkpoint vouches for" in p["text"] for p in verdict["problems"])


def test_another_homes_checkpoint_and_a_changed_one_are_no_witness(old_home, tmp_path_factory):
    text = (old_home.folder / "kept.checkpoint").read_text()
    body, signature = text.split("\n\n")
    lines = body.split("\n")
    (old_home.folder / "grown").write_text("\n".join([lines[0], str(int(lines[1]) + 1), lines[2]]) + "\n\n" + signature)
    verdict = old_home.json("log", "verify", "--against", "grown", status=1)
    assert verdict["against"] == ["highwater"] and "not signed by the log key of this home" in verdict["problems"][0]["text"]


def test_what_is_no_checkpoint_is_wrong_usage_of_it(old_home):
    (old_home.folder / "junk").write_text("no note\n")
    assert "note" in old_home.fails(2, "input", "log", "verify", "--against", "junk")["text"]
    (old_home.folder / "empty").write_text("")
    assert "an empty file is no checkpoint" in old_home.fails(2, "input", "log", "verify", "--against", "empty")["text"]
    assert "missing" in old_home.fails(3, "file", "log", "verify", "--against", "missing")["text"]


def test_a_missing_or_broken_highwater_is_a_problem_and_no_witness(old_home):
    path = old_home.home / "highwater"
    path.write_text("catena highwater 1\nsize x\n")
    verdict = old_home.json("log", "verify", status=1)
    assert verdict["against"] == [] and verdict["problems"][0]["where"] == "highwater"
    path.unlink()
    assert "missing" in old_home.json("log", "verify", status=1)["problems"][0]["text"]


def test_verify_changes_nothing_and_says_nothing_on_standard_error(old_home):
    before = snapshot(old_home.home)
    assert old_home("log", "verify").stderr == ""
    assert snapshot(old_home.home) == before


def test_a_checkpoint_is_a_signed_note_and_an_act(old_home):
    note = old_home.ok("log", "checkpoint")
    origin, size, root, blank, signature = note.rstrip("\n").split("\n")
    assert blank == "" and signature.startswith(f"\u2014 {origin} ") and origin.startswith("catena/")
    assert old_home.json("log", "list", "--limit", "1")["leaves"][0]["act"] == "checkpoint"
    made = old_home.json("log", "checkpoint", "--out", "made")
    assert made["size"] == int(size) + 1 and (old_home.folder / "made").read_text() == made["checkpoint"]


def test_a_checkpoint_is_not_written_over_a_file_without_force(old_home):
    size = old_home.json("log", "verify")["size"]
    assert old_home.fails(3, "exists", "log", "checkpoint", "--out", "kept.checkpoint")["text"] == "kept.checkpoint exists; nothing was signed"
    assert "No such file" in old_home.fails(3, "file", "log", "checkpoint", "--out", "nowhere/c")["text"]
    assert old_home.json("log", "verify")["size"] == size
    assert old_home.ok("log", "checkpoint", "--out", "-").startswith("catena/") and not (old_home.folder / "-").exists()
    old_home.ok("log", "checkpoint", "--out", "kept.checkpoint", "--force")


def test_a_dry_run_signs_no_checkpoint(old_home):
    before = snapshot(old_home.home)
    assert "would sign" in old_home.ok("log", "checkpoint", "--out", "other", "--dry-run")
    assert snapshot(old_home.home) == before and not (old_home.folder / "other").exists()


def test_a_checkpoint_without_the_logs_key_is_refused(old_home):
    (old_home.home / "keys" / "log.key").unlink()
    assert "the key file is missing" in old_home.fails(3, "key", "log", "checkpoint")["text"]


def test_the_list_is_newest_first_and_bounded(old_home):
    listed = old_home.json("log", "list", "--limit", "0")
    assert [leaf["index"] for leaf in listed["leaves"]] == list(range(listed["size"] - 1, -1, -1))
    assert listed["leaves"][-1]["act"] == "home" and {"at", "actor", "what", "leaf"} <= set(listed["leaves"][0])
    assert len(old_home.ok("log", "list", "--limit", "3").splitlines()) == 3
    assert "acts; --limit 0 shows all" in old_home("log", "list", "--limit", "3").stderr
    assert old_home.json("log", "list", "--since", "2099-01-01")["leaves"] == []
    assert old_home.fails(2, "usage", "log", "list", "--since", "yesterday")
