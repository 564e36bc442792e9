"""Rules on consents to share data: deny unless one holds."""

import datetime as dt
from collections.abc import Iterable
from typing import Final

from openscf.kernel.errors import Where, refusal
from openscf.parties.model import Consent, NewConsent
from openscf.parties.rules.dates import checked_period, holds

LONGEST: Final = dt.timedelta(days=3 * 366)
"""A consent is for a stated purpose and time (PIPL articles 14 and 17); a framework contract lasts no longer."""

CONSENT_TOO_LONG = refusal(
    "consent_too_long",
    en="A consent lasts at most {days} days.",
    zh="数据授权期限最长 {days} 天。",
    fix_en="Choose an earlier end; the consent can be renewed.",
    fix_zh="请缩短期限，到期可续。",
)
CONSENT_NEEDS_PURPOSE = refusal(
    "consent_needs_purpose",
    en="A consent names its purpose.",
    zh="数据授权须写明用途。",
    fix_en="Say what the data will be used for.",
    fix_zh="请写明数据的使用目的。",
)
CONSENT_TO_ONESELF = refusal(
    "consent_to_oneself",
    en="{party} needs no consent to see its own data.",
    zh="{party} 查看自身数据无需授权。",
)
CONSENT_NOT_FOUND = refusal(
    "consent_not_found",
    en="There is no consent {consent}, or you may not see it.",
    zh="数据授权 {consent} 不存在，或您无权查看。",
    fix_en="Check the id.",
    fix_zh="请核对编号。",
    status=404,
)
CONSENT_ALREADY_REVOKED = refusal(
    "consent_already_revoked",
    en="The consent {consent} was revoked on {on}.",
    zh="数据授权 {consent} 已于 {on} 撤回。",
    status=409,
)


def check_consent(new: NewConsent) -> None:
    """Refuse a consent without purpose, without days, too long, or to oneself.

    Raises:
        Refusal: `consent_to_oneself`, `consent_needs_purpose`, `bad_period` or `consent_too_long`.
    """
    if new.grantor == new.grantee:
        raise CONSENT_TO_ONESELF(party=str(new.grantor))
    if not new.purpose.strip():
        raise CONSENT_NEEDS_PURPOSE(where=Where(field="purpose"))
    checked_period(new.valid_from, new.valid_until)
    if new.valid_until - new.valid_from > LONGEST:
        raise CONSENT_TOO_LONG(days=LONGEST.days, where=Where(field="valid_until"))


def shares(consents: Iterable[Consent], on: dt.date) -> bool:
    """Whether one of them holds on that day; a revoked one does not from the day of its revocation on."""
    return any(
        holds(consent.valid_from, consent.valid_until, on) and (consent.revoked_on is None or on < consent.revoked_on)
        for consent in consents
    )
