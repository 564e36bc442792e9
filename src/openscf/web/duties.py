"""Whose duty what a form does is, so that a page says so before the button is pressed instead of refusing afterwards.

Who may do something is judged by `openscf.parties` when it is done; this only foretells it. What is not named here is
shown to everybody of the enterprise.
"""

from collections.abc import Collection
from typing import Final

from openscf.parties import PartyRole, Permission, PersonRole, duties_for
from openscf.portal import Principal

_MAKERS: Final = (
    "accept_offer", "accept_piece", "announce_deposit", "apply_financing", "confirm_goods", "confirm_receivable",
    "create_limit", "dispute_receivable", "draw_pool", "finance_voucher", "fund_piece", "issue_voucher",
    "open_financing", "perform_step", "propose_programme", "record_bank_statement", "record_rating", "refuse_piece",
    "request_withdrawal", "run_day_end", "set_early_pay_rule", "transfer_voucher", "upload_documents",
    "upload_payables",
)  # fmt: skip
_CHECKERS: Final = ("approve_request", "dismiss_exception", "reject_request", "resolve_exception")
_ADMINISTRATORS: Final = (
    "create_api_key", "create_webhook", "delete_webhook", "enable_webhook", "replay_webhook", "revoke_api_key",
    "rotate_webhook_secret",
)  # fmt: skip
ASKS: Final = {
    **dict.fromkeys(_MAKERS, Permission.MAKE),
    **dict.fromkeys(_CHECKERS, Permission.CHECK),
    **dict.fromkeys(_ADMINISTRATORS, Permission.EDIT),
    "create_party": Permission.REGISTER, "invite_user": Permission.ENROL_PERSON,
}  # fmt: skip
"""The permission that each of these asks for."""


def lacking(principal: Principal, operation: str) -> Collection[PersonRole]:
    """Whose duty an operation is, where it is none of the principal's; nobody where he has it."""
    asked = ASKS.get(operation)
    if asked is None:
        return ()
    wanted = duties_for(asked, house=PartyRole.OPERATOR in principal.offices)
    return () if wanted & principal.duties else sorted(wanted, key=list(PersonRole).index)
