"""Letters to oneself: where they go, which of them, and what became of the last ones."""

from openscf.portal import OPERATIONS, Said
from openscf.portal.letters import KINDS
from openscf.web.calls import Call
from openscf.web.declaring import Nav, Shown, page
from openscf.web.tables import Column, State, Table
from openscf.web.visit import Visit


@page("/mail", en="Letters", zh="邮件通知", uses=("get_mail", "set_mail"), nav=Nav("work", "bell", 85))
def mail(visit: Visit) -> Shown:
    """Which letters one wants about the enterprise that one acts for, and where."""
    known = visit.quietly("get_mail")
    visit.calls += [Call(OPERATIONS[name], {}, {}) for name in ("get_mail", "set_mail")]
    table = Table(
        name="letters", title=Said("The last letters", "最近邮件"), rows=[] if known is None else known.letters,
        columns=[
            Column("Letter", "邮件", lambda row: _name(visit, row.kind)),
            Column("Written", "生成时间", lambda row: row.made_at),
            Column("State", "状态", lambda row: State(row.state, "letter")),
            Column("The mail server said", "邮件服务器答复", lambda row: row.note or None, quiet=True),
        ],
        empty=Said("No letter was written yet. The first one asks whether the address is yours.",
                   "暂无邮件。首封邮件用于确认邮箱归您所有。"),
    )  # fmt: skip
    kinds = [(kind, visit.words(one.subject.en, one.subject.zh), visit.words(one.text.en, one.text.zh))
             for kind, one in KINDS.items()]  # fmt: skip
    return Shown("mail.html", {
        "known": known, "kinds": kinds, "chosen": () if known is None else known.kinds, "table": table,
        "on": visit.desk.house.platform.settings.mail is not None,
        "language": visit.words.language if known is None else known.language,
    })  # fmt: skip


def _name(visit: Visit, kind: str) -> str:
    known = KINDS.get(kind)
    if known is None:
        return visit.words("Is this your address?", "确认邮箱")
    return visit.words(known.subject.en, known.subject.zh)
