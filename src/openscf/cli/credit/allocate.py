"""`openscf credit allocate`: who gets how much of a budget, at which rate."""

from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from openscf.cli.common import Json, say, show
from openscf.cli.credit._tables import churn, rows

if TYPE_CHECKING:
    from openscf.credit import Allocation

_SHOWN = 10


def command(
    applicants: Annotated[
        Path, typer.Argument(metavar="APPLICANTS.csv", help="Columns: name, segment, pd_1y; lgd, lendable, most.")
    ],
    table: Annotated[Path, typer.Option("--churn", help="Churn by rate and segment, CSV or XLSX.")],
    budget: Annotated[str, typer.Option(help="All offers together stay within it.")] = "100000000",
    lowest: Annotated[str, typer.Option(help="The smallest loan.")] = "100000",
    highest: Annotated[str, typer.Option(help="The largest loan.")] = "1000000",
    step: Annotated[str, typer.Option(help="Loans are multiples of it.")] = "10000",
    lowest_rate: Annotated[str, typer.Option(help="No rate below.")] = "4%",
    highest_rate: Annotated[str, typer.Option(help="No rate above.")] = "15%",
    cost: Annotated[str, typer.Option(help="What a lent unit costs a year beside expected loss.")] = "0%",
    lgd: Annotated[float, typer.Option(help="Loss given default of applicants without one of their own.")] = 1.0,
    most_loss: Annotated[str | None, typer.Option(help="Expected loss at most this part of the budget: 0.5%.")] = None,
    most_in_segment: Annotated[str | None, typer.Option(help="One segment gets at most this part: 40%.")] = None,
    shown: Annotated[int, typer.Option("--show", min=0, help="Show so many of the largest loans.")] = _SHOWN,
    currency: Annotated[str, typer.Option(help="Of the amounts.")] = "CNY",
    as_json: Json = False,
) -> None:
    """Divide a budget so that expected profit is highest, and report the naive division's profit beside it."""
    from openscf import credit  # noqa: PLC0415 - commands load the platform only when they run
    from openscf.kernel.money import currency as named  # noqa: PLC0415
    from openscf.kernel.money import parse_amount  # noqa: PLC0415
    from openscf.kernel.rates import Rate  # noqa: PLC0415

    unit = named(currency)
    asking = credit.applicants_from(rows(applicants), unit, lgd=lgd)
    task = credit.AllocationTask(
        budget=parse_amount(budget, unit, field="--budget"),
        lowest=parse_amount(lowest, unit, field="--lowest"),
        highest=parse_amount(highest, unit, field="--highest"),
        step=parse_amount(step, unit, field="--step"),
        demand=churn(table),
        cost=Rate.parse(cost, field="--cost"),
        lowest_rate=Rate.parse(lowest_rate, field="--lowest-rate"),
        highest_rate=Rate.parse(highest_rate, field="--highest-rate"),
        most_loss=_part(most_loss, "--most-loss"),
        most_in_segment=_part(most_in_segment, "--most-in-segment"),
    )
    best, naive = credit.allocate(task, asking), credit.naive_allocation(task, asking)
    record = {**best.as_record(), "naive": {**naive.as_record(), "loans": len(naive.loans)}, "applicants": len(asking)}
    show(record, _text(best, naive, shown), as_json=as_json)


def _part(text: str | None, field: str) -> Fraction | None:
    from openscf.kernel.rates import Rate  # noqa: PLC0415

    return None if text is None else Rate.parse(text, field=field).per_year


def _text(best: "Allocation", naive: "Allocation", shown: int) -> str:
    columns = (
        say("loans", "笔数"),
        say("lent", "放款"),
        say("expected profit", "预期利润"),
        say("expected loss", "预期损失"),
    )
    lines = [" ".join(f"{name:>20}" for name in ("", *columns))]
    for name, one in ((say("best", "最优"), best), (say("by rank", "按排名"), naive)):
        cells = (name, str(len(one.loans)), one.lent.grouped, one.profit.grouped, one.loss.grouped)
        lines.append(" ".join(f"{cell:>20}" for cell in cells))
    if best.bound is not None:
        lines.append(say(f"No allocation earns more than {best.bound}.", f"任何分配的预期利润均不超过 {best.bound}。"))
    largest = sorted(best.loans, key=lambda loan: (-loan.amount.minor, loan.applicant))[:shown]
    return "\n".join(
        [*lines, *(f"{loan.applicant:>12} {loan.amount!s:>20} {loan.rate.percent_text(2):>8} %" for loan in largest)]
    )
