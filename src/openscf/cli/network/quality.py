"""How good the data of each source and firm is."""

from typing import TYPE_CHECKING, Annotated

import typer

from openscf.cli.common import Json, say
from openscf.cli.network.view import Asked, Fresh, Limit, Member, Spark, Tenant, percent, plain, table_of, view

if TYPE_CHECKING:
    from openscf.network import Scored

app = typer.Typer()
_NAMES = {
    "completeness": ("complete", "完整"), "timeliness": ("timely", "及时"), "consistency": ("consistent", "一致"),
    "agreement": ("agreeing", "无矛盾"),
}  # fmt: skip


@app.command()
def quality(
    tenant: Tenant,
    member: Member = None,
    source: Annotated[str | None, typer.Option("--source", help="Only this source.")] = None,
    firm: Annotated[str | None, typer.Option("--firm", help="Only this firm: id, tax code, key or name.")] = None,
    firms: Annotated[bool, typer.Option("--firms", help="Firms as well, and not sources alone.")] = False,
    limit: Limit = 20,
    fresh: Fresh = False,
    spark: Spark = None,
    as_json: Json = False,
) -> None:
    """Score the data of each source, from 0 to 100, with its evidence and the reasons; the lowest first.

    What is judged is the data and not the firm: complete, timely, consistent in itself, agreeing with other sources.
    """
    from openscf import network  # noqa: PLC0415

    if source is not None and firm is not None:
        raise typer.BadParameter("name a source or a firm, not both", param_hint="--source, --firm")
    with view(Asked(tenant, member, fresh, spark=spark, quiet=as_json)) as seen:
        subject = source if firm is None else network.firm_named(seen.engine, seen.snapshot, firm)
        kind = "firm" if firm is not None else None if firms and source is None else "source"
        every = network.data_quality(seen.engine, seen.snapshot, kind=kind, subject=subject)
        record = {"found": len(every), "scores": [record_of(one) for one in every[:limit]]}
        seen.answer(record, _text(every[:limit]), as_json=as_json)


def record_of(one: "Scored") -> dict[str, object]:
    """A score as one JSON object."""
    return {
        "kind": one.evidence.kind, "subject": one.evidence.subject, "score": one.score,
        "ratios": [{**plain(ratio), "bps": ratio.bps} for ratio in one.ratios], "evidence": plain(one.evidence),
        "reasons": [
            {"code": reason.code, "count": reason.count, "sentence": {"en": reason.en, "zh": reason.zh}}
            for reason in one.reasons
        ],
    }  # fmt: skip


def _text(found: "list[Scored]") -> str:
    headings = [("whose data", "数据方"), ("score", "评分"), *(_NAMES.values()), ("documents", "单据")]
    rows = [
        (one.evidence.subject or say("(no name given)", "（未命名）"), one.score,
         *(percent(ratio.bps) for ratio in one.ratios), f"{one.evidence.documents:,}")
        for one in found
    ]  # fmt: skip
    lines = [
        f"  {one.evidence.subject}: {say('; ', '；').join(say(reason.en, reason.zh) for reason in one.reasons)}"
        for one in found
        if one.reasons
    ]
    return "\n".join([table_of(headings, rows), "", *lines]) if rows else say("no data yet", "尚无数据")
