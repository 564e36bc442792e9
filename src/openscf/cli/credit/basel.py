"""`openscf credit basel`: capital and risk weight of one exposure."""

from typing import Annotated

import typer

from openscf.cli.common import Json, say, show


def command(
    pd_1y: Annotated[float, typer.Option("--pd", help="One year's probability of default: 0.01 is 1 %.")],
    lgd: Annotated[float, typer.Option(help="Loss given default, a part of one.")] = 0.45,
    asset_class: Annotated[
        str, typer.Option("--class", help="corporate, retail, mortgage or revolving.")
    ] = "corporate",
    maturity: Annotated[float, typer.Option(help="Effective maturity in years; for corporates.")] = 2.5,
    turnover: Annotated[float | None, typer.Option(help="Yearly sales in millions of euros; small firms only.")] = None,
    trade: Annotated[bool, typer.Option("--trade", help="Short-term trade finance: no floor of one year.")] = False,
    as_json: Json = False,
) -> None:
    """Capital and risk weight under Basel's internal-ratings-based approach, without the scaling factor of 1.06."""
    from openscf import credit  # noqa: PLC0415 - commands load the platform only when they run

    classes = {one.value: one for one in credit.AssetClass}
    if asset_class not in classes:
        raise typer.BadParameter(f"{asset_class!r}; known: {', '.join(classes)}", param_hint="--class")
    risk = credit.IrbRisk(
        pd_1y=pd_1y, lgd=lgd, asset_class=classes[asset_class], maturity_years=maturity,
        turnover_eur_million=turnover, self_liquidating=trade,
    )  # fmt: skip
    found = credit.irb_capital(risk)
    rows = (
        (say("risk weight", "风险权重"), f"{found.risk_weight:.2%}"),
        (say("capital (8 % of it)", "资本要求"), f"{found.capital:.3%}"),
        (say("expected loss", "预期损失"), f"{found.expected_loss:.3%}"),
        (say("correlation", "相关系数"), f"{found.correlation:.4f}"),
        (say("maturity factor", "期限调整"), f"{found.maturity_factor:.4f}"),
    )
    record = {
        "risk_weight": found.risk_weight, "capital": found.capital, "expected_loss": found.expected_loss,
        "correlation": found.correlation, "maturity_factor": found.maturity_factor, "scaling": 1,
    }  # fmt: skip
    show(record, "\n".join(f"{value:>9}  {name}" for name, value in rows), as_json=as_json)
