"""Payment escrow 第三方支付担保: the buyer's money is frozen until the goods are there; then it is the seller's.

    (the buyer pays)  bank, wallet or card terminal ──▶ buyer:escrow
    pay               buyer:escrow ──paid──▶ buyer:frozen; ──overpaid──▶ buyer:cash
    confirm, expire   buyer:frozen ──released──▶ seller:cash ──fee──▶ operator:fees
    refund, call_off  buyer:frozen ──refund──▶ buyer:cash
    settle            both, as the dispute was settled

Frozen money has two ways out: to the seller, or back to the buyer. No leg leads anywhere else, and the platform's own
account is credited with its fee only, out of what is the seller's already (I17). Each step has its time, and something
follows when it is over.

Source: PRODUCTS 4.3.
"""

from typing import Final

from openscf.financing.bases import escrow
from openscf.financing.model import AccountSpec, Leg, Product, Role, Scope, Shape, Step
from openscf.financing.model.channel import ChannelReceipt
from openscf.kernel.lifecycle import Lifecycle
from openscf.parties import PartyRole

_HELD: Final = ("paid", "shipped", "delivered", "disputed")
_RELEASED: Final = (Leg("buyer:frozen", "seller:cash", "released"), Leg("seller:cash", "operator:fees", "fee"))
_REFUND: Final = Leg("buyer:frozen", "buyer:cash", "refund")

LIFECYCLE: Final = Lifecycle(
    "payment_escrow",
    states=("agreed", "paid", "shipped", "delivered", "disputed", "released", "refunded", "cancelled"),
    initial="agreed",
    final=("released", "refunded", "cancelled"),
    transitions=(
        ("agreed", "pay_part", "agreed"),
        ("agreed", "pay_all", "paid"),
        ("agreed", "cancel", "cancelled"),
        ("agreed", "expire_unpaid", "cancelled"),
        ("paid", "ship", "shipped"),
        ("paid", "expire_unshipped", "refunded"),
        ("shipped", "deliver", "delivered"),
        ("shipped", "expire_undelivered", "disputed"),
        (("shipped", "delivered"), "confirm", "released"),
        (("shipped", "delivered"), "dispute", "disputed"),
        ("delivered", "expire_unconfirmed", "released"),
        ("disputed", "deliver", "disputed"),
        ("disputed", "settle_release", "released"),
        ("disputed", "settle_refund", "refunded"),
        ("disputed", "expire_for_seller", "released"),
        ("disputed", "expire_for_buyer", "refunded"),
        *((state, "pay_again", state) for state in _HELD),
        *((state, "refund", state) for state in _HELD),
        (_HELD, "call_off", "refunded"),
    ),
)

PRODUCT: Final = Product(
    code="payment_escrow",
    version=1,
    en="Payment escrow",
    zh="第三方支付担保",
    summary_en="A buyer pays into escrow; the seller ships; when the buyer confirms, or says nothing after the proof "
    "of delivery, the seller has the money. A dispute is settled between the two and with nobody else's money.",
    summary_zh="买方付款至托管账户并冻结，卖方发货；买方确认或送达后逾期未提出异议的，款项付给卖方。冻结款项只能付给卖方或退还买方。",
    sources=("PRODUCTS 4.3", "非银行支付机构监督管理条例 (2023)"),
    shape=Shape.DEAL,
    lifecycle=LIFECYCLE,
    roles=(
        Role("seller", "Seller", "卖方"),
        Role("buyer", "Buyer", "买方"),
        Role("operator", "Platform, which takes a fee and no side", "平台（仅收取服务费）", (PartyRole.OPERATOR,)),
        Role("carrier", "Carrier, who proves delivery", "承运人", (PartyRole.CARRIER,), required=False),
    ),
    terms=escrow.Terms,
    proposal=escrow.Proposal,
    book=escrow.Book,
    opening=escrow.rules.opening,
    accounts=(
        AccountSpec("buyer:escrow", Scope.DEAL, "Arrived and not yet counted", "到账待入账"),
        AccountSpec("buyer:frozen", Scope.DEAL, "Frozen until the goods are there", "冻结款项"),
        AccountSpec("buyer:cash", Scope.PARTY, "The buyer's money", "买方资金"),
        AccountSpec("seller:cash", Scope.PARTY, "The seller's money", "卖方资金"),
        AccountSpec("operator:fees", Scope.PARTY, "The platform's fees", "平台服务费收入"),
    ),
    steps={
        "pay": Step(
            en="Money of a payment channel arrived; it is frozen up to the price.",
            zh="渠道款项到账，按成交价格冻结。",
            by=("system",),
            rule=escrow.rules.pay,
            params=ChannelReceipt,
            becomes=("pay_part", "pay_all", "pay_again"),
            postings=(
                Leg("buyer:escrow", "buyer:frozen", "paid"),
                Leg("buyer:escrow", "buyer:cash", "overpaid"),
            ),
            notices=("payment_received",),
        ),
        "ship": Step(
            en="The seller ships.",
            zh="卖方发货。",
            by=("seller", "carrier"),
            rule=escrow.rules.ship,
            params=escrow.Shipment,
            notices=("goods_shipped",),
        ),
        "deliver": Step(
            en="Delivery is proved, by anybody but the seller.",
            zh="送达凭证（非卖方出具）。",
            by=("carrier", "buyer", "system", "operator"),
            rule=escrow.rules.deliver,
            params=escrow.Delivery,
            notices=("goods_delivered",),
        ),
        "confirm": Step(
            en="The buyer confirms; the money is the seller's.",
            zh="买方确认收货，款项付给卖方。",
            by=("buyer",),
            rule=escrow.rules.confirm,
            postings=_RELEASED,
            pays="released",
            four_eyes=True,
            notices=("money_released",),
        ),
        "dispute": Step(
            en="The buyer objects.",
            zh="买方提出异议。",
            by=("buyer",),
            rule=escrow.rules.dispute,
            params=escrow.Dispute,
            notices=("dispute_notice",),
        ),
        "refund": Step(
            en="The seller gives a part back.",
            zh="卖方部分退款。",
            by=("seller",),
            rule=escrow.rules.refund,
            params=escrow.Refund,
            postings=(_REFUND,),
            four_eyes=True,
            notices=("money_refunded",),
        ),
        "settle": Step(
            en="The dispute is settled: a part or all back to the buyer, the rest to the seller.",
            zh="纠纷处理：部分或全部退还买方，其余付给卖方。",
            by=("operator",),
            rule=escrow.rules.settle,
            params=escrow.Refund,
            becomes=("settle_release", "settle_refund"),
            postings=(_REFUND, *_RELEASED),
            pays="released",
            four_eyes=True,
            notices=("dispute_settled",),
        ),
        "call_off": Step(
            en="The seller gives everything back.",
            zh="卖方取消交易，全额退款。",
            by=("seller",),
            rule=escrow.rules.call_off,
            postings=(_REFUND,),
            four_eyes=True,
            notices=("money_refunded",),
        ),
        "cancel": Step(
            en="The deal is called off before the price was paid; what arrived goes back.",
            zh="付清前取消交易，已付款项退还买方。",
            by=("buyer", "seller"),
            rule=escrow.rules.call_off,
            postings=(_REFUND,),
        ),
        "expire": Step(
            en="The time for the next step is over.",
            zh="下一步期限届满。",
            by=("system",),
            rule=escrow.rules.expire,
            becomes=(
                *("expire_unpaid", "expire_unshipped", "expire_undelivered", "expire_unconfirmed"),
                *("expire_for_seller", "expire_for_buyer"),
            ),
            postings=(_REFUND, *_RELEASED),
            pays="released",
            notices=("time_is_over",),
        ),
    },
)
