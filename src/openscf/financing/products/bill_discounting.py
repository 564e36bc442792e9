"""Bill discounting 票据贴现: the holder of an accepted bill is paid today; the acceptor pays at maturity.

    endorse        proposed: who had the bill before, without a gap, down to the client
    accept         headroom reserved under the acceptor: the bank of a bank acceptance, the firm of a commercial one
    fund           funder:cash ──advance = face──▶ client:cash ──fee, discount──▶ funder:cash
                   buyer:cash ──buyer_discount──▶ funder:cash, where the buyer pays the interest or a part of it
    (maturity)     bank ──▶ funder:escrow
    collect        funder:escrow ──fees, penalty, principal──▶ funder:cash
                   ──overpaid──▶ obligor:cash, or ──remainder──▶ client:cash once the client stood in for the bill
    dishonour      the acceptor did not pay, or is insolvent
    take_recourse  each prior endorser in turn, the client first, the drawer last
    repay          client:cash ──fees, penalty, principal──▶ funder:cash

Discount = face × rate × days / basis, first day counted and last day not, up to the maturity rolled to a business day,
plus the extra days where the acceptor is in another town.

Source: PRODUCTS 1.5; Negotiable Instruments Law 票据法, articles 17 (time bars), 27 and 34 (不得转让), 31 (unbroken
endorsements), 61 to 71 (recourse); 商业汇票承兑、贴现与再贴现管理办法 (2022), article 25: at most six months. Bills are
electronic (ECDS), whole packages: a piece of a divisible bill has no identity of its own here and is not taken.
"""

import dataclasses
from collections.abc import Sequence
from typing import Final

from openscf.financing.bases import advance, bill
from openscf.financing.bases.advance import DISCOUNT_WATERFALL
from openscf.financing.model import AccountSpec, Leg, Product, Role, Scope, Shape, Step
from openscf.kernel.lifecycle import Lifecycle

_ASKED: Final = ("dishonoured", "recoursed")
_OPEN: Final = ("funded", "part_paid", *_ASKED)
_BACK: Final = Leg("funder:receivable", "obligor:owes", "reassigned")
LIFECYCLE: Final = Lifecycle(
    "bill_discounting",
    states=(
        *("proposed", "verified", "accepted", "funded", "part_paid", "dishonoured", "recoursed", "written_off"),
        *("settled", "closed", "cancelled"),
    ),
    initial="proposed",
    final=("settled", "closed", "cancelled"),
    transitions=(
        ("proposed", "endorse", "proposed"),
        ("proposed", "verify", "verified"),
        ("verified", "undertake", "verified"),
        ("verified", "accept", "accepted"),
        ("accepted", "fund", "funded"),
        (("proposed", "verified", "accepted"), "cancel", "cancelled"),
        *advance.stays(_OPEN, "collect_part"),
        (_OPEN, "collect_all", "settled"),
        (("funded", "part_paid"), "dishonour", "dishonoured"),
        *advance.stays(_ASKED, "charge"),
        (_ASKED, "take_recourse", "recoursed"),
        ("recoursed", "repay_part", "recoursed"),
        ("recoursed", "repay_all", "settled"),
        (_ASKED, "write_off", "written_off"),
        ("written_off", "recover", "written_off"),
        ("written_off", "close", "closed"),
    ),
)


def _legs(name: str, *more: Leg, without: Sequence[str] = ()) -> tuple[Leg, ...]:
    taken = advance.discounted_steps(name)[name].postings
    return (*(leg for leg in taken if leg.amount not in without), *more)


_STEPS: Final = advance.discounted_steps(
    "fund", "collect", "repay", "charge", "write_off", "recover", "close", "cancel", "accept", "verify"
)
PRODUCT: Final = Product(
    code="bill_discounting",
    version=1,
    en="Bill discounting",
    zh="票据贴现",
    summary_en="The holder of a bank or commercial acceptance is paid its face less interest today; the acceptor pays "
    "at maturity, and everybody who signed before the funder stands in for it.",
    summary_zh="持票人将未到期的银行或商业承兑汇票贴现，扣除利息取得资金；到期由承兑人付款，前手承担被追索责任。",
    sources=("PRODUCTS 1.5", "票据法 17, 27, 31, 34, 61–71", "商业汇票承兑、贴现与再贴现管理办法 (2022)"),
    shape=Shape.DEAL,
    lifecycle=LIFECYCLE,
    roles=(
        Role("client", "Holder, who endorses the bill to the funder", "贴现申请人（持票人）"),
        Role("obligor", "Acceptor: the bank, or the firm", "承兑人（银行或企业）"),
        advance.FACTOR,
        Role("buyer", "Buyer, where it pays interest", "付息的买方", required=False),
    ),
    terms=bill.Terms,
    proposal=bill.Proposal,
    book=bill.Book,
    opening=bill.rules.opening,
    accounts=(
        *advance.ACCOUNTS,
        advance.ACCEPTOR_CASH,
        AccountSpec("buyer:cash", Scope.PARTY, "The buyer's money", "买方资金"),
    ),
    steps={
        **_STEPS,
        "endorse": Step(
            en="An earlier endorsement is entered, as the bill system reports it.",
            zh="登记前手背书（以票据系统记载为准）。",
            by=("client", "operator", "system"),
            rule=bill.rules.endorse,
            params=bill.Endorsement,
        ),
        "verify": dataclasses.replace(
            _STEPS["verify"],
            en="Bill and endorsements are checked.",
            zh="核验票据及背书连续性。",
            rule=bill.rules.verify,
        ),
        "undertake": Step(
            en="The buyer agrees to pay its part of the interest.",
            zh="买方同意承担贴现利息。",
            by=("buyer",),
            rule=bill.rules.undertake,
            four_eyes=True,
        ),
        "accept": dataclasses.replace(_STEPS["accept"], rule=bill.rules.accept),
        "fund": dataclasses.replace(
            _STEPS["fund"],
            en="The face is paid out, less fee and discount; the bill is endorsed to the funder.",
            zh="扣除手续费和贴现利息后放款，票据背书转让给资金方。",
            rule=bill.rules.fund,
            postings=_legs("fund", Leg("buyer:cash", "funder:cash", "buyer_discount")),
        ),
        "collect": dataclasses.replace(
            _STEPS["collect"],
            rule=bill.rules.collect,
            postings=_legs("collect", Leg("funder:escrow", "client:cash", "remainder"), _BACK),
        ),
        "dishonour": Step(
            en="The acceptor did not pay, or is insolvent.",
            zh="承兑人拒付或破产。",
            by=("system", "funder"),
            rule=bill.rules.dishonour,
            params=bill.Refused,
            notices=("notice_of_dishonour",),
        ),
        "take_recourse": Step(
            en="The next who signed before is asked to pay: the client first, the drawer last.",
            zh="依次向前手追索：先贴现申请人，最后出票人。",
            by=("funder", "system"),
            rule=bill.rules.take_recourse,
            notices=("recourse_notice",),
        ),
        "repay": dataclasses.replace(
            _STEPS["repay"],
            en="The client pays in recourse and has the bill again.",
            zh="贴现申请人清偿追索款项并取回票据。",
            postings=_legs("repay", without=("interest",)),
        ),
    },
    limits_on=("obligor",),
    waterfall=(*DISCOUNT_WATERFALL, "overpaid", "remainder"),
)
