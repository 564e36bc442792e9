"""`openscf credit price`: what a loan costs, component by component."""

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from openscf.cli.common import Json, say, show
from openscf.cli.credit._tables import churn, told

if TYPE_CHECKING:
    from openscf.credit import Price, PricePolicy


def command(
    pd_1y: Annotated[float, typer.Option("--pd", help="One year's probability of default: 0.01 is 1 %.")],
    days: Annotated[int, typer.Option(help="Tenor in days.")] = 90,
    lgd: Annotated[float, typer.Option(help="Loss given default, a part of one.")] = 0.45,
    asset_class: Annotated[str, typer.Option("--class", help="corporate or retail.")] = "retail",
    turnover: Annotated[float | None, typer.Option(help="Yearly sales in millions of euros.")] = None,
    amount: Annotated[str | None, typer.Option(help="Amount of the loan, where a fixed cost is spread.")] = None,
    handling: Annotated[str | None, typer.Option(help="Fixed cost of one loan.")] = None,
    base: Annotated[str | None, typer.Option(help="What money costs: 3%.")] = None,
    cost: Annotated[str | None, typer.Option(help="Running cost: 0.5%.")] = None,
    margin: Annotated[str | None, typer.Option(help="Margin: 0.8%.")] = None,
    highest: Annotated[str | None, typer.Option(help="No rate above: 12%.")] = None,
    quality: Annotated[int | None, typer.Option(help="Data-quality score, 0 to 100.")] = None,
    table: Annotated[
        Path | None, typer.Option("--churn", help="Churn by rate, CSV or XLSX: chooses the margin.")
    ] = None,
    segment: Annotated[str, typer.Option(help="The client's column in it.")] = "",
    currency: Annotated[str, typer.Option(help="Of the amounts.")] = "CNY",
    as_json: Json = False,
) -> None:
    """Price a loan: base, expected loss, capital, cost and margin, each with its number and reason."""
    from openscf import credit  # noqa: PLC0415 - commands load the platform only when they run
    from openscf.kernel.money import currency as named  # noqa: PLC0415
    from openscf.kernel.money import parse_amount  # noqa: PLC0415

    classes = {one.value: one for one in credit.AssetClass}
    if asset_class not in classes:
        raise typer.BadParameter(f"{asset_class!r}; known: {', '.join(classes)}", param_hint="--class")
    unit = named(currency)
    rates = {"base": base, "operating_cost": cost, "margin": margin, "highest": highest}
    fixed = None if handling is None else parse_amount(handling, unit, field="--handling")
    risk = credit.IrbRisk(
        pd_1y=pd_1y, lgd=lgd, asset_class=classes[asset_class], turnover_eur_million=turnover, self_liquidating=True
    )
    request = credit.PriceRequest(
        risk=risk,
        tenor_days=days,
        amount=None if amount is None else parse_amount(amount, unit, field="--amount"),
        quality=None if quality is None else credit.DataQuality(quality, 0),
        demand=None if table is None else churn(table),
        segment=segment,
    )
    found = credit.price(request, dataclasses.replace(_policy(rates), handling=fixed))
    show(found.as_record(), price_text(found), as_json=as_json)


def _policy(rates: dict[str, str | None]) -> "PricePolicy":
    from openscf.credit import PricePolicy  # noqa: PLC0415
    from openscf.kernel.rates import Rate  # noqa: PLC0415

    given: dict[str, Any] = {name: Rate.parse(text, field=name) for name, text in rates.items() if text is not None}
    return PricePolicy(**given)


def price_text(found: "Price") -> str:
    """A price for the terminal, a line for each component."""
    lines = [
        f"{line.rate.percent_text(4):>9} %  {line.name:<15} {told(line.reason)}".rstrip() for line in found.components
    ]
    total = f"{found.rate.percent_text(2):>9} %  {say('posted rate, per year', '挂牌年利率')}"
    short = [] if found.covers_cost else [say("This does not cover the cost.", "该利率不足以覆盖成本。")]
    return "\n".join([*lines, total, *short])
