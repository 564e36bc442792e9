"""The house rules hold in the package; and each rule speaks when somebody breaks it."""

import warnings
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.architecture import house

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "src" / "openscf"

RULES: dict[str, Callable[[Path], list[str]]] = {
    "files have at most 600 lines": house.long_files,
    "functions are short": house.long_functions,
    "at most three parameters go by position": house.many_positional,
    "nesting is shallow": house.deep_nesting,
    "time, ids and chance come from the ports": house.impure,
    "no float touches money": house.floats,
    "SQL stands in stores": house.strange_sql,
    "no capability names another's tables": house.foreign_tables,
    "capabilities are entered by their facades": house.back_doors,
    "only db and stores speak to the driver": house.drivers,
}

LONG_BODY = "def long():\n" + "".join(f"    x{n} = {n}\n" for n in range(61))
MEDIUM_BODY = "def medium():\n" + "".join(f"    x{n} = {n}\n" for n in range(40))
NESTED = (
    "def deep(a):\n    for b in a:\n        if b:\n            while b:\n                try:\n"
    "                    if a:\n                        pass\n                finally:\n                    pass\n"
)

# (rule, file, text with the defect): each makes its rule speak of exactly that file.
DEFECTS = [
    ("files have at most 600 lines", "ledger/rules.py", "x = 1\n" * 601),
    ("functions are short", "ledger/rules.py", LONG_BODY),
    ("functions are short", "ledger/rules.py", MEDIUM_BODY),
    ("at most three parameters go by position", "ledger/rules.py", "def f(a, b, c, d): ...\n"),
    ("nesting is shallow", "ledger/rules.py", NESTED),
    ("time, ids and chance come from the ports", "ledger/service.py", "import datetime\nx = datetime.datetime.now()\n"),
    ("time, ids and chance come from the ports", "ledger/service.py", "from datetime import date\nx = date.today()\n"),
    ("time, ids and chance come from the ports", "ledger/service.py", "import uuid\nx = uuid.uuid4()\n"),
    ("time, ids and chance come from the ports", "ledger/service.py", "from uuid import uuid4\n"),
    ("time, ids and chance come from the ports", "kernel/rates.py", "import random\n"),
    ("time, ids and chance come from the ports", "kernel/rates.py", "from time import time\n"),
    ("no float touches money", "kernel/money/value.py", "cent = 0.01\n"),
    ("no float touches money", "kernel/money.py", "def f(x):\n    return float(x)\n"),
    ("no float touches money", "ledger/rules.py", "def half(x):\n    return x / 2\n"),
    ("SQL stands in stores", "ledger/service.py", "Q = 'SELECT 1 FROM ledger.account'\n"),
    ("SQL stands in stores", "cli/main.py", "def f(t):\n    return f'DELETE FROM {t}'\n"),
    ("SQL stands in stores", "ledger/rules.py", "Q = '''\n  WITH due AS (SELECT 1) SELECT * FROM due'''\n"),
    ("no capability names another's tables", "parties/store.py", "Q = 'SELECT id FROM ledger.account'\n"),
    ("no capability names another's tables", "parties/schema/20_x.sql", "SELECT 1 FROM ledger.account;\n"),
    ("no capability names another's tables", "ledger/functions/10_f.sql", "SELECT 1 FROM parties.party;\n"),
    ("capabilities are entered by their facades", "cli/main.py", "from openscf.ledger.store import post\n"),
    ("capabilities are entered by their facades", "trades/service.py", "from openscf.ledger import store\n"),
    ("capabilities are entered by their facades", "trades/service.py", "import openscf.ledger.store\n"),
    ("only db and stores speak to the driver", "parties/service.py", "import psycopg\n"),
    ("only db and stores speak to the driver", "cli/main.py", "from psycopg.rows import dict_row\n"),
]  # fmt: skip


@pytest.mark.parametrize("rule", RULES)
def test_the_package_keeps_the_rule(rule: str) -> None:
    assert RULES[rule](PACKAGE) == []


@pytest.mark.parametrize(("rule", "name", "text"), DEFECTS)
def test_the_rule_speaks_when_it_is_broken(rule: str, name: str, text: str, tmp_path: Path) -> None:
    package = sound_package(tmp_path)
    assert RULES[rule](package) == [], "the small package is sound before the defect"
    path = package / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    found = RULES[rule](package)
    assert found, rule
    assert all(name in place for place in found), found


def test_files_that_outgrow_four_hundred_lines_are_named() -> None:
    for place in house.long_files(PACKAGE, house.SOFT_FILE_LINES):
        warnings.warn(f"{place}; make it a package of the same name", stacklevel=1)


def test_a_docstring_about_sql_is_not_sql(tmp_path: Path) -> None:
    package = sound_package(tmp_path)
    (package / "ledger" / "rules.py").write_text('"""SELECT an account FROM the book."""\n', encoding="utf-8")
    assert house.strange_sql(package) == []


def test_what_is_offered_may_be_named(tmp_path: Path) -> None:
    package = sound_package(tmp_path)
    (package / "db" / "schema").mkdir(parents=True)
    (package / "db" / "schema" / "10.sql").write_text(
        "CREATE SCHEMA platform; CREATE TABLE platform.tenant (); CREATE TABLE platform.secret ();", encoding="utf-8"
    )
    (package / "ledger" / "schema" / "20.sql").write_text("CREATE VIEW ledger.balance AS SELECT 1;", encoding="utf-8")
    store = package / "parties" / "store.py"
    store.write_text("A = 'SELECT 1 FROM ledger.balance, platform.tenant'\n", encoding="utf-8")
    assert house.foreign_tables(package) == []
    store.write_text("A = 'SELECT 1 FROM ledger.balance, platform.secret'\n", encoding="utf-8")
    assert house.foreign_tables(package) == ["parties/store.py:1: platform.secret belongs to db"]


def test_nothing_shipped_is_unfinished_or_speaks_of_one_machine(tmp_path: Path) -> None:
    files = shipped()
    assert len(files) > 20
    ours = [file for file in files if "vendor" not in file.parts]
    assert house.unfinished(ROOT, ours) == []
    assert house.elsewhere(ROOT, files) == []
    planted = tmp_path / "page.md"
    planted.write_text("Later. TO" + "DO: say more.\nSee /wo" + "rk/shared/notes.\n", encoding="utf-8")
    assert house.unfinished(tmp_path, [planted]) == ["page.md:1: Later. TO" + "DO: say more."]
    assert house.elsewhere(tmp_path, [planted]) == ["page.md:2: See /wo" + "rk/shared/notes."]


def sound_package(folder: Path) -> Path:
    """A small package that keeps every rule."""
    package = folder / "openscf"
    for capability in ("kernel", "db", "parties", "ledger"):
        (package / capability).mkdir(parents=True)
        (package / capability / "__init__.py").write_text('"""A facade."""\n', encoding="utf-8")
    for capability, table in (("parties", "party"), ("ledger", "account")):
        (package / capability / "schema").mkdir()
        sql = f"CREATE SCHEMA {capability};\nCREATE TABLE {capability}.{table} ();\n-- not a word about other.tables\n"
        (package / capability / "schema" / "10_tables.sql").write_text(sql, encoding="utf-8")
        query = f"Q = 'SELECT id FROM {capability}.{table}'\nNAME = '{capability}.open_{table}'\n"
        (package / capability / "store.py").write_text(query, encoding="utf-8")
    return package


def shipped() -> list[Path]:
    """All text files of the project, as a clone has them; but for scripts of others."""
    folders = ("src", "tests", "docs", "scripts", "benchmarks", ".ci", "deploy")
    kinds = {".py", ".md", ".sql", ".sh", ".toml", ".yml", ".yaml", ".html", ".js", ".css", ".json", ""}
    found = [path for folder in folders for path in (ROOT / folder).rglob("*") if path.suffix in kinds]
    found += [path for path in ROOT.iterdir() if path.suffix in {".md", ".toml"} or path.name == "Makefile"]
    return sorted(path for path in found if path.is_file() and not {"__pycache__", "vendor"} & set(path.parts))
