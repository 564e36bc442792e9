"""Checks of the machine and the home: secrets, disk, account, backups, fonts."""

import datetime as dt
import shutil
from collections.abc import Iterator
from pathlib import Path

from openscf.db.audit.keys import key_age_days
from openscf.db.doctor.model import Finding, Patient, Status, judged
from openscf.db.server.backup import backups
from openscf.db.server.home import SOCKET_PATH_BYTES, Home
from openscf.db.server.private import refuse_if_open
from openscf.kernel.calendars import calendar_named
from openscf.kernel.errors import Refusal

GIB = 1 << 30
LITTLE_DISK, NO_DISK = 5 * GIB, 1 * GIB  # a gibibyte is about two minutes of log at full speed
STALE_BACKUP_DAYS = 7
OLD_KEY_DAYS = 365
CALENDARS = ("CN-IB", "CN-SSE")
_FONT_FOLDERS = ("/usr/share/fonts", "/usr/local/share/fonts", "~/.local/share/fonts", "~/.fonts")
_FONT_NAMES = (
    *("wqy", "notosanscjk", "notoserifcjk", "notosanssc", "notoserifsc", "sourcehan", "droidsansfallback", "uming"),
    *("ukai", "simsun", "simhei", "msyh", "pingfang", "fandol", "lxgw"),
)


def private_files(patient: Patient) -> Iterator[Finding]:
    """Passwords and keys can be read by nobody else."""
    folder = patient.settings.private
    if not folder.exists():
        return
    bad = []
    for path in [folder, *sorted(folder.rglob("*"))]:
        if path.suffix == ".pub" or path.name.endswith(".current"):
            continue  # public halves, and the name of the one in use
        try:
            refuse_if_open(path)
        except Refusal as refused:
            bad.append(f"{refused.params['path']} ({refused.params['mode']})")
    yield judged(
        "private_files",
        bad,
        good=("Passwords and keys are closed to other accounts.", "密码与密钥对其他账户不可读。"),
        ill=("Other accounts of this machine can read: {bad}.", "本机其他账户可读取：{bad}。"),
        fix=("`chmod go-rwx` them, and renew them if in doubt.", "执行 chmod go-rwx；如有疑虑请更换。"),
    )


def disk(patient: Patient) -> Iterator[Finding]:
    """There is room for the log: a full disk stops every payment."""
    place = patient.settings.home
    while not place.exists():
        place = place.parent
    free = shutil.disk_usage(place).free
    text = f"{free / GIB:.1f} GiB"
    status = Status.UNSAFE if free < NO_DISK else Status.WARNING if free < LITTLE_DISK else Status.OK
    fix = ("Free some, or move the home.", "请清理磁盘或迁移安装目录。") if status is not Status.OK else ("", "")
    yield Finding("free_disk", status, f"{text} are free at {place}.", f"{place} 剩余 {text}。", *fix)


def embedded_home(patient: Patient) -> Iterator[Finding]:
    """The embedded server has a home it can work in, and an account of its own."""
    if not patient.settings.embedded:
        return
    try:
        home = Home.of(patient.settings)
    except Refusal as refused:
        yield Finding(
            refused.code, Status.UNSAFE, *(refused.sentence("en"), refused.sentence("zh")),
            *(refused.remedy("en"), refused.remedy("zh")),
        )  # fmt: skip
        return
    used = len(str(home.socket).encode())
    yield Finding(
        "socket_path",
        Status.OK,
        f"The socket's path has {used} of {SOCKET_PATH_BYTES} bytes.",
        f"套接字路径 {used} 字节（上限 {SOCKET_PATH_BYTES}）。",
    )
    shared = home.account.name in ("nobody", "nogroup", "daemon")
    yield Finding(
        "server_account",
        Status.WARNING if shared else Status.OK,
        f"The server runs as {home.account.name}"
        + (", which other programs use too: they could reach its files." if shared else "."),
        f"数据库以账户 {home.account.name} 运行" + ("，其他程序也使用该账户，可能接触其文件。" if shared else "。"),
        *(("Make an account `openscf` for it alone.", "请为其单独建立账户 openscf。") if shared else ("", "")),
    )
    yield _backup(patient, home)


def _backup(patient: Patient, home: Home) -> Finding:
    try:
        found = backups(home.backups)
    except (OSError, Refusal) as error:
        fix = ("Remove or repair it.", "请移除或修复。")
        return Finding("backup", Status.WARNING, f"A backup can't be read: {error}", f"备份无法读取：{error}", *fix)
    if found and (patient.now - found[-1].finished_at).days < STALE_BACKUP_DAYS:
        at = f"{found[-1].finished_at:%Y-%m-%d %H:%M} UTC"
        return Finding("backup", Status.OK, f"The newest backup is of {at}.", f"最近备份时间 {at}。")
    return Finding(
        "backup",
        Status.WARNING,
        f"There is no backup of the last {STALE_BACKUP_DAYS} days in {home.backups}.",
        f"{home.backups} 中没有最近 {STALE_BACKUP_DAYS} 天内的备份。",
        "Run `openscf db backup` daily, and copy the home's backups and archive to another machine.",
        "请每日运行 openscf db backup，并将 backups 与 archive 复制到另一台机器。",
    )


def fonts(_: Patient) -> Iterator[Finding]:
    """Documents in Chinese need a font that has the characters; none comes with any package of ours."""
    found = next((path for folder in _FONT_FOLDERS for path in _fonts(Path(folder).expanduser())), None)
    if found is not None:
        yield Finding("fonts", Status.OK, f"There is a Chinese font: {found.name}.", f"已有中文字体：{found.name}。")
        return
    yield Finding(
        "fonts",
        Status.WARNING,
        "There is no Chinese font: notices, statements and other documents can't be made, screenshots will show boxes.",
        "未找到中文字体：无法制作通知书、结算单等文件，截图将显示为方框。",
        "On Debian: apt-get install fonts-wqy-microhei.",
        "Debian 系统请执行：apt-get install fonts-wqy-microhei。",
    )


def _fonts(folder: Path) -> Iterator[Path]:
    for path in folder.rglob("*"):
        name = path.name.lower().replace("-", "").replace("_", "")
        if path.suffix.lower() in (".ttf", ".ttc", ".otf") and any(
            part.replace("*", "") in name for part in _FONT_NAMES
        ):
            yield path


def calendars(patient: Patient) -> Iterator[Finding]:
    """Business days of the next twelve months are known, and which of them only provisionally."""
    today = patient.now.date()
    days = [today + dt.timedelta(days=ahead) for ahead in range(366)]
    for code in CALENDARS:
        name = f"calendar_{code.lower().replace('-', '_')}"
        try:
            calendar = calendar_named(code)
            open_question = next((on for on in days if not calendar.day(on).is_gazetted), None)
        except Refusal as refused:
            fix = ("Install a newer version of openscf.", "请安装更新版本的 openscf。")
            yield Finding(name, Status.UNSAFE, refused.sentence("en"), refused.sentence("zh"), *fix)
            continue
        if open_question is None:
            yield Finding(name, Status.OK, f"{code} is published for the next year.", f"{code} 未来一年均已公布。")
            continue
        yield Finding(
            name,
            Status.WARNING,
            f"{code} is provisional from {open_question}: the notice for that year may still move holidays.",
            f"{code} 自 {open_question} 起为暂定：当年放假通知仍可能调整。",
            "Due dates after it are marked provisional; update openscf when the State Council's notice is out.",
            "其后的到期日标记为暂定；国务院通知发布后请更新 openscf。",
        )


def audit_key(patient: Patient) -> Iterator[Finding]:
    """The key that signs the audit log is readable by us only, and not too old."""
    try:
        age = key_age_days(patient.settings.audit_keys, patient.now)
    except Refusal as refused:
        texts = (refused.sentence("en"), refused.sentence("zh"), refused.remedy("en"), refused.remedy("zh"))
        yield Finding("audit_key", Status.UNSAFE, *texts)
        return
    if age is None:
        yield Finding(
            "audit_key", Status.OK, "No audit key yet: it is made at the first seal.", "尚无审计密钥，首次封存时生成。"
        )
        return
    old = age > OLD_KEY_DAYS
    fix = ("Rotate it: `openscf audit rotate-key`.", "请更换：openscf audit rotate-key。") if old else ("", "")
    yield Finding(
        "audit_key",
        Status.WARNING if old else Status.OK,
        f"The audit key is {age} days old.",
        f"审计密钥已使用 {age} 天。",
        *fix,
    )
