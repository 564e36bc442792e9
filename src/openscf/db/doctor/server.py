"""Checks of the server: its age, the settings that keep committed money, and who may do what by role."""

from collections.abc import Iterator

from openscf.db.database import DURABLE
from openscf.db.doctor.model import Finding, Patient, Status, judged
from openscf.db.endpoints import APP, LOGIN_ROLES, MEMBER, OWNER, READ, SEAL

POWERS = ("rolsuper", "rolbypassrls", "rolcreaterole", "rolcreatedb", "rolreplication")
OLDEST = 150000  # server_version_num


def version(patient: Patient) -> Iterator[Finding]:
    """The server is one that the SQL is written for."""
    number, text = patient.ask("SELECT current_setting('server_version_num')::int, current_setting('server_version')")[
        0
    ]
    yield judged(
        "server_version",
        [] if number >= OLDEST else [text],
        good=(f"PostgreSQL {text}.", f"PostgreSQL {text}。"),
        ill=("PostgreSQL {bad} is older than 15.", "PostgreSQL {bad} 低于 15。"),
        fix=("Upgrade the server.", "请升级数据库服务器。"),
    )


def durability(patient: Patient) -> Iterator[Finding]:
    """Committed means kept: each setting by name, for every role, since a role or a database may have its own."""
    bad = []
    for setting, wanted in DURABLE.items():
        value = patient.ask("SELECT current_setting(%s)", [setting])[0][0]
        if value not in (wanted if isinstance(wanted, tuple) else (wanted,)):
            bad.append(f"{setting} = {value}")
    names = list(DURABLE)
    own = patient.ask(
        """SELECT coalesce(d.datname, '*'), coalesce(r.rolname, '*'), entry FROM pg_db_role_setting s
           LEFT JOIN pg_roles r ON r.oid = s.setrole LEFT JOIN pg_database d ON d.oid = s.setdatabase,
           unnest(s.setconfig) AS entry
           WHERE split_part(entry, '=', 1) = ANY(%s) AND (s.setdatabase = 0 OR d.datname = current_database())
             AND split_part(entry, '=', 2) NOT IN ('on', 'remote_apply', 'remote_write')""",
        [names],
    )
    bad += [f"{entry} (database {name}, role {role})" for name, role, entry in own]
    yield judged(
        "durability",
        bad,
        good=("Committed data survives a power cut.", "已提交的数据可经受断电。"),
        ill=("Committed money may be lost or spoilt: {bad}.", "已提交的资金记录可能丢失或损坏：{bad}。"),
        fix=(
            "Set each of them back (postgresql.conf, ALTER SYSTEM, ALTER ROLE or ALTER DATABASE … RESET); "
            "data_checksums are enabled with pg_checksums while the server is down.",
            "请恢复上述设置（postgresql.conf、ALTER SYSTEM、ALTER ROLE 或 ALTER DATABASE … RESET）；"
            "data_checksums 需停库后用 pg_checksums 启用。",
        ),
    )


def role_powers(patient: Patient) -> Iterator[Finding]:
    """None of the program's roles stands above row security, and none inherits one that does."""
    roles = [*LOGIN_ROLES, MEMBER]
    columns = ", ".join(POWERS)
    found = patient.ask(f"SELECT rolname, {columns} FROM pg_roles WHERE rolname = ANY(%s)", [roles])
    bad = [f"{row[0]}: {name[3:]}" for row in found for name, has in zip(POWERS, row[1:], strict=True) if has]
    bad += [f"{role} is missing" for role in roles if role not in {row[0] for row in found}]
    strangers = patient.ask(
        """SELECT m.rolname, g.rolname FROM pg_roles m JOIN pg_roles g ON pg_has_role(m.oid, g.oid, 'MEMBER')
           WHERE m.rolname = ANY(%s) AND NOT m.rolsuper AND m.oid <> g.oid
             AND g.rolname NOT IN (%s, 'pg_database_owner') ORDER BY 1, 2""",
        [[APP, SEAL, READ, MEMBER], MEMBER],
    )
    bad += [f"{member} may act as {group}" for member, group in strangers]
    yield judged(
        "role_powers",
        bad,
        good=("The program's roles have no more than they need.", "程序所用角色均无多余权限。"),
        ill=("Roles stand above row security or are missing: {bad}.", "角色可绕过行级安全或缺失：{bad}。"),
        fix=(
            "Take the power away (ALTER ROLE … NOSUPERUSER NOBYPASSRLS …, REVOKE … FROM …).",
            "请收回权限（ALTER ROLE … NOSUPERUSER NOBYPASSRLS …，REVOKE … FROM …）。",
        ),
    )


def ownership(patient: Patient) -> Iterator[Finding]:
    """Only the owner role owns what is in our schemas: an owner may change its own table's policies."""
    rows = patient.ask(
        """SELECT n.nspname || '.' || c.relname, pg_get_userbyid(c.relowner) FROM pg_class c
           JOIN pg_namespace n ON n.oid = c.relnamespace
           WHERE c.relkind IN ('r', 'p', 'v', 'm') AND pg_get_userbyid(c.relowner) <> %s
             AND n.nspname NOT LIKE 'pg\\_%%' AND n.nspname <> 'information_schema' ORDER BY 1""",
        [OWNER],
    )
    yield judged(
        "ownership",
        [f"{table} of {owner}" for table, owner in rows],
        good=("All tables belong to the owner role.", "所有表均属于 owner 角色。"),
        ill=("Tables belong to another role than openscf_owner: {bad}.", "以下表不属于 openscf_owner：{bad}。"),
        fix=("ALTER TABLE … OWNER TO openscf_owner.", "执行 ALTER TABLE … OWNER TO openscf_owner。"),
    )


def archive(patient: Patient) -> Iterator[Finding]:
    """The log archive works, if it is on; whether a backup exists is asked in the home."""
    failed, last_failed, last_archived = patient.ask(
        "SELECT failed_count, last_failed_time, last_archived_time FROM pg_stat_archiver"
    )[0]
    stuck = bool(failed) and last_failed is not None and (last_archived is None or last_failed > last_archived)
    if not stuck:
        yield Finding(
            "log_archive", Status.OK, "The log archive has no failure outstanding.", "日志归档无未处理的失败。"
        )
        return
    yield Finding(
        "log_archive",
        Status.WARNING,
        f"The last attempt to archive the log failed at {last_failed:%Y-%m-%d %H:%M:%S} UTC.",
        f"最近一次日志归档在 {last_failed:%Y-%m-%d %H:%M:%S} UTC 失败。",
        "Look at free disk space and at the server's messages; the log grows until the archive works again.",
        "请检查磁盘空间和服务器日志；归档恢复前日志会持续增长。",
    )
