"""How long a session, a proof and a key last, and how often somebody may try. Pure."""

import datetime as dt
from typing import Final

from openscf.access.model import ApiKey, Session
from openscf.kernel.errors import refusal

IDLE: Final = dt.timedelta(minutes=30)  # OWASP ASVS 5.0, 7.3.1: a session ends after inactivity
WHOLE: Final = dt.timedelta(hours=12)  # and, 7.3.2, after a time whatever happens
STEP_UP: Final = dt.timedelta(minutes=5)
SEEN_EVERY: Final = dt.timedelta(minutes=1)  # a look at a page is no reason to write a row each time
LONGEST_KEY: Final = dt.timedelta(days=366)
INVITED_FOR: Final = dt.timedelta(days=7)
FREE_TRIES: Final = 5
LONGEST_PAUSE: Final = dt.timedelta(minutes=15)

NOT_SIGNED_IN = refusal(
    "not_signed_in",
    en="You are not signed in, or no longer.",
    zh="您尚未登录，或登录已失效。",
    fix_en="Sign in, or send a valid key as Authorization: Bearer.",
    fix_zh="请登录，或以 Authorization: Bearer 携带有效密钥。",
    status=401,
)
STEP_UP_NEEDED = refusal(
    "step_up_needed",
    en="This moves money or binds your enterprise: prove once more that it is you.",
    zh="该操作涉及资金或对贵企业具有约束力，请再次验证身份。",
    fix_en="Enter your one-time code (your password, if you have none) and send the same again within 5 minutes.",
    fix_zh="请输入动态验证码（未启用时输入密码），并在 5 分钟内重新提交。",
    status=403,
)
TOO_MANY_ATTEMPTS = refusal(
    "too_many_attempts",
    en="Too many failed attempts with this login name; wait {seconds} seconds.",
    zh="该登录名的失败次数过多，请等待 {seconds} 秒。",
    fix_en="Wait, or let your administrator reset your password.",
    fix_zh="请稍候，或请管理员重置密码。",
    status=429,
)
KEY_TOO_NARROW = refusal(
    "key_too_narrow",
    en="This key has the scope {scope}; what you ask needs {needed}.",
    zh="该密钥权限为 {scope}，所请求的操作需要 {needed}。",
    fix_en="Use a key of a wider scope, or do it as a person.",
    fix_zh="请使用权限更高的密钥，或由人员登录办理。",
    status=403,
)
API_KEY_NOT_FOUND = refusal(
    "api_key_not_found",
    en="There is no key {key}, or you may not see it.",
    zh="密钥 {key} 不存在，或您无权查看。",
    fix_en="Look at the list of your keys.",
    fix_zh="请查看密钥列表。",
    status=404,
)
BAD_KEY_TERM = refusal(
    "bad_key_term",
    en="A key lasts from 1 to {most} days, not {days}.",
    zh="密钥有效期为 1 至 {most} 天，不能为 {days} 天。",
    fix_en="Choose a shorter term and replace the key in time.",
    fix_zh="请选择更短的有效期并及时更换。",
)
NOT_APPOINTED = refusal(
    "not_appointed",
    en="You have no role in {party}.",
    zh="您在 {party} 没有任何角色。",
    fix_en="Choose one of your enterprises, or ask its administrator for a role.",
    fix_zh="请选择您所属的企业，或向其管理员申请角色。",
    status=404,
)
NO_SANDBOX = refusal(
    "no_sandbox",
    en="This is a real book: its time can't be moved, and nothing is simulated in it.",
    zh="当前为正式账簿：不能调整时间，也不能进行模拟。",
    fix_en="Use a sandbox and a test key.",
    fix_zh="请使用沙箱环境及测试密钥。",
    status=409,
)
BAD_ADVANCE = refusal(
    "bad_advance",
    en="Time moves forward by 1 second to {most} days at once.",
    zh="时间每次可前移 1 秒至 {most} 天。",
    fix_en="Send a positive number of seconds or a later date.",
    fix_zh="请提供正的秒数或更晚的日期。",
)


INVITATION_NOT_VALID = refusal(
    "invitation_not_valid",
    en="This invitation is not valid, or no longer: each is good once, for {days} days.",
    zh="邀请无效或已失效：每份邀请仅可使用一次，有效期 {days} 天。",
    fix_en="Ask whoever invited you for a new one.",
    fix_zh="请联系邀请人重新发送。",
    status=404,
)


def lives(session: Session, at: dt.datetime) -> bool:
    """Whether a session still counts: not ended, not idle for long, not too old."""
    return session.ended_at is None and at - session.seen_at < IDLE and at - session.signed_in_at < WHOLE


def stepped_up(session: Session, at: dt.datetime) -> bool:
    """Whether the last proof of a session is fresh enough for money."""
    return session.stepped_up_at is not None and at - session.stepped_up_at < STEP_UP


def valid(key: ApiKey, at: dt.datetime) -> bool:
    """Whether a key still counts."""
    return key.revoked_at is None and at < key.expires_at


def pause(failed_count: int) -> dt.timedelta:
    """How long after the last failure nobody may try this login name: nothing at first, then 2, 4, 8 … seconds.

    A growing pause and not a lock: whoever knows a name must not be able to shut its owner out for good.
    """
    over = failed_count - FREE_TRIES
    return dt.timedelta(0) if over < 0 else min(dt.timedelta(seconds=2 ** min(over + 1, 20)), LONGEST_PAUSE)
