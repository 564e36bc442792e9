"""Who belongs together: whoever is in a firm's group is the firm, and a stranger has no standing to vouch for it."""

from collections.abc import Mapping
from typing import Final

import ibis.expr.types as ir
import pyarrow as pa
from ibis.backends import BaseBackend

from openscf.credit.store.workspace import Workspace

SUPPORTING: Final = ("copy", "paid", "confirmed")
"""Words of the relation `support` that speak for a document; a red letter speaks against it."""

_ENTERPRISE: Final = "pty_"  # one without a public code has no key; its id is its name as a source
_SCHEMA: Final = pa.schema([("node", pa.string()), ("grp", pa.string())])


def known_groups(groups: Mapping[str, str], workspace: Workspace, backend: BaseBackend) -> ir.Table:
    """Node and group of the enterprises of the platform, as a table of the engine."""
    rows = sorted(groups.items())
    table = pa.table({"node": [one for one, _ in rows], "grp": [one for _, one in rows]}, schema=_SCHEMA)
    return workspace.introduce("groups", table, backend)


def grouped(table: ir.Table, known: ir.Table, **columns: str) -> ir.Table:
    """The table with the group of each of these nodes; a node of which nothing is known is its own group."""
    for node, name in columns.items():
        joined = table.left_join(known.rename(at="node"), table[node] == known["node"])
        table = joined.mutate(**{name: joined.grp.coalesce(joined[node])}).drop("at", "grp")
    return table


def with_standing(told: ir.Table, party: ir.Table | None) -> ir.Table:
    """Words of support with `party`: told by a register, a bank or a feed, or by a side of the document itself.

    Args:
        told: With `by`, `by_group`, `seller_group`, `buyer_group`.
        party: The enterprises of the platform; None if nobody says who they are.
    """
    mine = (told.by_group == told.seller_group) | (told.by_group == told.buyer_group)
    if party is None:
        return told.mutate(party=True)
    known = party.filter(party.party_id.notnull()).select(enterprise="node").distinct()
    joined = told.left_join(known, told["by"] == known["enterprise"])
    feed = joined.enterprise.isnull() & ~joined["by"].startswith(_ENTERPRISE).fill_null(False)
    return joined.mutate(party=feed | mine.fill_null(False)).drop("enterprise")
