"""`openscf serve`: the API and the screens."""

import contextlib
import fcntl
import os
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from openscf.cli.common import UNAVAILABLE, fail, say

TARGET = "openscf.asgi:create"  # by name: the doors do not import each other, and each worker process makes its own
LAST_S = 30  # requests under way have so long to end when the server is told to stop


def command(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on.", min=1, max=65535)] = 8470,
    workers: Annotated[int, typer.Option(help="Server processes.", min=1, max=64)] = 1,
    certificate: Annotated[Path | None, typer.Option(help="PEM file: serve HTTPS with this certificate.")] = None,
    private_key: Annotated[Path | None, typer.Option(help="PEM file: the certificate's key.")] = None,
) -> None:
    """Serve the API and the screens until told to stop (SIGTERM, Ctrl-C); requests under way are finished first.

    Health is at /healthz, meters at /metrics, the description at /openapi.json. Behind a proxy, let it listen on
    127.0.0.1 and let the proxy speak HTTPS.
    """
    from openscf.db.settings import Settings  # noqa: PLC0415

    settings = Settings.from_environment()
    with _alone(settings.home, host, port):
        typer.echo(say(f"openscf serves http://{host}:{port}", f"openscf 服务地址：http://{host}:{port}"), err=True)
        _run(host, port, workers=workers, tls=(certificate, private_key))


def _run(host: str, port: int, *, workers: int, tls: tuple[Path | None, Path | None]) -> None:
    from granian import Granian  # noqa: PLC0415
    from granian.constants import Interfaces  # noqa: PLC0415
    from granian.log import LogLevels  # noqa: PLC0415

    certificate, private_key = tls
    Granian(
        TARGET, address=host, port=port, interface=Interfaces.ASGI, workers=workers, factory=True, websockets=False,
        respawn_failed_workers=True, workers_kill_timeout=LAST_S, ssl_cert=certificate, ssl_key=private_key,
        log_level=LogLevels.warning,
    ).serve()  # fmt: skip


@contextlib.contextmanager
def _alone(home: Path, host: str, port: int) -> Iterator[None]:
    """Refuse a port that somebody serves already: the kernel would share it between both in silence."""
    home.mkdir(parents=True, exist_ok=True)
    path = home / f"serve-{port}.lock"
    with os.fdopen(os.open(path, os.O_CREAT | os.O_RDWR, 0o600), "r+") as lock, socket.socket() as probe:
        taken = f"{host}:{port}"
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, port))
        except OSError as error:
            sentence = say(f"Can't listen on {taken}: {error.strerror}", f"无法监听 {taken}：{error.strerror}")
            fail(sentence, code=UNAVAILABLE, as_json=False, name="port_taken")
        probe.close()
        yield
