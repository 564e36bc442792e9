"""Letters: where a person wants them and which, the proof that the address is his, and stopping them."""

from typing import Annotated, Literal, get_args

from pydantic import Field

from openscf import events
from openscf.db import Context, UnitOfWork
from openscf.events import Chosen, Letter, Mailbox
from openscf.portal.declaring import operation
from openscf.portal.desk import Desk, House
from openscf.portal.letters import KINDS
from openscf.portal.model import Needs, Work
from openscf.portal.operations.sessions import Done
from openscf.portal.shapes import Body, Instant, View

MailKind = Literal[
    "approval_waiting", "offer_ready", "money_moved", "paid_back", "trouble", "security", "warning", "sign_in"
]
MAIL_EXAMPLE = {
    "treasurer": {"address": "zhang.wei@example.com", "language": "zh", "kinds": ["approval_waiting", "money_moved"]},
}
assert set(KINDS) == set(get_args(MailKind)), "each kind is written, and each that is written can be chosen"


class SetMail(Body):
    """Where a person wants letters about the enterprise that he acts for, and which."""

    address: Annotated[
        str | None, Field(max_length=254, description="A plain address; left out: the one that is known.")
    ] = None
    language: Annotated[Literal["en", "zh"] | None, Field(description="By default the reader's.")] = None
    kinds: Annotated[
        list[MailKind], Field(max_length=20, default_factory=list, description="Of letters; none: no letters.")
    ]


class ConfirmMail(Body):
    """The code of the letter that asks whether its reader is the owner of the mailbox."""

    code: Annotated[str, Field(min_length=4, max_length=20)]


class StopToken(Body):
    """What a letter carries."""

    token: Annotated[str, Field(min_length=1, max_length=200)]


class LetterView(View):
    """A letter, and what became of it.

    Attributes:
        state: `waiting`; `sent`; `given_up`; `handed`: its text left and no answer came, so it is not sent again.
        note: What the mail server said.
    """

    kind: str
    state: str
    attempts: int
    note: str
    made_at: Instant
    ended_at: Instant | None


class MailView(View):
    """Where one's letters go.

    Attributes:
        state: `unproven`: the code of the first letter is asked for; `active`; `stopped`; `refused`: there is no such
            mailbox.
        on: Whether this platform sends letters at all.
    """

    address: str
    language: str
    kinds: list[str]
    state: str
    on: bool
    letters: list[LetterView]


def _view(desk: Desk, work: UnitOfWork, mailbox: Mailbox) -> MailView:
    return MailView(
        address=mailbox.address, language=mailbox.language, kinds=list(mailbox.kinds), state=mailbox.state.value,
        on=desk.house.platform.settings.mail is not None,
        letters=[_letter(one) for one in events.letters_of(work, mailbox)],
    )  # fmt: skip


def _letter(letter: Letter) -> LetterView:
    return LetterView(
        kind=letter.kind, state=letter.state, attempts=letter.attempts, note=letter.note, made_at=letter.made_at,
        ended_at=letter.ended_at,
    )  # fmt: skip


@operation(
    "GET /v1/me/mail", group="events", en="Where do my letters go?", zh="查看邮件设置。", work=Work.READ_HOUSE,
    refusals=("no_mailbox", "not_a_person"),
)  # fmt: skip
def get_mail(desk: Desk, work: UnitOfWork) -> MailView:
    """One's own address (masked), what one chose, and the last letters."""
    return _view(desk, work, events.mailbox_of(work, desk.party, vault=desk.house.vault))


@operation(
    "POST /v1/me/mail", group="events", en="Choose which letters you are sent, and where.", zh="设置邮件通知。",
    examples=MAIL_EXAMPLE, refusals=("bad_mail_address", "no_mailbox", "mail_off", "not_a_person"),
)  # fmt: skip
def set_mail(desk: Desk, work: UnitOfWork, body: SetMail) -> MailView:
    """From now on one is sent these; a new address is first asked whether its owner wants them."""
    if desk.house.platform.settings.mail is None:
        raise events.MAIL_OFF()
    chosen = Chosen(body.address, body.language or desk.language, tuple(dict.fromkeys(body.kinds)))
    return _view(desk, work, events.choose(work, desk.party, chosen, vault=desk.house.vault))


@operation(
    "POST /v1/me/mail/confirm", group="events", en="Show that the address is yours.", zh="确认邮件地址。",
    examples={"code": {"code": "K7Q2M4XA"}}, refusals=("no_mailbox", "wrong_mail_code", "not_a_person"),
)  # fmt: skip
def confirm_mail(desk: Desk, work: UnitOfWork, body: ConfirmMail) -> MailView:
    """The code of the first letter: from now on the others come."""
    return _view(desk, work, events.confirm(work, desk.party, body.code, vault=desk.house.vault))


@operation(
    "POST /v1/mail/stop", group="events", en="Stop letters with the token that each of them carries.", zh="退订邮件。",
    needs=Needs.NOTHING, work=Work.ALONE, refusals=("wrong_mail_token",),
)  # fmt: skip
def stop_mail(house: House, query: StopToken) -> Done:
    """What mail programs call when their reader unsubscribes (RFC 8058); nothing else can be done with the token."""
    tenant, _ = events.read_stop_token(query.token)
    context = Context(tenant, "system:mail")
    house.database.run(context, lambda work: events.stop_by_token(work, query.token, vault=house.vault))
    return Done()
