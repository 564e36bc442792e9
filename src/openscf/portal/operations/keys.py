"""Keys of programs."""

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import Field

from openscf import access
from openscf.access import ApiKey, ApiKeyId, KeyScope
from openscf.db import UnitOfWork
from openscf.kernel.ids import TypedId
from openscf.parties import Cleartext, PersonalKind
from openscf.portal.declaring import operation
from openscf.portal.desk import Desk
from openscf.portal.model import Needs, Work
from openscf.portal.shapes import Body, Instant, View

KEY_EXAMPLE = {"erp": {"name": "our ERP", "scope": "write", "days": 90}}


class CreateApiKey(Body):
    """A key for a program."""

    name: Annotated[str, Field(min_length=1, max_length=100, description="What it is for.")]
    scope: KeyScope = KeyScope.READ
    days: Annotated[int, Field(ge=1, le=366, description="How long it lasts.")] = 90


class ApiKeyView(View):
    """A key; its token is not kept."""

    id: str
    name: str
    person: str
    scope: KeyScope
    made_at: Instant
    expires_at: Instant
    used_at: Instant | None
    revoked_at: Instant | None


class MadeApiKey(View):
    """A key was made; its token is shown in this answer only and sent as `Authorization: Bearer`."""

    key: ApiKeyView
    token: str = ""


class ApiKeys(View):
    """The keys of an enterprise, newest first."""

    items: list[ApiKeyView]


def _view(key: ApiKey) -> ApiKeyView:
    return ApiKeyView(
        id=str(key.id), name=key.name, person=str(key.person), scope=key.scope, made_at=key.made_at,
        expires_at=key.expires_at, used_at=key.used_at, revoked_at=key.revoked_at,
    )  # fmt: skip


def _secret(desk: Desk, subject: TypedId) -> bytes:
    clear = Cleartext(PersonalKind.SECRET, f"token:{subject}")
    return desk.house.vault.fingerprint(desk.principal.tenant, clear)


def _token(desk: Desk, kept: Mapping[str, Any]) -> Mapping[str, Any]:
    key = ApiKeyId.parse(kept["key"]["id"])
    return {"token": desk.read(lambda work: access.key_token(work, key, lambda subject: _secret(desk, subject)))}


@operation(
    "POST /v1/api-keys", group="keys", en="Make a key for a program.", zh="创建 API 密钥。", needs=Needs.MONEY,
    status=201, examples=KEY_EXAMPLE, completes=_token, refusals=("bad_key_term", "not_a_person"),
)  # fmt: skip
def create_api_key(desk: Desk, work: UnitOfWork, body: CreateApiKey) -> MadeApiKey:
    """Make a key with which a program acts for one's enterprise; the person who makes it answers for what it does."""
    handed = access.make_key(
        work, desk.party, body.name, scope=body.scope, days=body.days, secret=lambda subject: _secret(desk, subject)
    )
    assert isinstance(handed.made, ApiKey), "a key"
    return MadeApiKey(key=_view(handed.made))


@operation(
    "GET /v1/api-keys", group="keys", en="List the keys of your enterprise.", zh="API 密钥列表。", work=Work.READ_HOUSE
)
def list_api_keys(desk: Desk, work: UnitOfWork) -> ApiKeys:
    """The keys of one's enterprise, revoked and expired ones too; never a token."""
    return ApiKeys(items=[_view(key) for key in access.keys_of(work, desk.party)])


@operation(
    "DELETE /v1/api-keys/{key_id}", group="keys", en="Revoke a key.", zh="吊销 API 密钥。",
    refusals=("api_key_not_found", "bad_id"),
)  # fmt: skip
def revoke_api_key(desk: Desk, work: UnitOfWork, key_id: str) -> ApiKeyView:
    """From now on it opens nothing."""
    return _view(access.revoke_key(work, ApiKeyId.parse(key_id)))
