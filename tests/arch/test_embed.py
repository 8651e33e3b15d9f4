"""The build's own tool: what it makes of schema/ and policies/, and what it refuses."""
import subprocess

import pytest

import house

EMBED = house.RELEASE / "catena-embed"
HARNESS = """
#include <stdio.h>
#include "schema_sql.h"
int main(void) {
	printf("%d %s\\n", CTN_Q_b_two, ctn_queries[CTN_Q_b_two].name);
	for (int i = 0; i < CTN_QUERIES; i++) printf("[%s:%s:%s]", ctn_queries[i].name, ctn_queries[i].kind, ctn_queries[i].sql);
	for (size_t i = 0; i < ctn_migrations_n; i++) printf("{%d:%s:%s}", ctn_migrations[i].number, ctn_migrations[i].name, ctn_migrations[i].sql);
	return ctn_queries[CTN_QUERIES].name != NULL || ctn_migrations[ctn_migrations_n].sql != NULL;
}
"""


def embed(folder, word, files):
    for name, text in files.items():
        (folder / name).write_text(text)
    out = folder / {"sql": "schema_sql", "policies": "policies_embedded", "pieces": "page_pieces"}[word]
    return subprocess.run([EMBED, word, out, *[folder / n for n in files]], capture_output=True, text=True)


def test_queries_and_migrations_arrive_byte_for_byte(tmp_path):
    run = embed(tmp_path, "sql", {
        "query.sql": "-- about\n\n-- name: a_one :exec\n-- why\nSELECT 'a\\b ?? \"x\" ä';\n\n-- name: b_two :many\nSELECT\n\t2\n",
        "0001-first.sql": "CREATE TABLE t (a);\n-- kept\n", "0002-second-step.sql": "DROP TABLE t;\n"})
    assert run.returncode == 0, run.stderr
    (tmp_path / "t.c").write_text(HARNESS)
    subprocess.run(["gcc", "-Wall", "-Wextra", "-Wpedantic", "-Wno-overlength-strings", "-Werror", "-std=gnu17", tmp_path / "t.c",
                    tmp_path / "schema_sql.c", "-I", tmp_path, "-o", tmp_path / "t"], check=True)
    assert subprocess.run([tmp_path / "t"], capture_output=True, text=True, check=True).stdout == (
        "1 b_two\n[a_one:exec:SELECT 'a\\b ?? \"x\" ä'][b_two:many:SELECT\n\t2]"
        "{1:first:CREATE TABLE t (a);\n-- kept\n}{2:second-step:DROP TABLE t;\n}")


@pytest.mark.parametrize("files, text", [
    ({"query.sql": "SELECT 1;\n"}, "text before the first"),
    ({"query.sql": "-- name: a :one\nSELECT 1;\n-- name: a :one\nSELECT 2;\n"}, "used twice"),
    ({"query.sql": "-- name: A :one\nSELECT 1;\n"}, "expected '-- name: WORD :kind'"),
    ({"query.sql": "-- name: a :one\n-- nothing\n;\n"}, "query without text"),
    ({"0001-a.sql": "x", "0003-b.sql": "y"}, "without a gap"),
    ({"1-a.sql": "x"}, "without a gap"),
    ({"0001-a.sql": "a\0b"}, "NUL"),
])
def test_a_broken_schema_stops_the_build(tmp_path, files, text):
    run = embed(tmp_path, "sql", files)
    assert run.returncode == 1 and text in run.stderr


def test_pieces_arrive_byte_for_byte(tmp_path):
    run = embed(tmp_path, "pieces", {"page.html": "<!-- piece: a_one -->\n<p>\t\"ä\" \\ ??</p>\n<!-- no mark -->\n<!-- piece: b -->\nend"})
    assert run.returncode == 0, run.stderr
    (tmp_path / "t.c").write_text('#include <stdio.h>\n#include "page_pieces.h"\nint main(void) {\n'
                                  '\tprintf("%d[%s][%s]", CTN_PIECES, ctn_pieces[CTN_PIECE_a_one], ctn_pieces[CTN_PIECE_b]);\n\treturn 0;\n}\n')
    subprocess.run(["gcc", "-Wall", "-Wextra", "-Werror", "-std=gnu17", tmp_path / "t.c", tmp_path / "page_pieces.c", "-I", tmp_path,
                    "-o", tmp_path / "t"], check=True)
    assert subprocess.run([tmp_path / "t"], capture_output=True, text=True, check=True).stdout == (
        '2[<p>\t"ä" \\ ??</p>\n<!-- no mark -->\n][end]')


@pytest.mark.parametrize("content, text", [
    ("<p>\n<!-- piece: a -->\nx", "text before the first"),
    ("<!-- piece: A -->\nx", "expected '<!-- piece: WORD -->'"),
    ("<!-- piece: a -->\n \n<!-- piece: b -->\nx", "piece without text"),
    ("<!-- piece: a -->\nx\n<!-- piece: a -->\ny", "used twice"),
])
def test_a_broken_page_stops_the_build(tmp_path, content, text):
    run = embed(tmp_path, "pieces", {"page.html": content})
    assert run.returncode == 1 and text in run.stderr


def test_the_built_in_policies_are_those_of_the_folder():
    made = (house.RELEASE / "generated" / "policies_embedded.c").read_text()
    for path in (house.ROOT / "policies").glob("*.yaml"):
        assert f'{{ "{path.name}",' in made
