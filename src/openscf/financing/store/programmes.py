"""SQL of contract frames."""

import functools
import json
from collections.abc import Mapping
from typing import Any

from openscf.db import UnitOfWork
from openscf.financing.fields import read, write
from openscf.financing.ids import ProgrammeId
from openscf.financing.model.programme import Policy, Programme, ProgrammeState
from openscf.financing.registry import PRODUCTS
from openscf.kernel.canonical import canonical_json
from openscf.kernel.ids import PartyId
from openscf.kernel.money import currency
from openscf.parties import ApprovalRequestId

_COLUMNS = "id, product, name, owner_id, currency, calendar, parties, terms, policy, state, valid_from, valid_until"


def insert(work: UnitOfWork, programme: Programme, request: ApprovalRequestId | None) -> None:
    """A new frame."""
    work.forget(("financing.programme", programme.id))
    work.execute(
        """INSERT INTO financing.programme (tenant_id, id, product, name, owner_id, currency, calendar, parties, terms,
               policy, state, valid_from, valid_until, request_id, made_at)
           VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)""",
        [
            work.context.tenant, programme.id, programme.product, programme.name, programme.owner,
            programme.currency.code, programme.calendar, _json(dict(programme.parties)), _json(write(programme.terms)),
            _json(write(programme.policy)), programme.state.value, programme.valid_from, programme.valid_until,
            request, work.at,
        ],
    )  # fmt: skip


def set_state(work: UnitOfWork, programme: ProgrammeId, state: ProgrammeState) -> None:
    """Another state."""
    work.forget(("financing.programme", programme))
    work.execute(
        "UPDATE financing.programme SET state = %s WHERE tenant_id = %s AND id = %s",
        [state.value, work.context.tenant, programme],
    )


def get(work: UnitOfWork, programme: ProgrammeId, *, lock: bool = False) -> Programme | None:
    """A frame by its id."""

    def read_it() -> Programme | None:
        row = work.execute(
            f"""SELECT {_COLUMNS} FROM financing.programme WHERE tenant_id = %s AND id = %s
                {"FOR NO KEY UPDATE" if lock else ""}""",
            [work.context.tenant, programme],
        ).fetchone()
        return None if row is None else _programme(row)

    return read_it() if lock else work.once(("financing.programme", programme), read_it)


def listed(work: UnitOfWork, owner: PartyId | None, product: str | None) -> list[Programme]:
    """Frames, newest first."""
    rows = work.execute(
        f"""SELECT {_COLUMNS} FROM financing.programme
            WHERE tenant_id = %s AND (%s::uuid IS NULL OR owner_id = %s) AND (%s::text IS NULL OR product = %s)
            ORDER BY id DESC""",
        [work.context.tenant, owner, owner, product, product],
    )
    return [_programme(row) for row in rows]


def _json(value: Mapping[str, Any]) -> str:
    return canonical_json(value).decode()


@functools.lru_cache(maxsize=200)
def _programme(row: tuple[Any, ...]) -> Programme:
    programme, product, name, owner, code, calendar, parties, terms, policy, state, start, until = row
    money = currency(code)
    return Programme(
        id=ProgrammeId.of(programme), product=product, name=name, owner=PartyId.of(owner), currency=money,
        calendar=calendar, parties={role: PartyId.parse(party) for role, party in json.loads(parties).items()},
        terms=read(PRODUCTS.get(product).terms, json.loads(terms), money=money),
        policy=read(Policy, json.loads(policy), money=money), state=ProgrammeState(state),
        valid_from=start, valid_until=until,
    )  # fmt: skip
