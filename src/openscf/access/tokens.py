"""Tokens: what they look like, and what of them is kept.

`scf_ses_<book>_<secret>` for a person, `scf_live_…` and `scf_test_…` for a program,
`scf_inv_…` for an invitation. The book (tenant) is part of the
token, because row-level security shows nothing, not even the token's own row, to a transaction that names none. The
fixed beginning lets scanners of source code find a token that somebody committed by mistake.
"""

import base64
import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal, get_args

from openscf.kernel.errors import Refusal
from openscf.kernel.ids import TenantId, TypedId

TokenKind = Literal["ses", "live", "test", "inv"]
Secret = Callable[[TypedId], bytes]
"""Makes the 32 secret bytes of a token from the id of what it opens, the same each time; nobody else can."""
SECRET_BYTES: Final = 32
_SHAPE: Final = re.compile(r"scf_(ses|live|test|inv)_([0-9A-Za-z]{26})_[A-Za-z0-9_-]{43}")


@dataclass(frozen=True, slots=True)
class Presented:
    """A token that somebody sent, well formed; whether it is worth anything is another question."""

    kind: TokenKind
    tenant: TenantId
    sha256: bytes


def make_token(kind: TokenKind, tenant: TenantId, secret: bytes) -> str:
    """A token from `SECRET_BYTES` unpredictable bytes."""
    assert len(secret) == SECRET_BYTES, "a token has 256 bits"
    tail = base64.urlsafe_b64encode(secret).rstrip(b"=").decode()
    return f"scf_{kind}_{str(tenant).partition('_')[2]}_{tail}"


def read_token(text: str) -> Presented | None:
    """What a token says of itself; None if it is none."""
    found = _SHAPE.fullmatch(text)
    if found is None:
        return None
    kind: TokenKind = next(kind for kind in get_args(TokenKind) if kind == found[1])
    try:
        tenant = TenantId.parse(f"{TenantId.prefix}_{found[2]}")
    except Refusal:
        return None
    return Presented(kind, tenant, token_digest(text))


def token_digest(text: str) -> bytes:
    """What is kept of a token; plain SHA-256 is enough for 256 random bits."""
    return hashlib.sha256(text.encode()).digest()
