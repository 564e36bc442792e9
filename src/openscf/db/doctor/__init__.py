"""`openscf doctor`: is this installation safe to keep money in? Each check has a name, and says what to do.

The checks in `MUST` are also made whenever the platform opens: with one of them unsafe nothing starts.
"""

import contextlib
import datetime as dt
from collections.abc import Iterator

import psycopg

from openscf.db.database import Connection
from openscf.db.doctor import machine, server, tables
from openscf.db.doctor.model import Check, Finding, Patient, Status
from openscf.db.server import endpoints
from openscf.db.settings import Settings
from openscf.kernel.errors import Refusal, refusal

__all__ = ["MUST", "Finding", "Patient", "Status", "examine", "examine_database", "refuse_unsafe"]

MUST: tuple[Check, ...] = (server.version, server.durability, server.role_powers, tables.row_security)
DATABASE: tuple[Check, ...] = (
    *MUST,
    server.ownership,
    tables.views,
    tables.definer_functions,
    tables.append_only,
    tables.strangers,
    tables.revision,
    server.archive,
)
MACHINE: tuple[Check, ...] = (
    machine.private_files,
    machine.embedded_home,
    machine.disk,
    machine.audit_key,
    machine.calendars,
    machine.fonts,
)

UNSAFE = refusal(
    "unsafe_installation",
    en="The platform does not start, because {count} of its safety checks fail: {found}",
    zh="平台未启动：{count} 项安全检查未通过：{found}",
    fix_en="Run `openscf doctor`: it names each of them and says what to do.",
    fix_zh="请运行 openscf doctor 查看每一项及处理办法。",
    status=409,
)


def examine(settings: Settings, now: dt.datetime) -> list[Finding]:
    """Examine the whole installation; a database that can't be reached is a finding, not an error.

    Args:
        settings: What the environment chose.
        now: The instant of the examination.
    """
    found = [finding for check in MACHINE for finding in check(Patient(settings, now))]
    if settings.embedded and not (settings.home / "data").exists():
        text = ("No database has been made yet.", "尚未创建数据库。")
        return [*found, Finding("database", Status.OK, *text)]
    try:
        with _reading(settings) as connection:
            return [*found, *examine_database(Patient(settings, now, connection))]
    except Refusal as refused:
        texts = (refused.sentence("en"), refused.sentence("zh"), refused.remedy("en"), refused.remedy("zh"))
    except psycopg.Error as error:
        texts = (
            f"The database can't be reached: {error}", f"无法连接数据库：{error}",
            "Start the server, and look at its address and passwords.", "请启动数据库，并检查地址与密码。",
        )  # fmt: skip
    return [*found, Finding("database", Status.UNSAFE, *texts)]


def examine_database(patient: Patient, checks: tuple[Check, ...] = DATABASE) -> list[Finding]:
    """The findings of the checks that ask the database."""
    return [finding for check in checks for finding in check(patient)]


def refuse_unsafe(patient: Patient) -> None:
    """Refuse to go on when one of the checks in `MUST` is unsafe.

    Raises:
        Refusal: `unsafe_installation`.
    """
    bad = [finding for finding in examine_database(patient, MUST) if finding.status is Status.UNSAFE]
    if bad:
        raise UNSAFE(count=len(bad), found=" ".join(f"[{finding.name}] {finding.en}" for finding in bad))


@contextlib.contextmanager
def _reading(settings: Settings) -> Iterator[Connection]:
    with endpoints(settings) as ends, psycopg.connect(ends.read, connect_timeout=10) as connection:
        yield connection
