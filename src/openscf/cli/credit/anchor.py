"""`openscf credit anchor`: what a core enterprise's credit is worth to a supplier's financing."""

from fractions import Fraction
from typing import Annotated

import typer

from openscf.cli.common import Json, say, show
from openscf.cli.credit._tables import told


def command(
    supplier_pd: Annotated[float, typer.Option("--pd", help="The supplier's own one-year PD: 0.06 is 6 %.")],
    anchor_pd: Annotated[float, typer.Option(help="The core enterprise's.")],
    confirmation: Annotated[str, typer.Option(help="none, data, confirmed or irrevocable.")] = "confirmed",
    tenure: Annotated[int, typer.Option(help="Months of trade between the two.")] = 0,
    share: Annotated[str, typer.Option(help="The anchor's part of the supplier's sales: 25%.")] = "0%",
    settled: Annotated[str, typer.Option(help="What the anchor paid it in twelve months.")] = "0",
    financed: Annotated[str, typer.Option(help="What is to be financed.")] = "1000000",
    tier: Annotated[int, typer.Option(help="1 for a direct supplier, 2 for its supplier, and so on.")] = 1,
    days: Annotated[int, typer.Option(help="Tenor in days, for the price.")] = 90,
    currency: Annotated[str, typer.Option(help="Of the amounts.")] = "CNY",
    as_json: Json = False,
) -> None:
    """Tell the PD and the price that arrive, and what confirmation, depth and tier are worth in them."""
    from openscf import credit  # noqa: PLC0415 - commands load the platform only when they run
    from openscf.kernel.money import currency as named  # noqa: PLC0415
    from openscf.kernel.money import parse_amount  # noqa: PLC0415
    from openscf.kernel.rates import Rate  # noqa: PLC0415

    words = {one.name.lower(): one for one in credit.Confirmation}
    if confirmation not in words:
        raise typer.BadParameter(f"{confirmation!r}; known: {', '.join(words)}", param_hint="--confirmation")
    unit = named(currency)
    link = credit.AnchorLink(
        confirmation=words[confirmation],
        tenure_months=tenure,
        share=_share(share),
        settled=parse_amount(settled, unit, field="--settled"),
        financed=parse_amount(financed, unit, field="--financed"),
        tier=tier,
    )

    def price_of(pd: float) -> Rate:
        risk = credit.IrbRisk(pd_1y=pd, asset_class=credit.AssetClass.RETAIL, self_liquidating=True)
        return credit.price(credit.PriceRequest(risk=risk, tenor_days=days), credit.PricePolicy()).rate

    passed = credit.passed_on(supplier_pd, anchor_pd, link, price_of=price_of)
    rate = price_of(passed.pd_1y)
    record = {
        "pd_1y": passed.pd_1y, "weight": str(passed.weight), "obligor_is_anchor": passed.obligor_is_anchor,
        "percent": rate.percent_text(2),
        "worths": [
            {"element": one.element, "pd": one.pd, "said": one.said.as_record(),
             "percent": None if one.price is None else one.price.percent_text(2)}
            for one in passed.worths
        ],
    }  # fmt: skip
    first = say(
        f"PD {passed.pd_1y:.3%}, price {record['percent']} %", f"违约概率 {passed.pd_1y:.3%}，价格 {record['percent']}%"
    )
    show(record, "\n".join([first, *(f"  {told(one.said)}" for one in passed.worths)]), as_json=as_json)


def _share(text: str) -> Fraction:
    from openscf.kernel.rates import Rate  # noqa: PLC0415

    return Rate.parse(text, field="--share").per_year
