"""The contracts of pyproject.toml hold; and each of them breaks when somebody imports the wrong way."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

# (contract, file, text): appended to a copy of the package.
VIOLATIONS = [
    pytest.param("layers", "db/endpoints.py", "import openscf.ledger\n", id="up"),
    pytest.param("layers", "parties/__init__.py", "import openscf.ledger\n", id="sideways"),
    pytest.param("layers", "kernel/ids.py", "import openscf.db\n", id="out-of-the-kernel"),
    pytest.param("layers", "reports/__init__.py", '"""A module without a place."""\n', id="a-module-without-a-place"),
    pytest.param("kernel", "kernel/ids.py", "import socket\n", id="a-kernel-with-a-network"),
    pytest.param("kernel", "kernel/ids.py", "import os\n", id="a-kernel-with-a-disk"),
    pytest.param("stores", "ledger/rules.py", "import psycopg\n", id="rules-with-a-database"),
    pytest.param("stores", "cli/common.py", "import psycopg\n", id="a-door-with-a-database"),
    pytest.param("doors", "cli/common.py", "import openscf.ledger.store\n", id="a-door-into-a-store"),
]


def lint(package_parent: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """Run the contracts of this checkout on the package that lies in `package_parent`."""
    program = Path(sys.executable).parent / "lint-imports"
    return subprocess.run(
        [program, "--config", ROOT / "pyproject.toml", "--no-cache", "--no-logo", *options],
        env={**os.environ, "PYTHONPATH": str(package_parent)}, cwd=package_parent,
        capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_imports_point_one_way() -> None:
    ran = lint(ROOT / "src")
    assert ran.returncode == 0, ran.stdout + ran.stderr


@pytest.mark.parametrize(("contract", "name", "text"), VIOLATIONS)
def test_a_wrong_import_breaks_its_contract(contract: str, name: str, text: str, tmp_path: Path) -> None:
    package = tmp_path / "openscf"
    shutil.copytree(ROOT / "src" / "openscf", package, ignore=shutil.ignore_patterns("__pycache__"))
    path = package / name
    path.parent.mkdir(exist_ok=True)
    with path.open("a", encoding="utf-8") as file:
        file.write(text)
    ran = lint(tmp_path, "--contract", contract)
    assert ran.returncode == 1, ran.stdout + ran.stderr
    assert "BROKEN" in ran.stdout, ran.stdout + ran.stderr
