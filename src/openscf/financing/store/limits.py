"""SQL of limits and of what deals use of them."""

from collections.abc import Collection, Iterable, Sequence
from typing import Any

from openscf.db import Table, UnitOfWork
from openscf.financing.ids import DealId, LimitId, ProgrammeId
from openscf.financing.limits.model import LimitKind, LimitNode, LimitUse
from openscf.kernel.ids import PartyId, TransferId
from openscf.kernel.money import Money, currency

_USE = Table("financing.limit_use")
_NODE = """n.id, n.kind, n.owner_id, n.party_id, n.role, n.product, n.programme_id, n.currency, n.amount_minor,
           n.valid_until, n.excess_minor"""


_CANDIDATES = """n.tenant_id = %(tenant)s AND (n.kind = 'platform' OR n.owner_id = %(owner)s)
              AND (n.party_id IS NULL OR n.party_id = ANY(%(parties)s))"""


def insert(work: UnitOfWork, node: LimitNode) -> None:
    """A new node."""
    work.execute(
        """INSERT INTO financing.limit_node (tenant_id, id, kind, owner_id, party_id, role, product, programme_id,
               currency, amount_minor, valid_until, excess_minor, set_at)
           VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)""",
        [
            work.context.tenant, node.id, node.kind.value, node.owner, node.party, node.role, node.product,
            node.programme, node.amount.currency.code, node.amount.minor, node.valid_until, node.excess_minor, work.at,
        ],
    )  # fmt: skip


def update(work: UnitOfWork, node: LimitNode) -> None:
    """Another amount or date."""
    work.execute(
        """UPDATE financing.limit_node SET amount_minor = %s, valid_until = %s, excess_minor = %s, set_at = %s
           WHERE tenant_id = %s AND id = %s""",
        [node.amount.minor, node.valid_until, node.excess_minor, work.at, work.context.tenant, node.id],
    )


def get(work: UnitOfWork, limit: LimitId) -> LimitNode | None:
    """A node by its id."""
    row = work.execute(
        f"SELECT {_NODE} FROM financing.limit_node n WHERE n.tenant_id = %s AND n.id = %s",
        [work.context.tenant, limit],
    ).fetchone()
    return None if row is None else _node(row)


def same(work: UnitOfWork, node: LimitNode) -> LimitNode | None:
    """The node that bounds the same thing, locked."""
    row = work.execute(
        f"""SELECT {_NODE} FROM financing.limit_node n
            WHERE n.tenant_id = %s AND n.kind = %s AND n.owner_id = %s AND n.currency = %s AND n.role = %s
              AND n.party_id IS NOT DISTINCT FROM %s AND n.product IS NOT DISTINCT FROM %s
              AND n.programme_id IS NOT DISTINCT FROM %s FOR NO KEY UPDATE""",
        [
            work.context.tenant, node.kind.value, node.owner, node.amount.currency.code, node.role, node.party,
            node.product, node.programme,
        ],
    ).fetchone()  # fmt: skip
    return None if row is None else _node(row)


def candidates(work: UnitOfWork, owner: PartyId, parties: Collection[PartyId]) -> list[LimitNode]:
    """Nodes of the platform and of a funder that name nobody, or one of these enterprises; in the order of their ids."""
    rows = work.look(
        f"""SELECT {_NODE} FROM financing.limit_node n
            WHERE {_CANDIDATES} ORDER BY n.id""",
        {"tenant": work.context.tenant, "owner": owner, "parties": list(parties)},
    )
    return [_node(row) for row in rows]


def listed(work: UnitOfWork, owner: PartyId | None, party: PartyId | None) -> list[LimitNode]:
    """Nodes of an owner, or about an enterprise, or all; root first."""
    rows = work.execute(
        f"""SELECT {_NODE} FROM financing.limit_node n
            WHERE n.tenant_id = %s AND (%s::uuid IS NULL OR n.owner_id = %s) AND (%s::uuid IS NULL OR n.party_id = %s)
            ORDER BY array_position(ARRAY['platform', 'funder', 'group', 'counterparty', 'product', 'contract'], n.kind),
                     n.id""",
        [work.context.tenant, owner, owner, party, party],
    )
    return [_node(row) for row in rows]


def use(work: UnitOfWork, deal: DealId, uses: Iterable[LimitUse]) -> None:
    """What a deal uses from now on of these nodes."""
    rows = list(uses)
    if not rows:
        return
    if work.known(_uses(deal)) == []:  # the deal is new
        for one in rows:
            row = {
                "deal_id": deal, "limit_id": one.node.id, "hold_id": one.hold,
                "reserved_minor": one.reserved_minor, "used_minor": one.used_minor,
            }  # fmt: skip
            work.write(_USE, row)
        work.forget(_uses(deal))
        return
    work.forget(_uses(deal))
    work.execute(
        """INSERT INTO financing.limit_use (tenant_id, deal_id, limit_id, hold_id, reserved_minor, used_minor)
           SELECT %s, %s, u.* FROM unnest(%s::uuid[], %s::uuid[], %s::bigint[], %s::bigint[]) u
           ON CONFLICT (tenant_id, deal_id, limit_id) DO UPDATE
           SET hold_id = excluded.hold_id, reserved_minor = excluded.reserved_minor, used_minor = excluded.used_minor""",
        [
            work.context.tenant, deal, [one.node.id for one in rows], [one.hold for one in rows],
            [one.reserved_minor for one in rows], [one.used_minor for one in rows],
        ],
    )  # fmt: skip


def is_unused(work: UnitOfWork, deal: DealId) -> bool:
    """Whether it is known that a deal uses nothing yet."""
    return bool(work.known(_uses(deal)) == [])


def _uses(deal: DealId) -> tuple[str, DealId]:
    return ("financing.uses", deal)


def keep_excess(work: UnitOfWork, given: Iterable[tuple[LimitId, int]]) -> None:
    """What releases gave back to limits that were cut below their use."""
    rows = [(amount, work.context.tenant, limit) for limit, amount in given]
    if not rows:
        return
    work.connection.cursor().executemany(
        """UPDATE financing.limit_node SET excess_minor = excess_minor - %s WHERE tenant_id = %s AND id = %s""",
        rows,
    )


def uses(work: UnitOfWork, deal: DealId) -> list[LimitUse]:
    """What a deal uses, in the order of the nodes' ids; nodes that still ask something back are locked."""
    if work.known(_uses(deal)) == []:
        return []
    rows = work.execute(
        f"""SELECT {_NODE}, u.hold_id, u.reserved_minor, u.used_minor
            FROM financing.limit_use u JOIN financing.limit_node n ON n.tenant_id = u.tenant_id AND n.id = u.limit_id
            WHERE u.tenant_id = %s AND u.deal_id = %s ORDER BY n.id""",
        [work.context.tenant, deal],
    ).fetchall()
    return _in_use(work, deal, rows)


def _in_use(work: UnitOfWork, deal: DealId, rows: Sequence[tuple[Any, ...]]) -> list[LimitUse]:
    if not rows:  # should somebody else be faster with the first ones, writing them says so, and all is done again
        work.know(_uses(deal), [])
    found = [LimitUse(_node(row[:11]), _hold(row[11]), row[12], row[13]) for row in rows]
    return [_locked(work, one) if one.node.excess_minor else one for one in found]


def at_hand(
    work: UnitOfWork, deal: DealId, owner: PartyId, *, parties: Collection[PartyId]
) -> tuple[list[LimitNode], list[LimitUse]]:  # fmt: skip
    """`candidates` and `uses` by one statement."""
    asked = {"tenant": work.context.tenant, "deal": deal, "owner": owner, "parties": list(parties)}
    rows = work.look(
        f"""SELECT false, {_NODE}, NULL::uuid, NULL::bigint, NULL::bigint FROM financing.limit_node n
            WHERE {_CANDIDATES}
            UNION ALL SELECT true, {_NODE}, u.hold_id, u.reserved_minor, u.used_minor
            FROM financing.limit_use u JOIN financing.limit_node n ON n.tenant_id = u.tenant_id AND n.id = u.limit_id
            WHERE u.tenant_id = %(tenant)s AND u.deal_id = %(deal)s ORDER BY 1, 2""",
        asked,
    ).fetchall()
    nodes = [_node(row[1:12]) for row in rows if not row[0]]
    return nodes, _in_use(work, deal, [row[1:] for row in rows if row[0]])


def counted(work: UnitOfWork) -> list[tuple[LimitNode, int, int]]:
    """Every node with what deals use and what they reserve of it."""
    rows = work.execute(
        f"""SELECT {_NODE}, coalesce(sum(u.used_minor), 0), coalesce(sum(u.reserved_minor), 0)
            FROM financing.limit_node n
            LEFT JOIN financing.limit_use u ON u.tenant_id = n.tenant_id AND u.limit_id = n.id
            WHERE n.tenant_id = %s GROUP BY n.tenant_id, n.id ORDER BY n.id""",
        [work.context.tenant],
    )
    return [(_node(row[:11]), int(row[11]), int(row[12])) for row in rows]


def _locked(work: UnitOfWork, one: LimitUse) -> LimitUse:
    row = work.execute(
        f"SELECT {_NODE} FROM financing.limit_node n WHERE n.tenant_id = %s AND n.id = %s FOR NO KEY UPDATE",
        [work.context.tenant, one.node.id],
    ).fetchone()
    assert row is not None, "limits are never deleted"
    return LimitUse(_node(row), one.hold, one.reserved_minor, one.used_minor)


def _hold(value: Any) -> TransferId | None:
    return None if value is None else TransferId.of(value)


def _node(row: tuple[Any, ...]) -> LimitNode:
    limit, kind, owner, party, role, product, programme, code, amount, until, excess = row
    return LimitNode(
        id=LimitId.of(limit), kind=LimitKind(kind), owner=PartyId.of(owner),
        party=None if party is None else PartyId.of(party), role=role, product=product,
        programme=None if programme is None else ProgrammeId.of(programme),
        amount=Money(amount, currency(code)), valid_until=until, excess_minor=excess,
    )  # fmt: skip
