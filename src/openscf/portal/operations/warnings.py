"""Early warnings: what goes wrong around one's enterprise, the most pressing first."""

import datetime as dt
from typing import Annotated

from pydantic import Field

from openscf import operations
from openscf.db import UnitOfWork
from openscf.operations import EarlyWarning, Severity
from openscf.portal.declaring import operation
from openscf.portal.desk import Desk
from openscf.portal.shapes import Body, View


class WarningView(View):
    """Something that goes wrong.

    Attributes:
        subject: What it is about.
        since: The day from which it holds.
        evidence: Ids of what it rests on.
    """

    code: str
    severity: Severity
    subject: str
    since: dt.date
    en: str
    zh: str
    evidence: list[str]

    @classmethod
    def of(cls, one: EarlyWarning) -> "WarningView":
        """The same, as it is shown."""
        return cls(
            code=one.code, severity=one.severity, subject=one.subject, since=one.since, en=one.en, zh=one.zh,
            evidence=list(one.evidence),
        )  # fmt: skip


class Warnings(View):
    """The most pressing first, then the oldest.

    Attributes:
        found: How many there are in all.
    """

    items: list[WarningView]
    found: int


class WarningFilter(Body):
    """Which warnings."""

    severity: Severity | None = None
    code: Annotated[str | None, Field(max_length=40)] = None
    limit: Annotated[int, Field(ge=1, le=500)] = 100


@operation("GET /v1/warnings", group="credit", en="What goes wrong around my enterprise?", zh="预警。")
def list_warnings(desk: Desk, work: UnitOfWork, query: WarningFilter) -> Warnings:
    """Late payers, disputes, contradictions, full limits, old ratings, bad files; for the house, double financing."""
    party = None if desk.principal.is_house else desk.party
    every = desk.read(
        lambda house: operations.list_warnings(work, house, party, on=desk.today, fingerprints=desk.fingerprints)
    )
    wanted = [one for one in every if query.severity in {None, one.severity} and query.code in {None, one.code}]
    return Warnings(items=[WarningView.of(one) for one in wanted[: query.limit]], found=len(wanted))
