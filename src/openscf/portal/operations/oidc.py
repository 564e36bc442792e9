"""Signing in with an identity provider."""

from collections.abc import Mapping
from typing import Annotated

import httpx2
from pydantic import Field

from openscf import access
from openscf.access import Provider
from openscf.db import UnitOfWork
from openscf.kernel.errors import refusal
from openscf.kernel.ids import TenantId
from openscf.parties import LoginId, PartyRole
from openscf.portal.declaring import operation
from openscf.portal.desk import Desk, House
from openscf.portal.model import Needs, Work
from openscf.portal.operations.sessions import Done, SignedIn
from openscf.portal.shapes import Body, View

NO_PROVIDER = refusal(
    "no_provider",
    en="This platform has no identity provider.",
    zh="本平台未配置身份提供方。",
    fix_en="Sign in with login name and password.",
    fix_zh="请使用登录名和密码登录。",
    status=404,
)
CALLBACK = "/oidc/callback"
TIMEOUT_S = 10
Tenant = Annotated[str | None, Field(description="The book (ten_…), where the installation has several.")]


class StartOidc(Body):
    """Somebody wants to sign in with the provider."""

    tenant: Tenant = None


class OidcStarted(View):
    """Where the browser is sent to, and the state that must come back with it."""

    url: str
    state: str


class FinishOidc(Body):
    """What the browser brought back."""

    state: Annotated[str, Field(min_length=1, max_length=200)]
    code: Annotated[str, Field(min_length=1, max_length=4000)]
    tenant: Tenant = None


class LinkSubject(Body):
    """Whose a subject of the provider is."""

    login: Annotated[str, Field(description="The login (lgn_…).")]
    subject: Annotated[str, Field(min_length=1, max_length=255, description="The provider's `sub`.")]


@operation(
    "POST /v1/oidc/start", group="access", en="Begin signing in with the identity provider.",
    zh="通过身份提供方登录（第一步）。", needs=Needs.NOTHING, work=Work.ALONE,
    refusals=("no_provider", "provider_failed", "which_book", "bad_id"), examples={"only book": {}},
)  # fmt: skip
def start_oidc(house: House, body: StartOidc) -> OidcStarted:
    """Where to send the browser; the state belongs to that browser and is used once, within ten minutes."""
    url, state = access.start_oidc(house.gate(_tenant(body.tenant)), provider_of(house))
    return OidcStarted(url=url, state=state)


@operation(
    "POST /v1/oidc/finish", group="access", en="Finish signing in with the identity provider.",
    zh="通过身份提供方登录（第二步）。", needs=Needs.NOTHING, work=Work.ALONE, status=201,
    refusals=("no_provider", "provider_failed", "nobody_linked", "not_signed_in", "which_book", "bad_id"),
    examples={"came back": {"state": "6mNf…", "code": "SplxlOBeZQQYbYS6WxSbIA"}},
)  # fmt: skip
def finish_oidc(house: House, body: FinishOidc) -> SignedIn:
    """Exchange the code, check who it speaks of, and open a session."""
    handed = access.finish_oidc(house.gate(_tenant(body.tenant)), provider_of(house), state=body.state, code=body.code)
    session = handed.made
    return SignedIn(
        session=str(session.id), token=handed.token, party=None if session.party is None else str(session.party)
    )


@operation(
    "POST /v1/oidc/subjects", group="access", en="Say whose a subject of the identity provider is.",
    zh="关联身份提供方账号。", offices={PartyRole.OPERATOR}, needs=Needs.MONEY,
    refusals=("no_provider", "no_login", "subject_taken", "not_allowed", "bad_id"),
    examples={"link": {"login": "lgn_01JD0000000000000000000000", "subject": "248289761001"}},
)  # fmt: skip
def link_oidc_subject(desk: Desk, work: UnitOfWork, body: LinkSubject) -> Done:
    """From now on whoever the provider calls so signs in as this login."""
    issuer = provider_of(desk.house).issuer
    access.link_subject(work, issuer, body.subject, login=LoginId.parse(body.login))
    return Done()


def provider_of(house: House) -> Provider:
    """The identity provider of the installation.

    Raises:
        Refusal: `no_provider`.
    """
    settings = house.platform.settings
    if settings.oidc is None:
        raise NO_PROVIDER()
    clock = house.platform.clock
    return Provider(*settings.oidc, settings.public_url + CALLBACK, fetched, lambda: int(clock.now().timestamp()))


def fetched(method: str, url: str, form: Mapping[str, str] | None = None, /) -> bytes:
    """What the provider answers; it has ten seconds.

    Raises:
        OSError: Nothing, or no success.
    """
    try:
        response = httpx2.request(method, url, data=form, timeout=TIMEOUT_S)
    except httpx2.HTTPError as error:
        raise OSError(type(error).__name__) from error
    if not response.is_success:
        raise OSError(f"HTTP {response.status_code}")
    return response.content


def _tenant(said: str | None) -> TenantId | None:
    return None if said is None else TenantId.parse(said)
