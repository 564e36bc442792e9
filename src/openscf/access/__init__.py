"""Who is let in: sessions of people, keys of programs, proof for money, and the time of sandboxes.

What somebody may do once he is in is not judged here but by `openscf.parties` (the table of roles) and by row security.
"""

from openscf.access.model import ApiKey, ApiKeyId, Handed, Invitation, InvitationId, KeyScope, Session, SessionId
from openscf.access.provider import Fetch, Provider
from openscf.access.rules import (
    IDLE,
    INVITATION_NOT_VALID,
    INVITED_FOR,
    KEY_TOO_NARROW,
    LONGEST_KEY,
    NO_SANDBOX,
    NOT_SIGNED_IN,
    STEP_UP_NEEDED,
    WHOLE,
    stepped_up,
)
from openscf.access.service.invitations import Invited, NewUser, accept_invitation, invitation_token, invite
from openscf.access.service.keys import key_of, key_token, keys_of, make_key, revoke_key
from openscf.access.service.oidc import finish as finish_oidc
from openscf.access.service.oidc import link_subject
from openscf.access.service.oidc import start as start_oidc
from openscf.access.service.sandboxes import ShiftedClock, advance_time, ahead_of, in_its_time, open_sandbox
from openscf.access.service.sessions import (
    SIGNED_IN,
    Credentials,
    Gate,
    act_for,
    enter_sandbox,
    login_of,
    session_of,
    sign_in,
    sign_out,
    step_up,
)
from openscf.access.tokens import SECRET_BYTES, Presented, Secret, TokenKind, make_token, read_token

__all__ = [
    "IDLE",
    "INVITATION_NOT_VALID",
    "INVITED_FOR",
    "KEY_TOO_NARROW",
    "LONGEST_KEY",
    "NOT_SIGNED_IN",
    "NO_SANDBOX",
    "SECRET_BYTES",
    "SIGNED_IN",
    "STEP_UP_NEEDED",
    "WHOLE",
    "ApiKey",
    "ApiKeyId",
    "Credentials",
    "Fetch",
    "Gate",
    "Handed",
    "Invitation",
    "InvitationId",
    "Invited",
    "KeyScope",
    "NewUser",
    "Presented",
    "Provider",
    "Secret",
    "Session",
    "SessionId",
    "ShiftedClock",
    "TokenKind",
    "accept_invitation",
    "act_for",
    "advance_time",
    "ahead_of",
    "enter_sandbox",
    "finish_oidc",
    "in_its_time",
    "invitation_token",
    "invite",
    "key_of",
    "key_token",
    "keys_of",
    "link_subject",
    "login_of",
    "make_key",
    "make_token",
    "open_sandbox",
    "read_token",
    "revoke_key",
    "session_of",
    "sign_in",
    "sign_out",
    "start_oidc",
    "step_up",
    "stepped_up",
]
