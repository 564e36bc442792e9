"""`openscf worker`: what goes on beside the requests, in a process of its own."""

import signal
import threading

import typer

from openscf.cli.common import open_platform, say


def command() -> None:
    """Take messages outside (the bank, webhooks), ask for their answers and seal the audit log, until told to stop.

    Once a day was ended all firms are judged anew as of it, as by `openscf credit refresh`. `openscf serve` does all of
    this by itself; with several machines set OPENSCF_BACKGROUND=0 for the servers and run this.
    """
    from openscf.portal import Background, House  # noqa: PLC0415

    stopped = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopped.set())
    with open_platform() as platform, Background(House(platform)):
        typer.echo(say("openscf worker is at work", "openscf worker 已启动"), err=True)
        stopped.wait()
