"""How financing's values look as JSON and as lines."""

from typing import Any

from openscf.kernel.errors import Refusal


def deal_record(kept: Any) -> dict[str, Any]:
    """A deal with what is kept beside it."""
    from openscf.financing import PRODUCTS, write  # noqa: PLC0415

    deal = kept.deal
    return {
        "id": str(deal.id), "product": deal.product, "state": deal.state, "version": deal.version,
        "allowed": sorted(PRODUCTS.get(deal.product).lifecycle.allowed(deal.state)),
        "parties": {role: str(party) for role, party in deal.parties.items()}, "currency": deal.currency.code,
        "document": None if kept.document is None else str(kept.document), "terms": write(deal.terms),
        "book": write(deal.book),
    }  # fmt: skip


def quote_record(quote: Any) -> dict[str, Any]:
    """An offer with the reasons against it."""
    from openscf.financing import write  # noqa: PLC0415

    offer = quote.offer
    shown = None
    if offer is not None:
        shown = {**write(offer), "rate": str(offer.rate), "cost": offer.cost.as_json()}
        shown["all_in_percent"] = offer.all_in.percent_text()
    price = {} if quote.judged.priced is None else {"price": price_record(quote.judged.priced)}
    return {
        "eligible": quote.eligible, "offer": shown, "reasons": [reason(one) for one in quote.judged.reasons], **price,
    }  # fmt: skip


def price_record(priced: Any, *, whole: bool = False) -> dict[str, Any]:
    """A price that follows from credit: as its client may see it, or whole, with its parts, for funder and house."""
    from openscf.financing import parts_of, sentences_of, worths_of  # noqa: PLC0415

    worths = [
        {"element": one.element, "saved_bps": one.saved_bps, "said": one.said.as_record()} for one in worths_of(priced)
    ]
    said = [one.as_record() for one in sentences_of(priced)]
    inner = {"pd_ppb": priced.pd_ppb, "parts": list(parts_of(priced))} if whole else {}
    return {"percent": priced.rate.percent_text(), "said": said, "worths": worths, **inner}


def price_lines(priced: Any, *, whole: bool = False) -> list[str]:
    """The same for a reader."""
    from openscf.cli.common import language  # noqa: PLC0415
    from openscf.financing import sentences_of, worths_of  # noqa: PLC0415

    spoken = language()
    lines = [one.in_language(spoken) for one in sentences_of(priced)]
    lines += [f"  {one.said.in_language(spoken)}" for one in worths_of(priced)]
    if whole and priced.price is not None:
        lines += [
            f"{one.rate.percent_text(4):>9} %  {one.name:<15} {one.reason.in_language(spoken)}"
            for one in priced.price.components
        ]
    return lines


def reason(refused: Refusal) -> dict[str, Any]:
    """A reason with its sentence and its remedy in both languages."""
    return {
        "code": refused.code,
        "sentence": {"en": refused.sentence("en"), "zh": refused.sentence("zh")},
        "remedy": {"en": refused.remedy("en"), "zh": refused.remedy("zh")},
    }


def quote_lines(quote: Any) -> str:
    """An offer for a reader."""
    from openscf.cli.common import language, say  # noqa: PLC0415

    lines = []
    offer = quote.offer
    if offer is not None:
        rows = (
            (say("Face", "票面"), offer.face), (say("Advance", "融资额"), offer.advance),
            (say("Fee", "手续费"), offer.fee), (say("Cash now", "到账"), offer.cash_now),
            (say("Interest until due", "到期利息"), offer.interest), (say("Discount", "贴息"), offer.discount),
            (say("Rest when the buyer pays", "回款后余款"), offer.cash_later),
        )  # fmt: skip
        lines = [f"{name:<26} {amount.grouped:>18}" for name, amount in rows]
        due = say(f"{offer.days} days to {offer.due_on}", f"距到期 {offer.days} 天（{offer.due_on}）")
        all_in = offer.all_in.percent_text()
        rate = say(f"rate {offer.rate}, all in {all_in} %", f"利率 {offer.rate}，综合成本 {all_in} %")
        lines += [f"{due}; {rate}"]
    if quote.judged.priced is not None:
        lines += price_lines(quote.judged.priced)
    for one in quote.judged.reasons:
        lines += [f"✗ {one.code}: {one.sentence(language())}", f"  → {one.remedy(language())}"]
    if quote.eligible:
        lines.append(say("✓ Nothing stands against it.", "✓ 符合融资条件。"))
    return "\n".join(lines)
