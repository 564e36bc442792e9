"""After the demo: the screens on its books, in the demo's own time, with one-click sign-in as each role."""

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from openscf.cli.common import say

if TYPE_CHECKING:
    from openscf.bootstrap import Platform

PORT = 8470


def serve_screens(platform: "Platform", *, port: int = PORT) -> None:
    """Serve the API and the screens of the demo's book until somebody stops it (Ctrl-C).

    The book becomes a sandbox whose time goes on from where the demo ended; whoever looks at it signs in with a click.
    """
    from openscf import access  # noqa: PLC0415 - commands load the platform only when they run
    from openscf.db import Context  # noqa: PLC0415
    from openscf.db.tenants import tenants  # noqa: PLC0415
    from openscf.kernel.ports import SystemClock  # noqa: PLC0415

    clock = SystemClock()
    tenant = tenants(platform.database)[0]
    ahead = platform.clock.now() - clock.now()
    real = platform.database.on_clock(clock)
    real.run(Context(tenant, "system:demo"), lambda work: access.open_sandbox(work, ahead=ahead))
    home = platform.settings.home
    typer.echo(say(f"Open http://127.0.0.1:{port} and choose who you are; Ctrl-C ends.",
                   f"请打开 http://127.0.0.1:{port} 并选择身份；按 Ctrl-C 结束。"), err=True)  # fmt: skip
    told = os.environ | {"OPENSCF_HOME": str(home), "OPENSCF_DEMO": "1", "OPENSCF_TENANT": str(tenant)}
    words = [str(Path(sys.executable).parent / "openscf"), "serve", "--port", str(port)]
    try:
        subprocess.run(words, env=told, check=False)  # noqa: S603 - our own program
    except KeyboardInterrupt:
        return
