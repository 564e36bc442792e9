"""How a price that follows from credit is shown: to whom it costs, to whom it earns, and to the house."""

from openscf import financing
from openscf.financing import Priced
from openscf.portal.operations.credit import SaidView
from openscf.portal.shapes import View, seen_by


class PriceWorthView(View):
    """What one element of the relation to the buyer is worth in the price.

    Attributes:
        element: `confirmation`, `depth`, `tier`, or `anchor` for the whole.
        saved_bps: Basis points off the rate.
        saved_ppb: Off the PD, parts per billion.
    """

    element: str
    saved_bps: int
    said: SaidView
    saved_ppb: int | None = seen_by("funder", "owner", "operator")


class PricePartView(View):
    """A part of the price.

    Attributes:
        name: `base`, `expected_loss`, `capital`, `operating_cost`, `handling`, `late_payment`, `margin`, `data_reward`,
            `bounds`, `rounding`.
        percent: What it adds, in per cent a year; below zero where it takes off.
        said: How it came about.
    """

    name: str
    percent: str
    said: SaidView


class PriceView(View):
    """A price that follows from credit: the client sees the rate, what it rests on and what would lower it.

    Attributes:
        judged: Somebody has judged the credit that it rests on; otherwise the programme's highest rate applies.
        said: What it rests on, and what would lower it.
        worths: What the buyer's word, the depth of the relation and the tier are worth in it.
        pd_ppb: The PD of one year that counted, parts per billion.
        parts: What it is made of; the parts sum to the rate.
        evaluations: The evaluations that it rests on.
    """

    rate_percent: str
    judged: bool
    said: list[SaidView]
    worths: list[PriceWorthView]
    pd_ppb: int | None = seen_by("funder", "owner", "operator")
    parts: list[PricePartView] | None = seen_by("funder", "owner", "operator")
    evaluations: list[str] | None = seen_by("operator")

    @classmethod
    def of(cls, found: Priced) -> "PriceView":
        """All of it; `shaped` takes away what is not the reader's."""
        known = found.known
        return cls(
            rate_percent=found.rate.percent_text(), judged=found.price is not None,
            said=[SaidView.of(one) for one in financing.sentences_of(found)],
            worths=[
                PriceWorthView(
                    element=one.element, saved_bps=one.saved_bps, said=SaidView.of(one.said), saved_ppb=one.saved_ppb
                )
                for one in financing.worths_of(found)
            ],
            pd_ppb=found.pd_ppb,
            parts=[
                PricePartView(
                    name=one["name"], percent=one["percent"], said=SaidView.model_validate(one["reason"])
                )
                for one in financing.parts_of(found)
            ],
            evaluations=[one.evaluation for one in (known.seller, known.buyer) if one is not None],
        )  # fmt: skip
