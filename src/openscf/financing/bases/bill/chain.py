"""Bills of exchange: their number, the chain of endorsements, and who is liable to the holder in which order.

Source: Negotiable Instruments Law of China (票据法). A number in the electronic system (ECDS) has 30 digits: kind (1
for a bank acceptance, 2 for a commercial one), payment-system number of the drawer's bank (12), date (8), serial (8),
check digit. The rule of the check digit is not published, so it is not checked.
"""

import datetime as dt
import enum
import re
from dataclasses import dataclass
from typing import Final

from openscf.financing.fields import field_of
from openscf.kernel.calendars import add_months
from openscf.kernel.errors import refusal

ENDORSERS_BARRED_AFTER_MONTHS: Final = 6  # 票据法 article 17 (3), from the dishonour
DRAWER_BARRED_AFTER_MONTHS: Final = 24  # article 17 (1), from the maturity
_NUMBER = re.compile(r"[0-9]{30}", re.ASCII)
_KIND_DIGITS: Final = {"1": "bank", "2": "commercial"}  # the digits of later systems are not told apart here

BILL_NUMBER_MALFORMED = refusal(
    "bill_number_malformed",
    en="{number} is not the number of an electronic bill: 30 digits.",
    zh="{number} 不是有效的电子票据号码（30 位数字）。",
    fix_en="Copy the number from the bill. Pieces of a divisible bill are not taken.",
    fix_zh="请按票面填写；暂不受理子票区间。",
    status=400,
)
BILL_KIND_DIFFERS = refusal(
    "bill_kind_differs",
    en="By its number, {number} is a {found} acceptance; this contract is for {kind} acceptances.",
    zh="{number} 的票据种类为 {found}，本合同仅适用于 {kind}。",
    fix_en="Offer it under the contract for its kind.",
    fix_zh="请使用对应票据种类的合同。",
)
BILL_TOO_LONG = refusal(
    "bill_too_long",
    en="{number} runs for more than {months} months from its day of issue.",
    zh="{number} 自出票日起的期限超过 {months} 个月。",
    fix_en="Bills of a longer term may not be discounted.",
    fix_zh="超过规定期限的票据不得贴现。",
)
ENDORSEMENT_GAP = refusal(
    "endorsement_gap",
    en="The endorsements of {number} have a gap: {holder} held it, and {endorser} passed it on.",
    zh="{number} 的背书不连续：持票人为 {holder}，背书人为 {endorser}。",
    fix_en="Enter the endorsements in their order, as the bill shows them.",
    fix_zh="请按票面顺序登记背书。",
    status=409,
)
NOT_THE_HOLDER_OF_THE_BILL = refusal(
    "not_the_bill_holder",
    en="By its endorsements {number} belongs to {holder} and not to {client}.",
    zh="根据背书记录，{number} 的持票人为 {holder}，而非 {client}。",
    fix_en="Enter the missing endorsement, or let the holder ask.",
    fix_zh="请补登背书，或由持票人申请。",
    status=409,
)
BUYER_NOT_NAMED = refusal(
    "buyer_not_named",
    en="The contract lets a buyer pay interest on {number}, and no buyer is named.",
    zh="合同约定买方付息，但 {number} 未指定买方。",
    fix_en="Name the buyer, or choose a contract in which the holder pays.",
    fix_zh="请指定买方，或选择卖方付息的合同。",
    status=400,
)
BUYER_HAS_NOT_AGREED = refusal(
    "buyer_has_not_agreed",
    en="The buyer has not agreed to pay interest on {number}.",
    zh="买方尚未同意承担 {number} 的贴现利息。",
    fix_en="Ask the buyer to agree on the platform; it takes two of its people.",
    fix_zh="请买方在平台上确认（须双人复核）。",
    status=409,
)
NOBODY_LEFT_TO_ASK = refusal(
    "nobody_left_to_ask",
    en="Everybody who is liable on {number} has been asked.",
    zh="{number} 的全部票据债务人均已追索。",
    fix_en="Claim from the acceptor, or write it off.",
    fix_zh="请向承兑人主张，或核销。",
    status=409,
)
RECOURSE_TIME_BARRED = refusal(
    "recourse_time_barred",
    en="Recourse on {number} had to be taken by {until}.",
    zh="{number} 的追索权已于 {until} 届满。",
    fix_en="Claim from the acceptor, or write it off.",
    fix_zh="请向承兑人主张，或核销。",
    status=409,
)


class BillKind(enum.Enum):
    """Who accepted."""

    BANK = "bank"  # 银承
    COMMERCIAL = "commercial"  # 商承


@dataclass(frozen=True, slots=True, kw_only=True)
class Endorsement:
    """The bill passed from one to the other.

    Attributes:
        endorser, endorsee: Ids of enterprises here, or names as the bill shows them.
        endorsed_on: Day.
        final: The endorser wrote "not transferable" 不得转让: it is liable to its own endorsee and to nobody after him
            (article 34).
    """

    endorser: str = field_of("Who passed it on", "背书人")
    endorsee: str = field_of("To whom", "被背书人")
    endorsed_on: dt.date = field_of("Day", "背书日期")
    final: bool = field_of('The endorser wrote "not transferable"', "记载“不得转让”", default=False)


def check_number(number: str, kind: BillKind) -> None:
    """Refuse what is no number of an electronic bill of this kind.

    Raises:
        Refusal: `bill_number_malformed`, `bill_kind_differs`.
    """
    if not _NUMBER.fullmatch(number):
        raise BILL_NUMBER_MALFORMED(number=ascii(number)[:40])
    found = _KIND_DIGITS.get(number[0], kind.value)
    if found != kind.value:
        raise BILL_KIND_DIFFERS(number=number, found=found, kind=kind.value)


def endorsed(chain: tuple[Endorsement, ...], new: Endorsement, *, number: str) -> tuple[Endorsement, ...]:
    """The chain with one more endorsement.

    Raises:
        Refusal: `endorsement_gap`: it does not come from the holder, goes back in time, or to the endorser himself.
    """
    holder = chain[-1].endorsee if chain else new.endorser
    backwards = bool(chain) and new.endorsed_on < chain[-1].endorsed_on
    if new.endorser != holder or backwards or new.endorsee == new.endorser:
        raise ENDORSEMENT_GAP(number=number, holder=holder[:80], endorser=new.endorser[:80])
    return (*chain, new)


def check_holder(chain: tuple[Endorsement, ...], client: str, *, number: str) -> None:
    """Refuse a client whom the endorsements don't make the holder; without any, it is the payee.

    Raises:
        Refusal: `not_the_bill_holder`.
    """
    if chain and chain[-1].endorsee != client:
        raise NOT_THE_HOLDER_OF_THE_BILL(number=number, holder=chain[-1].endorsee[:80], client=client)


def liable(chain: tuple[Endorsement, ...], drawer: str) -> tuple[str, ...]:
    """Who is liable to the holder beside the acceptor: from the last endorser back to the first, then the drawer.

    The law lets the holder choose (article 68); in this order each one who pays has everybody before him to ask.
    """
    last = len(chain) - 1
    signed = [one.endorser for place, one in enumerate(chain) if not one.final or place == last]
    return tuple(dict.fromkeys((*reversed(signed), *((drawer,) if drawer else ()))))


def barred_after(name: str, drawer: str, *, dishonoured_on: dt.date, due_on: dt.date) -> dt.date:
    """The last day on which somebody liable can be asked (article 17)."""
    if drawer and name == drawer:
        return add_months(due_on, DRAWER_BARRED_AFTER_MONTHS)
    return add_months(dishonoured_on, ENDORSERS_BARRED_AFTER_MONTHS)
