"""Keys of programs: made by a person who answers for them, shown once, revoked at once."""

import datetime as dt

from openscf import parties
from openscf.access.model import ApiKey, ApiKeyId, Handed, KeyScope
from openscf.access.rules import API_KEY_NOT_FOUND, BAD_KEY_TERM, LONGEST_KEY, NOT_SIGNED_IN, SEEN_EVERY, valid
from openscf.access.store import keys as store
from openscf.access.store import sandboxes
from openscf.access.tokens import Secret, TokenKind, make_token, token_digest
from openscf.db.unit_of_work import UnitOfWork
from openscf.kernel.ids import PartyId
from openscf.parties import Permission


def make_key(work: UnitOfWork, party: PartyId, name: str, *, scope: KeyScope, days: int, secret: Secret) -> Handed:
    """Make a key with which a program acts for an enterprise, on the responsibility of whoever makes it.

    Args:
        work: The transaction; its actor must be an administrator of the enterprise, a natural person.
        party: The enterprise.
        name: What the key is for.
        scope: How far it reaches; it never reaches further than the person does.
        days: How long it lasts.
        secret: Makes 32 unpredictable bytes for the id of the key.

    Raises:
        Refusal: `bad_key_term`, `not_allowed`, `not_a_person`.
    """
    parties.authorise(work, Permission.EDIT, party)
    if not 1 <= days <= LONGEST_KEY.days:
        raise BAD_KEY_TERM(days=days, most=LONGEST_KEY.days)
    identity = work.ids.new(ApiKeyId)
    token = key_token(work, identity, secret)
    key = ApiKey(
        id=identity, name=name.strip(), person=parties.acting_person(work), party=party, scope=scope,
        made_at=work.at, expires_at=work.at + dt.timedelta(days=days), used_at=None, revoked_at=None,
    )  # fmt: skip
    store.insert(work, key, token_sha256=token_digest(token))
    facts = {"name": key.name, "party": party, "scope": scope, "expires_at": key.expires_at}
    work.audit("access.make_key", str(key.id), facts)
    return Handed(key, token)


def key_token(work: UnitOfWork, key: ApiKeyId, secret: Secret) -> str:
    """What the bearer of a key sends: a test token in a sandbox, a live one elsewhere."""
    kind: TokenKind = "live" if sandboxes.ahead_s(work) is None else "test"
    return make_token(kind, work.context.tenant, secret(key))


def key_of(work: UnitOfWork, token_sha256: bytes) -> ApiKey:
    """The valid key of a token; that it was used is noted, once a minute at most.

    Raises:
        Refusal: `not_signed_in`.
    """
    found = store.by_token(work, token_sha256)
    if found is None or not valid(found, work.at):
        raise NOT_SIGNED_IN()
    if found.used_at is None or work.at - found.used_at >= SEEN_EVERY:
        store.used(work, found.id)
    return found


def keys_of(work: UnitOfWork, party: PartyId) -> list[ApiKey]:
    """The keys of an enterprise, for those who may see it from within.

    Raises:
        Refusal: `not_allowed`, `party_not_found`.
    """
    parties.authorise(work, Permission.VIEW, party)
    return store.of_party(work, party)


def revoke_key(work: UnitOfWork, key: ApiKeyId) -> ApiKey:
    """Revoke a key: from now on it opens nothing.

    Raises:
        Refusal: `api_key_not_found`, `not_allowed`.
    """
    found = store.get(work, key)
    if found is None or not parties.may_see(work, found.party):
        raise API_KEY_NOT_FOUND(key=str(key))
    parties.authorise(work, Permission.EDIT, found.party)
    store.revoke(work, key)
    work.audit("access.revoke_key", str(key), {"party": found.party})
    return store.get(work, key) or found
