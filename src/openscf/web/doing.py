"""Carrying out a command from a form: any operation, from any page.

A form posts to `/do/{operation}`. Its fields are named after what the operation is told: `path.deal_id`,
`body.amount.amount` (dots for what lies deeper, `[]` at the end for lists,
`:int` for whole numbers), `files`; `next` is where to go afterwards, and may hold pieces of the answer in braces.
The idempotency key is made with the form,
so sending it twice does it once.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

from starlette.datastructures import FormData, UploadFile

from openscf.kernel.errors import refusal
from openscf.portal import OPERATIONS, Given, Needs, Operation, Upload
from openscf.web.delivered import SENDS_FILES, summed
from openscf.web.guard import local_path
from openscf.web.visit import Visit, read

ONCE: Final = {
    "create_webhook": ("secret",), "rotate_webhook_secret": ("secret",), "create_api_key": ("token",),
    "invite_user": ("invitation.token",), "enrol_second_factor": ("secret", "uri"), "reveal_personal": ("value",),
}  # fmt: skip
"""What answers hold that is shown once and kept nowhere: by operation, the places in the answer."""
_PIECE: Final = re.compile(r"\{([a-z_.]+)\}")

NO_SUCH_ACT = refusal(
    "no_such_act",
    en="There is no act called {operation}.",
    zh="不存在名为 {operation} 的操作。",
    fix_en="Load the page again; it may be older than the platform.",
    fix_zh="请刷新页面后重试，页面可能已过期。",
    status=404,
)


def operation_of(name: str) -> Operation:
    """The command that a form names.

    Raises:
        Refusal: `no_such_act`.
    """
    found = OPERATIONS.get(name)
    if found is None or not found.writes or found.needs is Needs.NOTHING or name == "step_up":
        raise NO_SUCH_ACT(operation=name[:60])
    return found


def given_of(operation: Operation, form: FormData, files: tuple[Upload, ...]) -> Given:
    """What a form says, as the operation takes it.

    Raises:
        Refusal: `form_not_readable`.
    """
    fields = [(name, value) for name, value in form.multi_items() if isinstance(value, str)]
    path = _nested(fields, "path.")
    version = str(form.get("version", ""))
    return Given(
        path={name: str(path.get(name, "")) for name in operation.path_names},
        body=None if operation.body is None else read(operation.body, _nested(fields, "body.")),
        query=None if operation.query is None else read(operation.query, _nested(fields, "query.")),
        files=files,
        key=str(form.get("key", "")) or None,
        version=int(version) if version.isascii() and version.isdigit() else None,
    )  # fmt: skip


def uploads_of(form: FormData) -> tuple[Upload, ...]:
    """The files of a form."""
    found = [one for name, one in form.multi_items() if name == "files" and isinstance(one, UploadFile)]
    return tuple(Upload(one.filename or "", one.file.read()) for one in found if one.filename)


def carry_out(visit: Visit, operation: Operation, given: Given, *, following: str) -> tuple[str, Any]:
    """Do it; where to go next, and what was answered.

    Raises:
        Refusal: What the portal refuses.
    """
    record = visit.act(operation, given)
    filled = _PIECE.sub(lambda piece: _found(record, piece[1]), following)
    return local_path(filled), record


def note_of(operation: Operation, record: Any) -> dict[str, Any]:
    """What is told on the next page about what was just done."""
    note: dict[str, Any] = {"done": operation.id}
    if isinstance(record, Mapping):
        requests = [one for one in (record, record.get("request")) if isinstance(one, Mapping)]
        waiting = [one["needed"] for one in requests if "needed" in one and one.get("state") == "pending"]
        note |= {"asked": waiting[0]} if waiting else {}
        if isinstance(record.get("waiting"), Mapping):
            note["waiting"] = {key: record["waiting"][key][:400] for key in ("en", "zh")}
        note |= {"taken": summed(record)} if operation.id == SENDS_FILES else {}
    return note


def shown_once(operation: Operation, record: Any) -> list[tuple[str, str]]:
    """What of an answer its reader sees now or never: names and texts."""
    found = [(place.rpartition(".")[2], _found(record, place)) for place in ONCE.get(operation.id, ())]
    return [(name, text) for name, text in found if text]


def _found(record: Any, path: str) -> str:
    for name in path.split("."):
        record = record.get(name, "") if isinstance(record, Mapping) else ""
    return str(record)


def _nested(fields: Iterable[tuple[str, str]], prefix: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in fields:
        if not name.startswith(prefix) or not value.strip():
            continue
        *way, last = name.removeprefix(prefix).split(".")
        place = found
        for step in way:
            place = place.setdefault(step, {})
        if last.endswith("[]"):
            place.setdefault(last[:-2], []).append(value.strip())
        elif last.endswith(":int"):
            place[last[:-4]] = _whole(value.strip())
        else:
            place[last] = value.strip()
    kept: dict[str, Any] = _with_lists(_without_halves(found))
    return kept


def _whole(text: str) -> int | str:
    """A whole number, for operations that take no digits in its place; what is none is theirs to refuse."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else text


def _without_halves(found: dict[str, Any]) -> dict[str, Any]:
    """Amounts that have a currency but no digits were not entered."""
    kept = {}
    for name, value in found.items():
        if isinstance(value, dict):
            if set(value) == {"currency"}:
                continue
            value = _without_halves(value)  # noqa: PLW2901
        kept[name] = value
    return kept


def _with_lists(value: Any) -> Any:
    """Whatever is numbered (`shares.0.invoice`) is a list."""
    if not isinstance(value, dict):
        return value
    inner = {name: _with_lists(one) for name, one in value.items()}
    numbered = bool(inner) and all(name.isascii() and name.isdigit() for name in inner)
    return [inner[name] for name in sorted(inner, key=int)] if numbered else inner
