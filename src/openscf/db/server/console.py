"""PostgreSQL's own console on the embedded database, for people who know what they do."""

import os
import subprocess
from collections.abc import Sequence

from openscf.db.endpoints import LOGIN_ROLES
from openscf.db.server.embedded import EmbeddedServer
from openscf.db.server.home import PORT
from openscf.db.server.private import known_passwords, password_file
from openscf.kernel.errors import refusal

NO_CONSOLE = refusal(
    "console_not_available",
    en="There is no role {role} in the database of {home} yet, or no such role at all.",
    zh="{home} 的数据库中尚无角色 {role}，或角色名有误。",
    fix_en="Use owner, app, seal or read; the roles are made when the platform is first opened.",
    fix_zh="可用 owner、app、seal、read；角色在首次打开平台时创建。",
    status=409,
)


def run(server: EmbeddedServer, role: str, arguments: Sequence[str]) -> int:
    """Run psql as one of the login roles until it ends; its exit code.

    Raises:
        Refusal: `console_not_available`, or the server can't be started.
    """
    with server.lease():
        password = known_passwords(server.home.private).get(role)
        if role not in LOGIN_ROLES or password is None:
            raise NO_CONSOLE(role=role, home=server.home.root)
        where = ["-h", str(server.home.run), "-p", str(PORT), "-U", role, "-d", server.settings.database_name]
        with password_file(server.home.private, password) as file:
            environment = {**os.environ, "PGPASSFILE": str(file)}
            command = [server.binaries.program("psql"), *where, *arguments]
            return subprocess.run(command, env=environment, check=False).returncode  # noqa: S603
