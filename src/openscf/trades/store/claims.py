"""SQL of all that weighing one claim takes, by one statement."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from openscf.db.unit_of_work import UnitOfWork
from openscf.kernel.ids import PartyId
from openscf.trades.ids import DocumentId
from openscf.trades.records import Lien
from openscf.trades.store import disputes, liens

_TENANT = "nullif(current_setting('app.tenant', true), '')::uuid"
_QUERY = f"""SELECT EXISTS (SELECT {disputes.TAKEN_BACK}), ARRAY(SELECT DISTINCT f {disputes.CONTRADICTED} ORDER BY f),
    ARRAY(SELECT v.id FROM trades.document v
          WHERE v.tenant_id = {_TENANT} AND v.fingerprint = ANY(%(claims)s) ORDER BY v.version),
    EXISTS (SELECT {liens.HELD}), EXISTS (SELECT {liens.NEAR}),
    (SELECT json_object_agg(p.key, p.party_id) FROM trades.party_link p
     WHERE p.tenant_id = {_TENANT} AND p.key = ANY(%(sides)s))"""


@dataclass(frozen=True, slots=True)
class ClaimFacts:
    """What is known of a claim beside what its document says.

    Attributes:
        credits: What red letters in force take back, a positive amount each; None is all of it.
        flags: In what its versions contradict each other.
        versions: Their ids, in the order of arrival.
        liens: That hold on it.
        alone: Nothing under lien shares one of the keys of look-alikes that were asked for.
        sides: The enterprises that its seller's and buyer's keys belong to, as far as they are linked; None: not read.
    """

    credits: list[int | None]
    flags: tuple[str, ...]
    versions: list[DocumentId]
    liens: list[Lien]
    alone: bool
    sides: Mapping[str, PartyId] | None


def facts(
    work: UnitOfWork, fingerprint: bytes, keys: Collection[bytes], *, sides: Collection[str] = ()
) -> ClaimFacts:  # fmt: skip
    """All of it, for a claim whose current version is locked. What most claims lack is looked for only where it is there.

    Args:
        work: The transaction.
        fingerprint: The claim's identity.
        keys: Under which its look-alikes are known.
        sides: Keys of its seller and buyer.
    """
    asked = {"claims": [fingerprint], "keys": sorted(set(keys)), "claim": fingerprint, "sides": sorted(set(sides))}
    row = work.execute(_QUERY, asked).fetchone()
    assert row is not None, "a line without a table is always there"
    taken_back, flags, versions, held, near, linked = row
    return ClaimFacts(
        credits=disputes.credits(work, [fingerprint]).get(fingerprint, []) if taken_back else [],
        flags=tuple(flags), versions=[DocumentId.of(one) for one in versions],
        liens=liens.on(work, [fingerprint]) if held else [], alone=not near,
        sides={key: PartyId(party) for key, party in (linked or {}).items()},
    )  # fmt: skip
