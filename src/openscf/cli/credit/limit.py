"""`openscf credit limit`: how much a firm may owe, why, and what would raise it."""

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from openscf.cli.common import Json, say, show
from openscf.cli.credit._tables import rows, told

if TYPE_CHECKING:
    from openscf.credit import Limit, LimitChange, Refuted


def command(
    evidence: Annotated[
        Path, typer.Argument(metavar="EVIDENCE.csv", help="Columns: kind, value, origin, source, as_of, same_group.")
    ],
    pd_1y: Annotated[float, typer.Option("--pd", help="One year's probability of default: 0.03 is 3 %.")],
    quality: Annotated[int | None, typer.Option(help="Data-quality score, 0 to 100; the firm may agree, too.")] = None,
    confirmed: Annotated[int | None, typer.Option(help="The same on what others alone confirm.")] = None,
    headroom: Annotated[str | None, typer.Option(help="What the limits above have free.")] = None,
    lowest: Annotated[str, typer.Option(help="No limit below.")] = "100000",
    highest: Annotated[str, typer.Option(help="No limit above.")] = "1000000",
    step: Annotated[str, typer.Option(help="Limits are multiples of it.")] = "10000",
    on: Annotated[str | None, typer.Option(help="Day of judgement; today.")] = None,
    currency: Annotated[str, typer.Option(help="Of the amounts.")] = "CNY",
    as_json: Json = False,
) -> None:
    """Assess a limit from evidence, with its reasons and the smallest changes that would raise it.

    Kinds: sales, settled, history (months), rest_of_buyers, debt, disputed. Origins: bank, tax, counterparty, rater,
    applicant. What only the applicant says in its own favour does not count.
    """
    from openscf import credit  # noqa: PLC0415 - commands load the platform only when they run
    from openscf.kernel.money import currency as named  # noqa: PLC0415
    from openscf.kernel.money import parse_amount  # noqa: PLC0415

    unit = named(currency)
    amounts = {"lowest": lowest, "highest": highest, "step": step}
    bounds: dict[str, Any] = {name: parse_amount(text, unit, field=f"--{name}") for name, text in amounts.items()}
    if not bounds["step"]:
        raise typer.BadParameter("above zero", param_hint="--step")
    policy = credit.LimitPolicy(**bounds)
    free = None if headroom is None else parse_amount(headroom, unit, field="--headroom").minor
    score = None if quality is None else credit.DataQuality(quality, 0 if confirmed is None else confirmed)
    facts, refuted = credit.facts_from(
        credit.evidence_from(rows(evidence), unit), credit.exact_part(pd_1y, field="pd_1y"), policy, on=_day(on),
        quality=score, headroom_minor=free,
    )  # fmt: skip
    found, changes = credit.limit_of(facts, policy), credit.what_would_raise(facts, policy)
    record = {
        **found.as_record(),
        "would_raise": [change.as_record() for change in changes],
        "not_counted": [
            {"kind": one.evidence.kind.value, "source": one.evidence.source, "reason": one.reason.as_record()}
            for one in refuted
        ],
    }
    show(record, _text(found, changes, refuted), as_json=as_json)


def _day(text: str | None) -> dt.date:
    from openscf.kernel.ports import SystemClock  # noqa: PLC0415
    from openscf.parties import business_date  # noqa: PLC0415

    if text is None:
        return business_date(SystemClock().now())
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"{text!r} is no day; write 2026-01-31", param_hint="--on") from None


def _text(found: "Limit", changes: "tuple[LimitChange, ...]", refuted: "tuple[Refuted, ...]") -> str:
    lines = [f"{found.amount}  ({say('held down by', '受限于')}: {found.binding})"]
    lines += [f"  {told(reason)}" for reason in found.reasons]
    lines += [say("Not counted:", "未计入：")] * bool(refuted)
    lines += [f"  {one.evidence.kind.value} ({one.evidence.source}): {told(one.reason)}" for one in refuted]
    lines.append(say("What would raise it:", "如何提高额度："))
    none = say("  No single change does.", "  无单项改变可提高额度。")
    return "\n".join([*lines, *([f"  {told(change.said)}" for change in changes] or [none])])
