"""Passwords and one-time codes: their arithmetic. What is stored, and where, is the service's business."""

import base64
import datetime as dt
import hmac
import struct
from typing import Final

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from openscf.kernel.errors import Where, refusal

SALT_BYTES: Final = 16
TOTP_SECRET_BYTES: Final = 20  # RFC 4226, 4: 160 bits are recommended
STEP_S: Final = 30
DIGITS: Final = 6
DRIFT_STEPS: Final = 1  # RFC 6238, 5.2: one step of clock difference or slow typing
SHORTEST, LONGEST = 12, 128

WEAK_PASSWORD = refusal(
    "weak_password",
    en="A password has {shortest} to {longest} characters, {different} different ones or more, not the login name.",
    zh="密码应为 {shortest} 至 {longest} 个字符，至少含 {different} 个不同字符，且不得包含登录名。",
    fix_en="Take a sentence that only you know.",
    fix_zh="建议使用只有您自己知道的一句话。",
)
_LEAST_DIFFERENT = 6
_HASHER = PasswordHash((Argon2Hasher(),))
_NOBODY = "$argon2id$v=19$m=65536,t=3,p=4$MDEyMzQ1Njc4OWFiY2RlZg$OlBUgGxIjwFqlFZCLR3sRzLZNKQ12jlrfGE7hdEWf8w"


def check_strength(password: str, login_name: str) -> None:
    """Refuse a password that is short, monotonous or contains the login name (NIST SP 800-63B, 3.1.1.2).

    Raises:
        Refusal: `weak_password`; it does not repeat the password.
    """
    named = len(login_name) >= 3 and login_name.casefold() in password.casefold()
    if not SHORTEST <= len(password) <= LONGEST or len(set(password)) < _LEAST_DIFFERENT or named:
        limits = {"shortest": SHORTEST, "longest": LONGEST, "different": _LEAST_DIFFERENT}
        raise WEAK_PASSWORD(**limits, where=Where(field="password"))


def hash_password(password: str, salt: bytes) -> str:
    """The Argon2id hash of a password (RFC 9106, second recommended option: 64 MiB, 3 passes)."""
    return _HASHER.hash(password, salt=salt)


def password_fits(password: str, password_hash: str | None) -> bool:
    """Whether the password is the right one; with no hash to compare, just as slow and never."""
    return _HASHER.verify(password[:LONGEST], password_hash or _NOBODY) and password_hash is not None


def totp(secret: bytes, step: int) -> str:
    """The one-time code of one step of 30 seconds (RFC 6238 with HMAC-SHA-1, six digits)."""
    mark = hmac.new(secret, struct.pack(">Q", step), "sha1").digest()
    offset = mark[-1] & 15
    number = int(struct.unpack_from(">I", mark, offset)[0]) & 0x7FFF_FFFF
    return f"{number % 10**DIGITS:0{DIGITS}d}"


def fitting_step(secret: bytes, code: str, at: dt.datetime, *, spent: int | None) -> int | None:
    """The step for which `code` is right, if it is not spent yet; None if there is none.

    Args:
        secret: The shared secret.
        code: What was typed.
        at: Now.
        spent: The last step whose code was used.
    """
    now = int(at.timestamp()) // STEP_S
    for step in range(now - DRIFT_STEPS, now + DRIFT_STEPS + 1):
        right = hmac.compare_digest(totp(secret, step).encode(), code.encode())
        if right and (spent is None or step > spent):
            return step
    return None


def base32(secret: bytes) -> str:
    """The secret as authenticator programs take it."""
    return base64.b32encode(secret).decode()
