"""Files: where they are, how long, what they may say."""
import re

import house

TOP = {"cmd", "lib", "schema", "policies", "tests", "CMakeLists.txt", "README.md", "LICENSE", ".ci", ".gitignore",
       ".gitattributes", ".clang-format", ".clang-tidy", ".editorconfig"}
CODE = (".c", ".h", ".py", ".sh", ".cmake", ".sql", ".yaml", ".md", ".html", ".txt", "")


def texts():
    """Every text file but the licence and test data that is bytes."""
    for path in house.tracked():
        if path.name == "LICENSE" or path.suffix not in CODE or "seeds" in path.parts:
            continue
        try:
            yield path, house.text(path)
        except UnicodeDecodeError:
            continue


def test_only_known_names_stand_at_the_top():
    assert sorted({p.parts[0] for p in house.tracked()} - TOP) == []


def test_no_file_is_over_500_lines_without_a_reason():
    """Tests are lists of cases, and may have 800."""
    allowed = house.exceptions("file-size")
    long = {p: house.text(p).count("\n") for p in house.c_files("lib", "cmd", "schema", "tests")}
    long = {str(p): n for p, n in long.items() if n > (800 if p.parts[0] == "tests" else 500)}
    assert {p: n for p, n in long.items() if p not in allowed} == {}
    assert [p for p in allowed if p not in long] == [], "needless lines in tests/arch/exceptions"


def test_no_function_is_over_60_lines():
    found = [f"{p}:{line}: {name}: {n} lines" for p in house.c_files("lib", "cmd", "schema", "tests", suffixes=(".c",))
             for name, line, n in house.functions(house.text(p)) if n > 60]
    assert found == []


def test_the_function_counter_sees_a_long_function():
    source = "static int\nlong_one(int a)\n{\n" + "\ta++;\n" * 70 + "}\n\nint\nshort_one(void)\n{\n\treturn 0;\n}\n"
    assert [(n, k) for n, _, k in house.functions(source)] == [("long_one", 72), ("short_one", 3)]


def test_no_word_of_unfinished_work():
    words = re.compile(r"\b(%s)\b" % "|".join(("TO" + "DO", "FIX" + "ME", "XX" + "X", "HA" + "CK")))
    assert [f"{p}: {words.search(t).group()}" for p, t in texts() if words.search(t)] == []


def test_no_path_of_one_machine():
    paths = re.compile(r"(?<![\w.])/(?:work|home/\w+|Users|root)/|\.\./shared/(?!corpora)")
    assert [f"{p}: {paths.search(t).group()}" for p, t in texts() if paths.search(t) and p.name != "test_tree.py"] == []


def test_no_goto():
    assert [str(p) for p in house.c_files("lib", "cmd") if re.search(r"\bgoto\b", house.without_strings(house.text(p)))] == []


def test_no_sql_in_c_strings():
    sql = re.compile(r'"[^"\n]*\b(?:SELECT\s.*\bFROM|INSERT\s+(?:OR\s+\w+\s+)?INTO|UPDATE\s+\w+\s+SET|DELETE\s+FROM|'
                     r'(?:CREATE|DROP|ALTER)\s+(?:TABLE|INDEX|VIEW|TRIGGER))\b')
    found = [f"{p}:{n}" for p in house.c_files("lib", "cmd")
             for n, line in enumerate(house.without_comments(house.text(p)).split("\n"), 1) if sql.search(line)]
    assert found == []


def test_no_trailing_blanks_and_a_newline_at_the_end():
    found = [f"{p}:{n}" for p, t in texts() for n, line in enumerate(t.split("\n"), 1) if line != line.rstrip()]
    found += [f"{p}: end" for p, t in texts() if t and not t.endswith("\n")]
    assert found == []


def test_c_is_indented_with_tabs():
    found = [f"{p}:{n}" for p in house.c_files("lib", "cmd", "schema")
             for n, line in enumerate(house.text(p).split("\n"), 1) if re.match(r" {8}", line)]
    assert found == []
