"""The matrix: every operation, every caller, {own, counterparty, foreign, absent}; and what it finds wrong."""

import json
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from openscf.portal import OPERATIONS, Needs, Operation
from tests.suites.tenants.world import CALLERS, Thing, World

NAMES_A_THING = re.compile(r"\((\w{3})_…\)")
BRACES = re.compile(r"\{(\w+)\}")
OTHERWISE = {"step": "dispute", "decision": "1"}
"""Second parameters of paths, which name no thing of their own."""
CURRENT = frozenset({"sign_out", "act_for", "step_up"})
"""About the caller's own session and nothing else; they would end what the matrix goes on with."""

UNTOLD = {
    "enable_webhook path:webhook_id": "its owner has deleted it by then; test_events asks",
    "rotate_webhook_secret path:webhook_id": "the same",
    "list_webhook_deliveries path:webhook_id": "the same",
    "reproduce_decision path:deal_id": "it names a version besides; test_running asks",
    "replay_webhook path:webhook_id": "it names an event besides; test_events asks",
    "issue_voucher body:payee": "whoever sees an unlisted enterprise from within issues no vouchers",
    "list_invoices query:counterparty": "a filter of what one sees anyway",
    "quote_financing body:funder": "a frame that names its funder leaves nothing to be said",
    "apply_financing body:funder": "the same",
    "apply_financings body:funder": "the same",
    "apply_financings body:documents": "a list of claims; test_financings_many asks for another's beside one's own",
    "get_disclosure path:programme_id": "the world's frame is no supplier finance arrangement",
    "discount_curve path:document_id": "the world has no frame for early payment",
    "issue_voucher body:document": "the world's invoices are lent on, or nobody's under a voucher frame",
    "fund_piece path:piece_id": "the world's piece waits for no money",
    "link_oidc_subject body:login": "without a provider there is nothing to link",
}
"""Where nobody is told of a thing apart from one that is not there, and why that is right."""


@dataclass(frozen=True)
class Breach:
    """Something that a caller was told and should not have been."""

    operation: str
    caller: str
    what: str


@dataclass(frozen=True)
class Asked:
    """A request about a thing: where its id goes, and the rest."""

    operation: Operation
    place: str
    thing: Thing

    def beside(self, world: World) -> dict[str, str]:
        """What the path names where the id in question goes elsewhere: a parameter and its id."""
        known = world.thing(self.operation.path)
        return {} if known is None or self.place.startswith("path:") else {known[0]: known[1].id}

    def send(self, world: World, caller: str, identity: str) -> Any:
        """Send it as somebody, about the thing with this id."""
        operation, kind = self.operation, self.place.partition(":")
        path = operation.path.replace(f"{{{kind[2]}}}", identity) if kind[0] == "path" else operation.path
        filled = OTHERWISE | self.beside(world)
        path = BRACES.sub(lambda found: filled.get(found[1], "x"), path)
        body = example(operation) if operation.body is not None else None
        if body is not None:
            body |= {name: value for name, value in self.thing.bodies.items() if name in operation.body.model_fields}
            body |= {name: known for name, known in world.defaults.items() if isinstance(body.get(name), str)}
            several = isinstance(body.get(kind[2]), list)
            body |= {kind[2]: [identity] if several else identity} if kind[0] == "body" else {}
        params = {kind[2]: identity} if kind[0] == "query" else {}
        headers = {"If-Match": "1"}
        return world.hosted.call(f"{caller}.all", operation.method, path, json=body, params=params, headers=headers)


def example(operation: Operation) -> dict[str, Any]:
    """The first of an operation's examples: a body that it takes."""
    return json.loads(json.dumps(next(iter(operation.examples.values()), {}), default=str))


def asked_about(world: World) -> tuple[list[Asked], list[str]]:
    """All requests that name a thing, and the operations for which this suite has no factory."""
    found, unknown = [], []
    for operation in OPERATIONS.values():
        if operation.needs is Needs.NOTHING or operation.id in CURRENT:
            continue
        if operation.path_names:
            known = world.thing(operation.path)
            if known is None:
                unknown.append(f"{operation.id} {operation.path}")
            else:
                found.append(Asked(operation, f"path:{known[0]}", known[1]))
        for where, model in (("body", operation.body), ("query", operation.query)):
            for name, prefix in named(model):
                scoped = (where, name) == ("query", "party")
                thing = world.inside if scoped else world.named.get(prefix)
                if thing is None:
                    unknown.append(f"{operation.id} {where} {name} ({prefix}_…)")
                elif not (operation.uploads or (where == "body" and not operation.examples)):
                    found.append(Asked(operation, f"{where}:{name}", thing))
    return sorted(found, key=lambda one: one.operation.method == "DELETE"), unknown  # what ends a thing comes last


def named(model: type[BaseModel] | None) -> Iterator[tuple[str, str]]:
    """Fields of a model that name a thing, with the prefix of its ids, as their descriptions say."""
    for name, info in {} if model is None else model.model_fields.items():
        for prefix in NAMES_A_THING.findall(info.description or ""):
            yield name, prefix


def same(foreign: Any, absent: Any, ids: tuple[str, str]) -> bool:
    """Whether two answers are the same but for the id that was asked for and the request's own."""
    return (foreign.status_code, plain(foreign.text, ids[0])) == (absent.status_code, plain(absent.text, ids[1]))


def without(text: str, *echoed: str) -> str:
    """An answer without the ids that the request itself named."""
    for one in echoed:
        text = text.replace(one, "")
    return text


def plain(text: str, identity: str) -> Any:
    """An answer without what differs from call to call."""
    told = json.loads(text.replace(identity, "ID")) if text else None
    return {name: value for name, value in told.items() if name != "request_id"} if isinstance(told, dict) else told


def matrix(world: World, *, only: Collection[str] = ()) -> tuple[list[Breach], Mapping[str, int]]:
    """Ask everything (or only these operations) as everybody: strangers first, since those whom it concerns change it.

    Returns:
        What is wrong, and of how many kinds of relation each operation was asked.
    """
    found: list[Breach] = []
    kinds: dict[str, int] = {}
    for asked in asked_about(world)[0]:
        thing, name = asked.thing, asked.operation.id
        if only and name not in only:
            continue
        strangers = [caller for caller in CALLERS if caller not in thing.seen_by]
        named_besides = [*world.defaults.values(), *asked.beside(world).values()]
        for caller in strangers:
            foreign, absent = (asked.send(world, caller, one) for one in (thing.id, thing.absent))
            if not same(foreign, absent, (thing.id, thing.absent)):
                found.append(Breach(name, caller, f"{asked.place}: {foreign.text[:160]} … {absent.text[:160]}"))
            found += leaks(world, caller, name, without(foreign.text, thing.id, *named_besides))
        told = 0
        for caller in sorted(thing.seen_by):
            present, absent = (asked.send(world, caller, one) for one in (thing.id, thing.absent))
            told += not same(present, absent, (thing.id, thing.absent))
        if not told and f"{name} {asked.place}" not in UNTOLD:
            found.append(Breach(name, "-", f"{asked.place}: nobody is told of it apart from one that is not there"))
        kinds[f"{name} {asked.place}"] = len(strangers) + len(thing.seen_by)
    return found, kinds


def listed(world: World) -> list[Breach]:
    """Everything that reads without naming a thing, as everybody: nothing in it is of a stranger's."""
    found = []
    for operation in OPERATIONS.values():
        reads = operation.method == "GET" and operation.needs is not Needs.NOTHING
        if not reads or operation.path_names:
            continue
        for caller in CALLERS:
            answer = world.hosted.get(
                f"{caller}.all", operation.path, params={"limit": 200} if paged(operation) else {}
            )
            if answer.status_code >= 500:
                found.append(Breach(operation.id, caller, answer.text[:200]))
            found += leaks(world, caller, operation.id, answer.text)
    return found


def asking(world: World, operation: Operation) -> list[dict[str, str]]:
    """What a list is asked: as much as it gives at once; a search, for every word that betrays a thing."""
    if operation.query is None:
        return [{}]
    most = {"limit": "50"} if paged(operation) else {}
    text = operation.query.model_fields.get("text")
    if text is None or not text.is_required():
        return [most]
    words = {word for thing in world.things.values() for word in (thing.id, *thing.also)}
    return [{**most, "text": word} for word in sorted(words)]


def paged(operation: Operation) -> bool:
    """Whether it takes a number of items."""
    return operation.query is not None and "limit" in operation.query.model_fields


def leaks(world: World, caller: str, operation: str, text: str) -> list[Breach]:
    """What of a text betrays a thing that this caller may not know of."""
    return [
        Breach(operation, caller, f"betrays {word}")
        for thing in world.things.values()
        if caller not in thing.seen_by and not thing.public
        for word in (thing.id, *thing.also)
        if word in text
    ]
