"""What a bank took back and nobody has made good."""

from collections.abc import Iterator

from openscf.operations.warnings.model import Detector, EarlyWarning, Facts, Severity


def detect(facts: Facts) -> Iterator[EarlyWarning]:
    """One alarm for each payment: until it is made good, money is missing at the bank, or a payer owes again."""
    for one in facts.taken_back:
        owed, unpaid = bool(one.owed), bool(one.unpaid)
        if not (owed or unpaid):
            continue
        yield EarlyWarning(
            code=DETECTOR.name, severity=Severity.ALARM, subject=one.id, since=one.made_on, evidence=(one.id,),
            en="The bank took a payment back."
            + f" {one.owed} of it is to be given back by those to whom it was passed on." * owed
            + f" The payer owes {one.unpaid} again." * unpaid,
            zh="银行冲回了一笔到账。"
            + f"已收款方尚应退还 {one.owed}。" * owed
            + f"付款方须重新支付 {one.unpaid}。" * unpaid,
        )  # fmt: skip


DETECTOR = Detector(
    name="payment_taken_back", en="Payments that a bank took back.", zh="银行冲回的到账。", detect=detect
)
