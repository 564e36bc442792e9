"""`openscf credit receivable`: when a receivable is paid, what financing it costs, what its anchor is worth."""

from fractions import Fraction
from typing import TYPE_CHECKING, Annotated, Any

import typer

from openscf.cli.common import Json, language, say, show
from openscf.cli.credit._inputs import AsOf, SnapshotFolder, steps
from openscf.cli.credit.price import price_text

if TYPE_CHECKING:
    from openscf.credit import PriceRequest


def command(
    document: Annotated[str, typer.Argument(metavar="DOCUMENT", help="The invoice (doc_…).")],
    snapshot: SnapshotFolder,
    pd_1y: Annotated[float, typer.Option("--pd", help="The debtor's one-year probability of default: 0.01 is 1 %.")],
    seller_pd: Annotated[float | None, typer.Option(help="The seller's own: prices with recourse, and tells.")] = None,
    confirmation: Annotated[str, typer.Option(help="none, data, confirmed or irrevocable.")] = "none",
    tenure: Annotated[int, typer.Option(help="Months of trade between the two.")] = 0,
    share: Annotated[str, typer.Option(help="The debtor's part of the seller's sales: 25%.")] = "0%",
    settled: Annotated[str, typer.Option(help="What the debtor paid the seller in twelve months.")] = "0",
    tier: Annotated[int, typer.Option(help="1 for a direct supplier, 2 for its supplier, and so on.")] = 1,
    as_of: AsOf = None,
    lgd: Annotated[float, typer.Option(help="Loss given default, a part of one.")] = 0.45,
    currency: Annotated[str, typer.Option(help="Of the amounts.")] = "CNY",
    as_json: Json = False,
) -> None:
    """Tell when a receivable will be paid, learned from all payments known on a day, and price its financing.

    The days beyond its due day for which the money is expected to be out cost what money costs: `late_payment`. With
    the seller's own PD the price is that of a claim with recourse: the seller's, lowered by what the debtor's
    confirmation, the depth of the relation and the tier pass on, and what each of them is worth is told.
    """
    from openscf import credit  # noqa: PLC0415 - commands load the platform only when they run

    with steps(as_json) as step:
        step(say("learning from payments", "学习付款记录"))
        opened = credit.open_snapshot(snapshot)
        day = as_of.date() if as_of else opened.newest_on()
        if day is None:
            raise typer.BadParameter("needed: the snapshot has no invoice", param_hint="--as-of")
        found = credit.foretell(credit.receivables_in(opened, document), document, known_on=day)
    request = credit.PriceRequest(
        risk=credit.IrbRisk(pd_1y=pd_1y, lgd=lgd, self_liquidating=True),
        tenor_days=(found.receivable.due_on - day).days, lateness=found.lateness,
    )  # fmt: skip
    said, told = found.expectation, dict[str, Any]()
    if seller_pd is not None:
        link = _link(found.receivable.amount_minor, confirmation, share=share, settled=settled, currency=currency)
        request, told = _with_recourse(request, seller_pd, link={**link, "tenure_months": tenure, "tier": tier})
    priced = credit.price(request, credit.PricePolicy())
    record = {
        "document": document, "as_of": day.isoformat(), "due_on": found.receivable.due_on.isoformat(),
        "late_ppm": said.late_ppm, "expected_on": said.expected_on.isoformat(),
        "days_beyond_due": str(found.lateness.days), "said": {"en": said.sentence("en"), "zh": said.sentence("zh")},
        "model_sha256": found.model.sha256, "price": priced.as_record(), **told,
    }  # fmt: skip
    spoken: Any = "zh" if language() == "zh" else "en"
    worths = [f"  {one['said'][spoken]}" for one in told.get("worths", [])]
    show(record, "\n".join([said.sentence(spoken), price_text(priced), *worths]), as_json=as_json)


def _link(amount_minor: int, confirmation: str, *, share: str, settled: str, currency: str) -> dict[str, Any]:
    """What the options say of the relation."""
    from openscf import credit  # noqa: PLC0415
    from openscf.kernel.money import Money, parse_amount  # noqa: PLC0415
    from openscf.kernel.money import currency as named  # noqa: PLC0415
    from openscf.kernel.rates import Rate  # noqa: PLC0415

    words, unit = {one.name.lower(): one for one in credit.Confirmation}, named(currency)
    if confirmation not in words:
        raise typer.BadParameter(f"{confirmation!r}; known: {', '.join(words)}", param_hint="--confirmation")
    part: Fraction = Rate.parse(share, field="--share").per_year
    return {
        "confirmation": words[confirmation], "share": part, "financed": Money(amount_minor, unit),
        "settled": parse_amount(settled, unit, field="--settled"),
    }  # fmt: skip


def _with_recourse(
    request: "PriceRequest", seller_pd: float, *, link: dict[str, Any]
) -> tuple["PriceRequest", dict[str, Any]]:
    """The claim at the PD that arrives of both, and what each element of the relation is worth in it, JSON-ready."""
    import dataclasses  # noqa: PLC0415

    from openscf import credit  # noqa: PLC0415
    from openscf.kernel.rates import Rate  # noqa: PLC0415

    def at(pd: float) -> "PriceRequest":
        return dataclasses.replace(request, risk=dataclasses.replace(request.risk, pd_1y=pd))

    def price_of(pd: float) -> Rate:
        return credit.price(at(pd), credit.PricePolicy()).rate

    passed = credit.passed_on(seller_pd, request.risk.pd_1y, credit.AnchorLink(**link), price_of=price_of)
    rate, pd = price_of(passed.pd_1y), credit.parts_per_billion(passed.pd_1y)
    worths = [
        {
            "element": one.element, "pd_saved_ppb": credit.parts_per_billion(one.pd),
            "pd_without_ppb": pd + credit.parts_per_billion(one.pd), "saved_bps": int(saved.per_year * 10_000),
            "percent_without": (rate + saved).percent_text(), "said": one.said.as_record(),
        }
        for one, saved in ((one, one.price or Rate(Fraction(0))) for one in passed.worths)
    ]  # fmt: skip
    told = {
        "pd_ppb": pd, "seller_pd_ppb": credit.parts_per_billion(seller_pd),
        "debtor_pd_ppb": credit.parts_per_billion(request.risk.pd_1y), "weight": str(passed.weight), "worths": worths,
    }  # fmt: skip
    return at(passed.pd_1y), told
