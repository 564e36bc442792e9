"""The quality of every source and firm in a snapshot: one set-based count, then the pure rules."""

from typing import Any

from openscf.network.engines import Engine
from openscf.network.model import Snapshot
from openscf.network.quality.expressions import evidence
from openscf.network.quality.model import Evidence, Scored
from openscf.network.quality.rules import score


def data_quality(
    engine: Engine, snapshot: Snapshot, *, kind: str | None = None, subject: str | None = None
) -> list[Scored]:
    """Scores with their evidence and reasons; sources before firms, the lowest score first.

    Args:
        engine: Evaluates.
        snapshot: What is looked at.
        kind: `source` or `firm`; None is both.
        subject: Only this source or firm.
    """
    tables = {name: engine.table(snapshot, name) for name in ("invoice", "order", "goods", "delivery")}
    counted = evidence(tables["invoice"], (tables["order"], tables["goods"]), tables["delivery"])
    if kind is not None:
        counted = counted.filter(counted.kind == kind)
    if subject is not None:
        counted = counted.filter(counted.subject == subject)
    rows: list[dict[str, Any]] = engine.rows(counted).to_pylist()
    found = [score(Evidence(**row)) for row in rows]
    return sorted(found, key=lambda one: (one.evidence.kind != "source", one.score, one.evidence.subject))
