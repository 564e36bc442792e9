"""Letters to people: of which events they speak, and what they say.

A letter says that something happened and where to look; what it is, its reader sees after signing in. So a letter that
goes astray betrays ids and nothing else.
"""

import datetime as dt
import re
from typing import Final, NamedTuple

from openscf import access, financing, operations, parties
from openscf.db import Context
from openscf.db.outbox import Message
from openscf.events import CONFIRM, Letter, Mailbox, Standing, Told, Written
from openscf.kernel.errors import Language
from openscf.kernel.ids import PersonId, TenantId
from openscf.parties import PartyRole
from openscf.portal.desk import House
from openscf.portal.feed import subject_of
from openscf.portal.model import Said

READER: Final = "system:mail"
_ID: Final = re.compile(r"[a-z]{3}_[0-9A-Z]{26}")


class Kind(NamedTuple):
    """A kind of letter.

    Attributes:
        topics: Of the events that it speaks of.
        subject: Its subject line.
        text: Its first sentence.
        path: Where to look.
    """

    topics: str
    subject: Said
    text: Said
    path: str


KINDS: Final[dict[str, Kind]] = {
    "approval_waiting": Kind(
        r"parties\.approval_requested",
        Said("Something waits for approval", "有事项待审批"),
        Said("Somebody of your enterprise asked for something that a second person must approve.",
             "贵企业有经办人提交了须由他人复核的事项。"),
        "/approvals",
    ),
    "offer_ready": Kind(
        r"financing\.[a-z_]+\.verify",
        Said("An offer is ready", "融资报价已就绪"),
        Said("What was applied for has been checked; the offer can be taken.", "融资申请已审核，可以接受报价。"),
        "/financings",
    ),
    "money_moved": Kind(
        r"financing\.[a-z_]+\.(fund|sell|pay)|settlement\.payout_(settled|refused|returned)",
        Said("Money has moved", "资金变动通知"),
        Said("A payment was made, or came back.", "有款项已支付或被退回。"),
        "/accounts",
    ),
    "paid_back": Kind(
        r"financing\.[a-z_]+\.(collect|repay|redeem|settle)[a-z_]*|settlement\.receipt_identified",
        Said("A payment has come in", "收到款项"),
        Said("A payment was received for something that concerns you.", "收到与您有关的款项。"),
        "/financings",
    ),
    "trouble": Kind(
        r"financing\.receivable_disputed|settlement\.payer_differs|financing\.[a-z_]+\."
        r"(dispute|dilute|lapse|dishonour|charge|take_recourse|fall_short|call|write_off)",
        Said("Something needs your attention", "有异常需要关注"),
        Said("A claim is disputed, late, or short of what it should be.", "有债权发生争议、逾期或不足额。"),
        "/warnings",
    ),
    "security": Kind(
        r"parties\.(bank_account_approved|bank_account_stopped|consent_revoked)",
        Said("Bank accounts or consents were changed", "银行账户或授权发生变更"),
        Said("If nobody of your enterprise did this, call the operator at once.",
             "如非贵企业人员操作，请立即联系平台运营方。"),
        "/approvals",
    ),
    "warning": Kind(
        "",  # no event: early warnings are looked at when a day was ended
        Said("Early warnings", "预警提示"),
        Said("Something around your enterprise goes wrong, or is about to.", "与贵企业有关的业务出现或即将出现风险。"),
        "/warnings",
    ),
    "sign_in": Kind(
        r"access\.signed_in",
        Said("Somebody signed in with your name", "您的账号已登录"),
        Said("If it was not you, change your password and call the operator at once.",
             "如非您本人操作，请立即修改密码并联系平台运营方。"),
        "/account",
    ),
}  # fmt: skip
_PROOF: Final = Kind(
    "",
    Said("Is this your address?", "请确认您的邮箱"),
    Said("Somebody wants to be sent letters here. If it was you, sign in and enter this code; otherwise do nothing.",
         "有人希望在此邮箱接收通知。如是您本人，请登录后输入以下验证码；否则请忽略。"),
    "/account",
)  # fmt: skip


def told_at(public_url: str) -> Told:
    """What letters of a platform say that people reach at this address."""

    def write(letter: Letter, language: Language, code: str) -> Written:
        return _written(letter, language, code, public_url=public_url)

    return Told(kind_of=kind_of, write=write, subject_of=subject_of, own=own_business)


def own_business(message: Message) -> PersonId | None:
    """Whose business an event is, where it is one person's and nobody else's."""
    return PersonId.parse(str(message.facts()["person"])) if message.topic == access.SIGNED_IN else None


def warnings_of(house: House) -> Standing:
    """Early warnings, as the reader of a mailbox would see them on the page of warnings."""

    def day(tenant: TenantId) -> dt.date | None:
        return house.database.run(Context(tenant, READER), financing.last_day)

    def look(tenant: TenantId, mailbox: Mailbox) -> dict[str, str]:
        at = Context(tenant, READER)
        books = access.in_its_time(house.database, house.database.run(at, access.ahead_of))
        on = parties.business_date(books.clock.now())
        offices = books.run(at, lambda work: parties.offices_of(work, mailbox.party))
        party = None if PartyRole.OPERATOR in offices else mailbox.party
        with books.reading(Context(tenant, READER, member=party)) as seen:
            found = books.run(
                at, lambda work: operations.list_warnings(seen, work, party, on=on, fingerprints=house.fingerprints)
            )
        # What a warning is about may be a name, as of a partner: a letter says ids and nothing else.
        return {f"{one.code}:{one.subject}": one.subject if _ID.fullmatch(one.subject) else "" for one in found}

    return Standing(kind="warning", day=day, look=look)


def kind_of(message: Message) -> str | None:
    """The kind of letter that an event makes."""
    return next((name for name, kind in KINDS.items() if re.fullmatch(kind.topics, message.topic)), None)


def _written(letter: Letter, language: Language, code: str, *, public_url: str) -> Written:
    kind = _PROOF if letter.kind == CONFIRM else KINDS[letter.kind]
    subject, text = (getattr(said, language) for said in (kind.subject, kind.text))
    lines = [text, ""]
    if code:
        lines += [code, ""]
    elif letter.about:
        more = letter.count - len(letter.about)
        lines += list(letter.about)
        lines += [_more(more, language)] if more > 0 else []
        lines += [""]
    lines += [f"{public_url}{kind.path}", "", "-- ", _foot(language)]
    count = f" ({letter.count})" if letter.count > 1 else ""
    return Written(f"openscf: {subject}{count}", "\n".join(lines) + "\n")


def _more(count: int, language: Language) -> str:
    return f"… and {count} more" if language == "en" else f"……另有 {count} 项"


def _foot(language: Language) -> str:
    if language == "zh":
        return "您可在登录后修改邮件设置，或使用邮件程序的退订功能。"
    return "Choose what you are sent after signing in, or unsubscribe in your mail program."
