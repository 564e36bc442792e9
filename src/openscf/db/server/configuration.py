"""The embedded server's settings, each written out: what is not said here is left at PostgreSQL's default.

The owner's own wishes go into `etc/local.conf`, which is read last; unsafe ones are refused when the platform opens.
"""

import os
import shlex
from pathlib import Path

from openscf.db.server.home import PORT, Home

ARCHIVE_SCRIPT = """#!/bin/sh
# Keep one segment of the write-ahead log: never over another content, all or nothing, and durable before we say so.
set -eu
from=$1 folder=$2 to=$2/$3
if [ -e "$to" ]; then
    cmp -s "$from" "$to"
else
    sum=$(sha256sum < "$from")
    printf '%s\n' "$sum" > "$to.sha256"
    sync "$to.sha256"
    dd if="$from" of="$to.part" bs=1M conv=fsync status=none
    mv "$to.part" "$to"
fi
sync "$folder"
"""
_MIB = 1 << 20
_ARCHIVING = "archiving"


def archiving(home: Home) -> bool:
    """Whether the log is archived: from the first backup on; with none to start from, an archive is only cost."""
    return (home.state / _ARCHIVING).exists()


def mark_archiving(home: Home) -> None:
    """From now on the log is archived; takes effect with the next `write_configuration` and reload."""
    home.write_mark(_ARCHIVING, "")


def write_configuration(home: Home, *, recovery: str = "") -> None:
    """Write the settings files and the archive script of `home`.

    Args:
        home: The home.
        recovery: Further lines, used while a backup is being rolled forward.
    """
    _write(home.etc / "archive.sh", ARCHIVE_SCRIPT)
    _write(home.etc / "pg_hba.conf", "local all all scram-sha-256\nlocal replication postgres scram-sha-256\n")
    _write(home.etc / "postgresql.conf", settings_text(home, memory_bytes()) + recovery)


def settings_text(home: Home, memory: int) -> str:
    """The text of `postgresql.conf` for a machine with `memory` bytes."""
    settings = _places(home) | _safety() | _sizes(memory) | _log(home) | _archive(home)
    lines = [f"{name} = {value}" for name, value in settings.items()]
    return "\n".join([*lines, f"include_if_exists = {quoted(home.etc / 'local.conf')}", ""])


def _places(home: Home) -> dict[str, str]:
    return {
        "listen_addresses": "''",  # no TCP: the socket lies in a folder that only the account and root may enter
        "port": str(PORT),
        "unix_socket_directories": quoted(home.run),
        "unix_socket_permissions": "0700",
        "hba_file": quoted(home.etc / "pg_hba.conf"),
        "password_encryption": "'scram-sha-256'",
        "timezone": "'UTC'",
        "log_timezone": "'UTC'",
        "datestyle": "'iso, ymd'",
        "lc_messages": "'C'",
        "default_text_search_config": "'pg_catalog.simple'",
    }


def _safety() -> dict[str, str]:
    return {
        "fsync": "on",
        "synchronous_commit": "on",
        "full_page_writes": "on",
        "wal_level": "replica",
        "row_security": "on",
        "idle_in_transaction_session_timeout": "'5min'",  # a client that fell asleep holds no locks for ever
    }


def _sizes(memory: int) -> dict[str, str]:
    buffers = min(max(memory // 8, 64 * _MIB), 512 * _MIB) // _MIB
    return {
        "max_connections": "200",
        "shared_buffers": f"{buffers}MB",
        "effective_cache_size": f"{max(memory // 2, 256 * _MIB) // _MIB}MB",
        "work_mem": "8MB",
        "maintenance_work_mem": "64MB",
        "wal_buffers": "16MB",
        "min_wal_size": "256MB",
        "max_wal_size": "2GB",
        "checkpoint_timeout": "10min",
        "checkpoint_completion_target": "0.9",
        "random_page_cost": "1.1",
        "autovacuum_naptime": "'15s'",  # a young book grows fast, and old statistics mislead plans
        "autovacuum_analyze_scale_factor": "0.05",
        "jit": "off",  # the statements are short; compiling them costs more than it saves
    }


def _log(home: Home) -> dict[str, str]:
    # A week of messages, without statements and their values: they would carry personal data into a plain file.
    return {
        "logging_collector": "on",
        "log_directory": quoted(home.log),
        "log_filename": "'postgres-%a.log'",
        "log_truncate_on_rotation": "on",
        "log_rotation_age": "'1d'",
        "log_rotation_size": "0",
        "log_line_prefix": "'%m [%p] %q%u@%d '",
        "log_min_error_statement": "panic",
        "log_error_verbosity": "terse",
        "log_parameter_max_length": "0",
        "log_parameter_max_length_on_error": "0",
        "log_checkpoints": "off",
    }


def _archive(home: Home) -> dict[str, str]:
    script, folder = (shlex.quote(str(path)) for path in (home.etc / "archive.sh", home.archive))
    command = f'/bin/sh {script} "%p" {folder} "%f"' if archiving(home) else "/bin/true"
    return {
        "archive_mode": "on",  # changing it needs a restart, changing the command does not
        "archive_command": quoted(command),
        "archive_timeout": "300" if archiving(home) else "0",  # seconds of work at risk if the data's disk is lost
        "max_wal_senders": "10",
    }


def quoted(value: object) -> str:
    """A value as a quoted string of `postgresql.conf`."""
    return "'" + str(value).replace("'", "''") + "'"


def memory_bytes() -> int:
    """Memory of this machine in bytes."""
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")


def _write(path: Path, text: str) -> None:
    part = path.with_name(f".{path.name}.part")
    part.write_text(text, encoding="utf-8")
    part.chmod(0o644)
    part.replace(path)
