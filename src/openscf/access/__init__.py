"""Who is let in: sessions of people, keys of programs, proof for money, and the time of sandboxes.

What somebody may do once he is in is not judged here but by `openscf.parties` (the table of roles) and by row security.
"""

from openscf.access.model import ApiKey, ApiKeyId, Handed, KeyScope, Session, SessionId
from openscf.access.rules import (
    IDLE,
    KEY_TOO_NARROW,
    LONGEST_KEY,
    NO_SANDBOX,
    NOT_SIGNED_IN,
    STEP_UP_NEEDED,
    WHOLE,
    stepped_up,
)
from openscf.access.service.keys import key_of, keys_of, make_key, revoke_key
from openscf.access.service.sandboxes import ShiftedClock, advance_time, ahead_of, in_its_time, open_sandbox
from openscf.access.service.sessions import Credentials, Gate, act_for, enter_sandbox, session_of, sign_in, sign_out, step_up
from openscf.access.tokens import SECRET_BYTES, Presented, TokenKind, make_token, read_token

__all__ = [
    "IDLE",
    "KEY_TOO_NARROW",
    "LONGEST_KEY",
    "NOT_SIGNED_IN",
    "NO_SANDBOX",
    "SECRET_BYTES",
    "STEP_UP_NEEDED",
    "WHOLE",
    "ApiKey",
    "ApiKeyId",
    "Credentials",
    "Gate",
    "Handed",
    "KeyScope",
    "Presented",
    "Session",
    "SessionId",
    "ShiftedClock",
    "TokenKind",
    "act_for",
    "advance_time",
    "ahead_of",
    "enter_sandbox",
    "in_its_time",
    "key_of",
    "keys_of",
    "make_key",
    "make_token",
    "open_sandbox",
    "read_token",
    "revoke_key",
    "session_of",
    "sign_in",
    "sign_out",
    "step_up",
    "stepped_up",
]
