"""Accounts to sign in with: several may belong to one natural person, and he stays one person."""

from openscf.db.unit_of_work import UnitOfWork
from openscf.kernel.errors import Where, refusal
from openscf.kernel.ids import PartyId, PersonId
from openscf.parties import credentials
from openscf.parties.model import Login, LoginId, Permission
from openscf.parties.personal import Cleartext, PersonalKind
from openscf.parties.rules.access import PERSON_NOT_FOUND, PERSON_REVOKED, Asked
from openscf.parties.rules.dates import business_date
from openscf.parties.service.access import SYSTEM_ACTOR, acting_person, authorise, may
from openscf.parties.store import people as store
from openscf.parties.vault import Place, Vault

LOGIN_NAME_TAKEN = refusal(
    "login_name_taken",
    en="This login name is taken.",
    zh="该登录名已被使用。",
    fix_en="Choose another.",
    fix_zh="请更换登录名。",
    status=409,
)
BAD_LOGIN_NAME = refusal(
    "bad_login_name",
    en="{field}: a login name has 3 to 100 characters without spaces.",
    zh="{field}：登录名应为 3 至 100 个字符，不含空格。",
    fix_en="Take a mobile number, an e-mail address or a word.",
    fix_zh="可使用手机号、邮箱或自定义名称。",
)
WRONG_CREDENTIALS = refusal(
    "wrong_credentials",
    en="Login name, password or one-time code is wrong.",
    zh="登录名、密码或动态验证码有误。",
    fix_en="Try again, or let your administrator reset them.",
    fix_zh="请重试，或请管理员重置。",
    status=401,
)

SIGNS_IN_ALREADY = refusal(
    "signs_in_already",
    en="This person has an account already, or acts for another enterprise: the account is its own, not yours to give.",
    zh="该人员已有登录账号，或已代表其他企业：其账号由本人所有，不能由贵企业另设。",
    fix_en="Appoint the person: it finds your enterprise when it signs in. Without an account, ask the operator.",
    fix_zh="直接任命即可，其登录后可切换至贵企业；如尚无账号，请联系平台运营方。",
    status=409,
)


def add_login(
    work: UnitOfWork, person: PersonId, name: Cleartext, *, password: Cleartext, vault: Vault,
    party: PartyId | None = None,
) -> Login:  # fmt: skip
    """Give a person an account to sign in with.

    On behalf of an enterprise only to one who has none yet and acts for nobody else: whoever holds a person's account
    acts for all the person's enterprises, so a rival who knows a name and a document number must not be handed one.

    Args:
        work: The transaction.
        person: Who.
        name: The login name.
        password: The first password.
        vault: Seals the name.
        party: On behalf of which enterprise; None for the house.

    Raises:
        Refusal: `person_not_found`, `person_revoked`, `signs_in_already`, `bad_login_name`, `weak_password`,
            `login_name_taken`.
    """
    authorise(work, Permission.ENROL_PERSON, party)
    owner = store.get(work, person, lock=True)
    if owner is None:
        raise PERSON_NOT_FOUND(person=str(person))
    if not owner.active:
        raise PERSON_REVOKED(person=str(person))
    if party is not None:
        _check_own(work, person, party)
    clear = _checked_name(name)
    credentials.check_strength(password.expose(), clear.expose())
    login = work.ids.new(LoginId)
    hashed = credentials.hash_password(password.expose(), vault.token(credentials.SALT_BYTES))
    mark = vault.fingerprint(work.context.tenant, clear)
    sealed = vault.seal(clear, Place(work.context.tenant, login, "login_name"))
    row = store.LoginRow(login, person, True, hashed, None, None, True)
    if not store.insert_login(work, row, name_fingerprint=mark, name_sealed=sealed):
        raise LOGIN_NAME_TAKEN()
    work.audit("parties.add_login", str(person), {"login": login})
    return _shown(row)


def owner_of_login(work: UnitOfWork, login: LoginId) -> PersonId | None:
    """The person whom an active login belongs to; for capabilities, not for doors."""
    row = store.login(work, login)
    return row.person if row is not None and row.active else None


def set_password(work: UnitOfWork, login: LoginId, *, password: Cleartext, vault: Vault) -> None:
    """Give a login a new password.

    Raises:
        Refusal: `wrong_credentials` (no such login) or `weak_password`.
    """
    authorise(work, Permission.ENROL_PERSON, None)
    row = _found(work, login)
    credentials.check_strength(password.expose(), "")
    store.set_password(work, login, credentials.hash_password(password.expose(), vault.token(credentials.SALT_BYTES)))
    work.audit("parties.set_password", str(row.person), {"login": login})


def enrol_totp(work: UnitOfWork, login: LoginId, *, vault: Vault) -> Cleartext:
    """Give a login a second factor; the answer is its secret, to be shown once (`expose` gives base32).

    Its owner may, and the house.

    Raises:
        Refusal: `wrong_credentials`, if there is no such login.
    """
    row = _found(work, login)
    if not _is_owner(work, row):
        authorise(work, Permission.ENROL_PERSON, None)
    secret = Cleartext(PersonalKind.SECRET, vault.token(credentials.TOTP_SECRET_BYTES).hex())
    store.set_totp(work, login, sealed=vault.seal(secret, _totp_place(work, login)), last_step=None)
    work.audit("parties.enrol_totp", str(row.person), {"login": login})
    return Cleartext(PersonalKind.SECRET, credentials.base32(bytes.fromhex(secret.expose())))


def own_totp_secret(work: UnitOfWork, login: LoginId, *, vault: Vault) -> Cleartext:
    """The secret of one's own second factor, in base32, to be shown when it has just been enrolled.

    Raises:
        Refusal: `wrong_credentials` for another's login and for one without a second factor.
    """
    row = _found(work, login)
    if row.totp_sealed is None or not _is_owner(work, row):
        raise WRONG_CREDENTIALS()
    secret = vault.open(row.totp_sealed, _totp_place(work, login))
    return Cleartext(PersonalKind.SECRET, credentials.base32(bytes.fromhex(secret)))


def reset_totp(work: UnitOfWork, person: PersonId, *, reason: str) -> int:
    """Take the second factor from all logins of a person who has lost it; on how many there was one.

    Raises:
        Refusal: `person_not_found`; `not_allowed` for all but the house, and for oneself.
    """
    authorise(work, Permission.REVOKE_PERSON, None, about=person)
    if store.get(work, person, lock=True) is None:
        raise PERSON_NOT_FOUND(person=str(person))
    found = [login for login, _, has_totp in store.logins_of(work, person) if has_totp]
    for login in found:
        store.set_totp(work, login, sealed=None, last_step=None)
    work.audit("parties.reset_totp", str(person), {"logins": found, "reason": reason})
    return len(found)


def logins_of(work: UnitOfWork, person: PersonId) -> list[Login]:
    """The accounts of a person, oldest first; for doors that show who can come in."""
    return [
        Login(id=login, person=person, active=opens, has_totp=has_totp)
        for login, opens, has_totp in store.logins_of(work, person)
    ]


def check_password(work: UnitOfWork, name: Cleartext, *, password: Cleartext, vault: Vault) -> Login:
    """The login that this name and password belong to.

    A name that nobody has takes as long as a wrong password and is refused in the same words.

    Raises:
        Refusal: `wrong_credentials`.
    """
    mark = vault.fingerprint(work.context.tenant, _folded(name))
    row = store.login_by_name(work, mark)
    fits = credentials.password_fits(password.expose(), None if row is None else row.password_hash)
    if row is None or not fits or not row.active or not row.person_active:
        raise WRONG_CREDENTIALS()
    return _shown(row)


def check_totp(work: UnitOfWork, login: LoginId, code: str, *, vault: Vault) -> None:
    """Accept a one-time code, once.

    Raises:
        Refusal: `wrong_credentials`: wrong, late, spent, or no second factor is enrolled.
    """
    row = _found(work, login)
    if row.totp_sealed is None or not row.active or not row.person_active:
        raise WRONG_CREDENTIALS()
    secret = bytes.fromhex(vault.open(row.totp_sealed, _totp_place(work, login)))
    step = credentials.fitting_step(secret, code, work.at, spent=row.totp_last_step)
    if step is None:
        raise WRONG_CREDENTIALS()
    store.set_totp(work, login, sealed=row.totp_sealed, last_step=step)


def _check_own(work: UnitOfWork, person: PersonId, party: PartyId) -> None:
    elsewhere = any(held.party != party for held in store.appointments(work, person))
    of_house = may(work, acting_person(work), Asked(Permission.ENROL_PERSON, None, business_date(work.at)))
    if store.logins_of(work, person) or (elsewhere and not of_house):
        raise SIGNS_IN_ALREADY()


def _is_owner(work: UnitOfWork, row: store.LoginRow) -> bool:
    return not work.context.actor.startswith(SYSTEM_ACTOR) and acting_person(work) == row.person


def _checked_name(name: Cleartext) -> Cleartext:
    folded = _folded(name)
    text = folded.expose()
    if not 3 <= len(text) <= 100 or any(letter.isspace() or not letter.isprintable() for letter in text):
        raise BAD_LOGIN_NAME(field="login_name", where=Where(field="login_name"))
    return folded


def _folded(name: Cleartext) -> Cleartext:
    return Cleartext(PersonalKind.LOGIN, name.expose().strip().casefold())


def _found(work: UnitOfWork, login: LoginId) -> store.LoginRow:
    row = store.login(work, login)
    if row is None:
        raise WRONG_CREDENTIALS()
    return row


def _totp_place(work: UnitOfWork, login: LoginId) -> Place:
    return Place(work.context.tenant, login, "totp")


def _shown(row: store.LoginRow) -> Login:
    return Login(
        id=row.id, person=row.person, active=row.active and row.person_active, has_totp=row.totp_sealed is not None
    )
