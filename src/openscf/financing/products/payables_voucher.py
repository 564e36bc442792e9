"""Digital payables voucher 应收账款电子凭证 (云信、金单 family): a core enterprise's promise that splits and travels.

    issue, seal       the issuer's maker and checker; the obligor's own consent reserves its voucher limit
    accept            obligor:issued ══face══▶ holder:piece (the payee's), in the voucher's own unit
    lock, offer       holder:piece ══part══▶ (set aside) for the holder's own supplier, against that supplier's invoice
    accept            ══▶ holder:piece (the supplier's); the giver is not liable
    fund              ══▶ holder:piece (the funder's); funder:cash ──price──▶ giver:cash ──discount──▶ funder:cash
    draw              obligor:cash ──▶ obligor:escrow
    redeem            obligor:escrow ──share──▶ holder:cash of every leaf; holder:piece ══share══▶ obligor:issued

Only the obligor owes. A payment that does not suffice goes pro rata, the residue to the last leaf. Σ leaves = issued −
paid − cancelled holds under any interleaving because it is the trial balance of the voucher's unit; locked ≤ available
is the floor of each piece.

Source: PRODUCTS 1.4; Civil Code of China 545 to 556 (assignment of claims); notice Yinfa (2025) 77 of the People's Bank
and five other authorities, in force since 15 June 2025: tenor in principle within six months and never above a year, a
real trade behind issue and transfer.
"""

from dataclasses import dataclass
from typing import Final

from openscf.financing.bases import claim
from openscf.financing.bases.claim import rules
from openscf.financing.fields import field_of
from openscf.financing.model import Product, Shape
from openscf.kernel.daycount import DayCount
from openscf.kernel.lifecycle import Lifecycle
from openscf.kernel.money import Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """The frame."""

    least_piece: Money = field_of("Smallest piece that may be cut off", "最小拆分金额")
    most_tenor_months: int = field_of("Longest tenor", "最长期限", default=6, least=1, most=12, unit="months")
    most_depth: int = field_of(
        "How often a piece may be passed on, counted from the payee", "最多流转层级", default=5, least=0, most=20
    )
    related_parties: bool = field_of(
        "Vouchers may go to enterprises of the issuer's own group", "是否允许开给或转让给开立方集团成员", default=False
    )
    basis: DayCount = field_of("Day-count basis of discounts", "贴现计息基准", default=DayCount.ACT_360)


LIFECYCLE: Final = Lifecycle(
    "payables_voucher",
    states=(
        *("drafted", "issued", "sealed", "offered", "live", "part_paid", "overdue"),
        *("settled", "refused", "cancelled"),
    ),
    initial="drafted",
    final=("settled", "refused", "cancelled"),
    transitions=(
        ("drafted", "issue", "issued"),
        ("issued", "seal", "sealed"),
        ("issued", "seal_own", "offered"),
        ("sealed", "consent", "offered"),
        ("offered", "accept", "live"),
        ("offered", "refuse", "refused"),
        (("issued", "sealed", "offered"), "cancel", "cancelled"),
        ("live", "draw", "live"),
        ("part_paid", "draw", "part_paid"),
        ("overdue", "draw", "overdue"),
        (("live", "part_paid"), "redeem_part", "part_paid"),
        ("overdue", "redeem_part", "overdue"),
        (("live", "part_paid", "overdue"), "redeem_all", "settled"),
        (("live", "part_paid"), "lapse", "overdue"),
    ),
)

PIECE_LIFECYCLE: Final = Lifecycle(
    "voucher_piece",
    states=(
        *("drafted", "locked", "offered", "held", "frozen"),
        *("spent", "redeemed", "refused", "withdrawn", "lapsed"),
    ),
    initial="drafted",
    final=("spent", "redeemed", "refused", "withdrawn", "lapsed"),
    transitions=(
        ("drafted", "lock", "locked"),
        ("locked", "offer", "offered"),
        ("offered", "accept", "held"),
        ("offered", "fund", "held"),
        ("offered", "refuse", "refused"),
        (("drafted", "locked", "offered"), "withdraw", "withdrawn"),
        (("locked", "offered"), "lapse", "lapsed"),
        ("held", "give_part", "held"),
        ("held", "give_all", "spent"),
        ("held", "freeze", "frozen"),
        ("held", "redeem_part", "held"),
        ("frozen", "redeem_part", "frozen"),
        (("held", "frozen"), "redeem_all", "redeemed"),
    ),
)

PIECE: Final = Product(
    code="voucher_piece",
    version=1,
    en="Piece of a payables voucher",
    zh="凭证份额",
    summary_en="What one holder has of a voucher.",
    summary_zh="某一持有人持有的凭证份额。",
    sources=("PRODUCTS 1.4",),
    shape=Shape.CLAIM,
    lifecycle=PIECE_LIFECYCLE,
    roles=(claim.GIVER, claim.HOLDER, claim.OBLIGOR),
    terms=Terms,
    proposal=claim.Offer,
    book=claim.PieceBook,
    opening=rules.opening_piece,
    accounts=claim.PIECE_ACCOUNTS,
    steps=claim.PIECE_STEPS,
    limits_on=("obligor",),
    lien_holder="giver",
)

PRODUCT: Final = claim.ClaimProduct(
    code="payables_voucher",
    version=1,
    en="Digital payables voucher",
    zh="应收账款电子凭证",
    summary_en="A core enterprise promises to pay; its supplier keeps the promise, passes a part of it on to its own "
    "supplier, or sells it to a funder without recourse. At maturity whoever holds a piece is paid.",
    summary_zh="核心企业承诺到期付款；供应商可持有、拆分转让给自己的供应商，或无追索融资；到期向持有人兑付。",
    sources=("PRODUCTS 1.4", "Civil Code of China 545–556", "银发〔2025〕77号"),
    shape=Shape.CLAIM,
    lifecycle=LIFECYCLE,
    roles=(claim.ISSUER, claim.OBLIGOR, claim.PAYEE, claim.GRANTOR),
    terms=Terms,
    proposal=claim.Issue,
    book=claim.Book,
    opening=rules.opening,
    accounts=claim.CLAIM_ACCOUNTS,
    steps=claim.CLAIM_STEPS,
    limits_on=("obligor",),
    lien_holder="issuer",
    piece=PIECE,
    locks=claim.LOCKS,
)
