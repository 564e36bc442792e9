"""SQL of invitations."""

from openscf.access.model import Invitation, InvitationId
from openscf.db.unit_of_work import UnitOfWork
from openscf.kernel.ids import PartyId, PersonId
from openscf.parties import LoginId

_TENANT = "nullif(current_setting('app.tenant', true), '')::uuid"


def insert(work: UnitOfWork, one: Invitation, *, token_sha256: bytes) -> None:
    """Write an invitation."""
    work.execute(
        """INSERT INTO access.invitation (tenant_id, id, token_sha256, person_id, login_id, party_id, made_at,
               expires_at) VALUES (%s, %s, %s, %s, %s, %s, %s, %s)""",
        [
            work.context.tenant, one.id, token_sha256, one.person, one.login, one.party, one.made_at, one.expires_at,
        ],
    )  # fmt: skip


def by_token(work: UnitOfWork, token_sha256: bytes) -> Invitation | None:
    """The invitation that this token belongs to, valid or not, locked until the end: it is accepted once."""
    row = work.execute(
        "SELECT id, person_id, login_id, party_id, made_at, expires_at, accepted_at FROM access.invitation"
        f" WHERE tenant_id = {_TENANT} AND token_sha256 = %s FOR NO KEY UPDATE",
        [token_sha256],
    ).fetchone()
    if row is None:
        return None
    return Invitation(
        id=InvitationId.of(row[0]), person=PersonId.of(row[1]), login=LoginId.of(row[2]), party=PartyId.of(row[3]),
        made_at=row[4], expires_at=row[5], accepted_at=row[6],
    )  # fmt: skip


def accept(work: UnitOfWork, invitation: InvitationId) -> None:
    """Note that it was accepted now."""
    work.execute(
        f"UPDATE access.invitation SET accepted_at = %s WHERE tenant_id = {_TENANT} AND id = %s", [work.at, invitation]
    )
