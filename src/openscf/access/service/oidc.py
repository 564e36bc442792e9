"""Signing in with an identity provider: to it, back from it, and whose its subjects are."""

import base64
import datetime as dt
import hashlib
from typing import Final

from openscf import parties
from openscf.access.model import Handed
from openscf.access.provider import Provider
from openscf.access.rules import NOT_SIGNED_IN
from openscf.access.service.sessions import Gate, opened_session
from openscf.access.store import oidc as store
from openscf.db.unit_of_work import UnitOfWork
from openscf.kernel.errors import refusal
from openscf.parties import LoginId, Permission

PATIENCE: Final = dt.timedelta(minutes=10)

NOBODY_LINKED = refusal(
    "nobody_linked",
    en="The identity provider knows you as {subject}, but nobody here has said who that is.",
    zh="身份提供方确认您为 {subject}，但本平台尚未将其关联到任何人员。",
    fix_en="Ask the operator to link it to your login.",
    fix_zh="请联系平台运营方，将其关联到您的登录账号。",
    status=403,
)
SUBJECT_TAKEN = refusal(
    "subject_taken",
    en="{subject} of {issuer} belongs to somebody already.",
    zh="{issuer} 的 {subject} 已关联到其他人员。",
    fix_en="Check the subject with the identity provider.",
    fix_zh="请向身份提供方核对。",
    status=409,
)
NO_LOGIN = refusal(
    "no_login",
    en="There is no login {login}.",
    zh="登录账号 {login} 不存在。",
    fix_en="Give the person a login first.",
    fix_zh="请先为该人员开立登录账号。",
    status=404,
)


def start(gate: Gate, provider: Provider) -> tuple[str, str]:
    """Begin a sign-in.

    Returns:
        Where the person is sent to, and the state with which it must come back in the same browser.

    Raises:
        Refusal: `provider_failed`.
    """
    state, nonce, verifier = (_text(gate.entropy(32)) for _ in range(3))
    url = provider.start_url(state=state, nonce=nonce, verifier=verifier)
    gate.database.run(
        gate.context, lambda work: store.begin(work, _digest(state), store.Flow(nonce, verifier, work.at))
    )
    return url, state


def finish(gate: Gate, provider: Provider, *, state: str, code: str) -> Handed:
    """Let somebody in who came back from the provider. The state is used up, whatever comes of it.

    Raises:
        Refusal: `not_signed_in` (a state that nobody began, or late), `provider_failed`, `nobody_linked`.
    """
    flow = gate.database.run(gate.context, lambda work: store.take(work, _digest(state)))
    if flow is None or gate.database.clock.now() - flow.begun_at > PATIENCE:
        raise NOT_SIGNED_IN()
    subject = provider.subject(code, nonce=flow.nonce, verifier=flow.verifier)

    def let_in(work: UnitOfWork) -> Handed:
        found = store.linked(work, provider.issuer, subject)
        if found is None or not parties.is_active(work, found[1]):
            raise NOBODY_LINKED(subject=subject)
        return opened_session(work, gate, found, how={"issuer": provider.issuer})

    return gate.database.run(gate.context, let_in)


def link_subject(work: UnitOfWork, issuer: str, subject: str, *, login: LoginId) -> None:
    """Say whose a subject of the provider is: an act of the house's administrator, who enrols people.

    Raises:
        Refusal: `not_allowed`, `no_login`, `subject_taken`.
    """
    parties.authorise(work, Permission.ENROL_PERSON, None)
    person = parties.owner_of_login(work, login)
    if person is None:
        raise NO_LOGIN(login=str(login))
    if not store.link(work, issuer, subject, login=login, person=person):
        raise SUBJECT_TAKEN(issuer=issuer, subject=subject)
    work.audit("access.link_subject", str(person), {"issuer": issuer, "subject": subject, "login": login})


def _text(secret: bytes) -> str:
    return base64.urlsafe_b64encode(secret).rstrip(b"=").decode()


def _digest(state: str) -> bytes:
    return hashlib.sha256(state.encode()).digest()
