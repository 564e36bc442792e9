"""Files in: written to a folder for a moment, and taken in by `openscf.ingestion` like any other."""

import tempfile
from collections.abc import Mapping
from pathlib import Path

from openscf.cluster.stage import Stage
from openscf.ingestion import FileOutcome, Order, ingest


def delivered(stage: Stage, files: Mapping[str, bytes], *, sender: str) -> list[FileOutcome]:
    """Take in files, each recognised by its content.

    Raises:
        Refusal: Of the first file that is refused as a whole.
    """
    outcomes = []
    with tempfile.TemporaryDirectory(prefix="openscf-demo-files-") as folder:
        for name, content in files.items():
            Path(folder, name).write_bytes(content)
        for outcome in ingest([Path(folder)], Order(sender=sender), intake=stage.intake()):
            if outcome.refusal is not None:
                raise outcome.refusal
            outcomes.append(outcome)
    return outcomes


def take_in(stage: Stage, files: Mapping[str, bytes], *, sender: str) -> int:
    """Take in files of which every row is to be accepted; how many documents they brought that were not known."""
    new = 0
    for outcome in delivered(stage, files, sender=sender):
        assert not outcome.rejections, outcome.rejections[0].refusal
        new += outcome.report.new if outcome.report else 0
    return new
