"""What ships for servers is sound: the unit as systemd judges it, the image by the rules that linters agree on."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

DEPLOY = Path(__file__).parents[2] / "deploy"


def instructions(text: str) -> list[tuple[str, str]]:
    """The instructions of a Dockerfile with their arguments, comments gone and continued lines joined."""
    lines = [line for line in text.splitlines() if not line.lstrip().startswith("#")]
    joined = re.sub(r"\\\n\s*", " ", "\n".join(lines))
    found = (line.strip().partition(" ") for line in joined.splitlines() if line.strip())
    return [(name.upper(), rest.strip()) for name, _, rest in found]


def faults(text: str) -> list[str]:
    """What is wrong with a Dockerfile; each rule is one of hadolint's, by its number."""
    parts = instructions(text)
    last = max(at for at, (name, _) in enumerate(parts) if name == "FROM")
    run = [rest for name, rest in parts if name == "RUN"]
    users = [rest for name, rest in parts[last:] if name == "USER"]
    found = {
        "DL3006 image without a tag": [rest for name, rest in parts if name == "FROM" and ":" not in rest.split()[0]],
        "DL3007 latest": [rest for name, rest in parts if name == "FROM" and ":latest" in rest],
        "DL3002 last user is root": [] if users and users[-1] not in {"root", "0"} else ["USER"],
        "DL3020 ADD": [rest for name, rest in parts if name == "ADD"],
        "DL3025 CMD not as JSON": [rest for name, rest in parts if name == "CMD" and not rest.startswith("[")],
        "DL3008 apt without a version": [each for each in run if re.search(r"install [^&]*\s[a-z][\w.-]*(\s|$)", each)
                                         and "apt-get install" in each and "=" not in each],
        "DL3013 pip without a version": [each for each in run if "pip install" in each and "==" not in each],
        "DL3015 recommended packages": [each for each in run if "apt-get install" in each
                                        and "--no-install-recommends" not in each],
        "DL3009 lists of apt are left": [each for each in run if "apt-get update" in each and "lists/*" not in each],
        "no HEALTHCHECK": [] if any(name == "HEALTHCHECK" for name, _ in parts) else ["HEALTHCHECK"],
    }  # fmt: skip
    return [f"{rule}: {place}" for rule, places in found.items() for place in places]


def test_the_image_breaks_no_rule() -> None:
    assert faults((DEPLOY / "Dockerfile").read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    ("defect", "rule"),
    [
        (("FROM python:3.11-slim-bookworm AS build", "FROM python AS build"), "DL3006"),
        (("USER openscf\n", ""), "DL3002"),
        (("COPY src", "ADD src"), "DL3020"),
        (('CMD ["openscf", "serve"', "CMD openscf serve #"), "DL3025"),
        (("uv==0.13.9", "uv"), "DL3013"),
        (("--no-install-recommends ", ""), "DL3015"),
        (("&& rm -rf /var/lib/apt/lists/* \\\n    ", ""), "DL3009"),
    ],
)
def test_a_planted_defect_breaks_its_rule(defect: tuple[str, str], rule: str) -> None:
    text = (DEPLOY / "Dockerfile").read_text(encoding="utf-8")
    assert defect[0] in text
    assert any(each.startswith(rule) for each in faults(text.replace(*defect)))


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="no systemd-analyze here to judge the unit")
def test_systemd_accepts_the_unit(tmp_path: Path) -> None:
    text = (DEPLOY / "openscf.service").read_text(encoding="utf-8")
    # The program need not be installed on the machine that judges the unit.
    unit = tmp_path / "openscf.service"
    for words, sound in ((text, True), (text.replace("Type=exec", "Type=nonsense"), False)):
        unit.write_text(re.sub(r"ExecStart=\S+", "ExecStart=/bin/true", words), encoding="utf-8")
        done = subprocess.run(["systemd-analyze", "verify", str(unit)], check=False, capture_output=True, text=True)
        assert ("nonsense" not in done.stderr and done.returncode == 0) is sound, done.stderr


def test_what_the_unit_and_the_image_start_is_a_command_that_exists() -> None:
    from openscf.cli import GROUPS

    for name in ("Dockerfile", "openscf.service"):
        text = (DEPLOY / name).read_text(encoding="utf-8")
        assert re.search(r'openscf(", "| )serve', text)
    assert "serve" in GROUPS
