"""What leaves the platform: webhooks with their deliveries, and documents that were issued."""

import json
from typing import Any, Final

from openscf.events import WEBHOOK_NOT_FOUND
from openscf.financing import PRODUCTS
from openscf.portal import OPERATIONS, Said
from openscf.web.calls import Call
from openscf.web.columns import about
from openscf.web.declaring import Nav, Shown, page
from openscf.web.fields import posting_name
from openscf.web.tables import Cell, Code, Column, Link, State, Table
from openscf.web.visit import Visit

TOPICS: Final = ("financing.", "vouchers.", "settlement.", "parties.", "credit.")


@page("/webhooks", en="Webhooks", zh="事件推送", uses=("list_webhooks", "create_webhook"), nav=Nav("work", "globe", 80))
def webhooks(visit: Visit) -> Shown:
    """Addresses that are told of what happens, and telling another one."""
    found = visit.look("list_webhooks").items
    visit.calls.append(Call(OPERATIONS["create_webhook"], {}, {}))
    table = Table(
        name="webhooks", title=Said("Webhooks", "事件推送"), rows=found,
        columns=[
            Column("Address", "地址", lambda row: Link(row.url, f"/webhooks/{row.id}")),
            Column("Told of", "事件", lambda row: told_of(visit, row), quiet=True),
            Column("Since", "创建时间", lambda row: row.made_at, quiet=True),
            Column("State", "状态", lambda row: State(row.state, "webhook")),
        ],
        empty=Said("No address is told of anything. Add one below, and your system hears of every change at once.",
                   "尚未设置推送地址。在下方添加后，您的系统可即时获知变化。"),
    )  # fmt: skip
    topics = [(one, visit.words.name("topic", one.rstrip("."))) for one in TOPICS]
    return Shown("webhooks.html", {"table": table, "topics": topics})


@page(
    "/webhooks/{webhook_id}", en="Webhook", zh="推送地址",
    uses=("list_webhooks", "list_webhook_deliveries", "replay_webhook"),
)  # fmt: skip
def webhook(visit: Visit, webhook_id: str) -> Shown:
    """What one address was told, and how that went; telling it again, or nothing more."""
    hook = next((one for one in visit.look("list_webhooks").items if one.id == webhook_id), None)
    if hook is None:
        raise WEBHOOK_NOT_FOUND(webhook=webhook_id)
    answer = visit.listed("list_webhook_deliveries", {}, webhook_id=webhook_id)
    table = Table(
        name="deliveries", title=Said("Deliveries", "推送记录"), rows=answer.items, following=answer.next,
        columns=[
            Column("Event", "事件", lambda row: happened(visit, _topic(row)) or row.event),
            Column("State", "状态", lambda row: State(row.state, "delivery")),
            Column("Attempts", "次数", lambda row: row.attempts, numeric=True, quiet=True),
            Column("Answer", "响应", _answer),
            Column("Next or end", "下次或结束", lambda row: row.ended_at or row.due_at, quiet=True),
            Column("Id", "编号", lambda row: Code(row.event[-8:]), quiet=True),
        ],
        empty=Said("It was told nothing yet: the first event of its topics is sent within a second.",
                   "尚无推送；所选事件发生后一秒内即推送。"),
    )  # fmt: skip
    return Shown("webhook.html", {
        "hook": hook, "table": table, "deliveries": answer.items, "told_of": told_of(visit, hook), "path_here": f"/webhooks/{webhook_id}",
        "replays": [(one.event, f"{happened(visit, _topic(one))} · {one.event[-8:]}") for one in answer.items],
    }, hook.url)  # fmt: skip


def told_of(visit: Visit, hook: Any) -> str:
    """Of what an address is told, in words."""
    named = [visit.words.name("topic", one.rstrip(".")) for one in hook.topics]
    return visit.words(", ", "、").join(named) or visit.words("everything", "全部")


def happened(visit: Visit, topic: str) -> str:
    """What an event is about: `financing.factoring.fund` is a funding under factoring."""
    capability, _, rest = topic.partition(".")
    if capability == "financing" and rest.partition(".")[0] in set(PRODUCTS.names()):
        return posting_name(visit, rest)
    return visit.words.name("happened", topic)


def _topic(row: Any) -> str:
    """What a delivery tells of, from what is sent."""
    try:
        return str(json.loads(row.body)["type"])
    except (ValueError, KeyError, TypeError):
        return ""


def _answer(row: Any) -> Cell:
    return row.note if row.status is None else f"{row.status} {row.note}".strip()


@page("/issued", en="Issued documents", zh="已出具文件", uses=("list_issued_documents", "get_issued_document"),
      nav=Nav("money", "download", 60))  # fmt: skip
def issued(visit: Visit) -> Shown:
    """Notices, confirmations, statements and certificates that one may have, each a signed PDF."""
    answer = visit.listed("list_issued_documents", visit.chosen("subject"))
    table = Table(
        name="issued", title=Said("Issued documents", "已出具文件"), rows=answer.items, following=answer.next,
        columns=[
            Column("Document", "文件", lambda row: Link(visit.words.name("paper", row.kind), f"/issued/{row.number}", row.number)),
            Column("About", "关联", lambda row: about(visit, row.subject)),
            Column("Issued", "出具日期", lambda row: row.issued_on),
            Column("SHA-256", "SHA-256", lambda row: Code(row.sha256[:16] + "…"), quiet=True),
        ],
        empty=Said("Nothing was issued yet. A financing's page issues notices and settlements, an account's its statement.",
                   "尚未出具文件。可在融资页面出具通知书与结算单，在账户页面出具对账单。"),
    )  # fmt: skip
    return Shown("issued.html", {"table": table})


@page("/issued/{number}", en="Issued document", zh="已出具文件", uses=("get_issued_document",))
def issued_file(visit: Visit, number: str) -> Shown:
    """The signed PDF."""
    return Shown("", file=visit.look("get_issued_document", number=number))
