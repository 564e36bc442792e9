"""Identifiers of this capability, and the accounts that follow from them."""

import hashlib
import uuid
from functools import lru_cache

from openscf.kernel.ids import AccountId, TypedId


class ProgrammeId(TypedId, prefix="prg"):
    """A contract frame under which deals are made."""


class DealId(TypedId, prefix="dea"):
    """A financing: one claim, pool or escrow under one product."""


class VoucherId(DealId, prefix="vou"):
    """A digital payables voucher; its id is also the code of the ledger's unit in which its pieces are counted."""


class PieceId(DealId, prefix="pce"):
    """A piece of a voucher: what one holder has from one transfer."""


class LimitId(TypedId, prefix="lim"):
    """A node of the limit tree."""


class DisputeId(TypedId, prefix="dsp"):
    """A debtor's word that it does not owe a claim."""


class ConfirmationId(TypedId, prefix="cnf"):
    """A debtor's word that a claim is good."""


@lru_cache(maxsize=4096)  # a decision asks for the same few accounts again and again
def account_within(owner: uuid.UUID, name: str) -> AccountId:
    """The id of the account `name` that belongs to a deal or a limit.

    It follows from the two, so no table has to say which account is meant, and two transactions that open it at once
    mean the same one.
    """
    digest = hashlib.sha256(b"openscf account" + owner.bytes + name.encode()).digest()
    return AccountId(bytes=digest[:16])
