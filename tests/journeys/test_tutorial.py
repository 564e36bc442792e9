"""The tutorial, as a new user runs it: every shell block of the page, in order, in one shell, in an empty folder.

Planted: a tutorial whose buyer pays too little does not end with a settled deal (`test_what_it_says_can_fail`).
"""

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

PAGE = Path(__file__).parents[2] / "docs" / "tutorial" / "your-first-financed-invoice.md"
BLOCK = re.compile(r"^```sh\n(.*?)^```$", re.DOTALL | re.MULTILINE)
SETTLED = re.compile(r"^state +settled$", re.MULTILINE)


@pytest.fixture
def own_folder() -> Iterator[Path]:
    """A folder with a short name (sockets need one) that whoever runs the server may enter."""
    with tempfile.TemporaryDirectory(prefix="oscf-") as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


def followed(folder: Path, script: str) -> str:
    """What the blocks print, run by a shell that stops at the first command that fails."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("OPENSCF_")}
    path = f"{Path(sys.executable).parent}:{kept['PATH']}"
    try:
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", script], cwd=folder, env=kept | {"PATH": path}, capture_output=True,
            text=True, check=False,
        )  # fmt: skip
    finally:
        home = {"OPENSCF_HOME": str(folder / "my-platform")}
        stop = [str(Path(sys.executable).parent / "openscf"), "db", "stop", "--now"]
        subprocess.run(stop, env=kept | home, capture_output=True, check=False)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    return done.stdout


@pytest.mark.slow
def test_the_tutorial_ends_with_the_money_where_it_belongs(own_folder: Path) -> None:
    told = followed(own_folder, "\n".join(BLOCK.findall(PAGE.read_text(encoding="utf-8"))))
    assert "Nothing stands against it." in told
    assert "89835.00" in told  # 90,400 advanced less 565 of fee
    assert SETTLED.search(told)
    assert "all hold" in told


@pytest.mark.long
def test_what_it_says_can_fail(own_folder: Path) -> None:
    script = "\n".join(BLOCK.findall(PAGE.read_text(encoding="utf-8")))
    spoilt = script.replace('"$PLATFORM_ACCOUNT" 113000.00', '"$PLATFORM_ACCOUNT" 100.00')
    assert spoilt != script
    assert not SETTLED.search(followed(own_folder, spoilt))
