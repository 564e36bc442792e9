"""The real files beside the project, and reading them as the platform does."""

import csv
import hashlib
import importlib
from collections.abc import Mapping
from pathlib import Path

import pytest

from openscf.ingestion import ADAPTERS, Reading, Sample, Source
from openscf.ingestion.contract import HEAD_BYTES

DATA = Path(__file__).resolve().parents[4] / "shared" / "data"
needs_data = pytest.mark.skipif(not DATA.is_dir(), reason="the real data beside the project is absent")


def read(path: Path, options: Mapping[str, str] | None = None) -> Reading:
    """What the surest adapter makes of a file."""
    content = path.read_bytes()
    sample = Sample(path.name, content[:HEAD_BYTES], len(content))
    adapters = ADAPTERS.discover("openscf.ingestion.adapters")
    surest = sorted(((adapter.detect(sample), adapter.name) for adapter in adapters), reverse=True)
    assert surest[0][0] > surest[1][0], f"{path.name}: {surest[:2]} are equally sure"
    return read_by(surest[0][1], path, options)


def read_by(name: str, path: Path, options: Mapping[str, str] | None = None) -> Reading:
    """What one adapter makes of a file."""
    content = path.read_bytes()
    adapter = importlib.import_module(f"openscf.ingestion.adapters.{name}").ADAPTER
    reading: Reading = adapter.read(
        Source(path.name, content, hashlib.sha256(content).hexdigest(), "a bank", options or {})
    )
    return reading


def table(path: Path) -> list[dict[str, str]]:
    """The rows of a CSV of expectations; none where the data is absent."""
    if not path.is_file():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
