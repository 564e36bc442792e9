"""A process that has loaded the program, and whose children die: each is a process of its own but for the loading.

Loading took three quarters of the time of a crash. The mother opens nothing and has one thread, so a child begins as a
fresh process does; that a fail point is also armed by the environment is tested in `unit/db/test_failpoints.py`.
"""

import contextlib
import importlib
import json
import os
import select
import signal
import subprocess
import sys
import tempfile
import threading
import traceback
from dataclasses import dataclass
from pathlib import Path

PATIENCE_S = 120  # for a process that hangs; a whole run takes about a second


@dataclass(frozen=True)
class Death:
    """How a child ended: its exit status, or minus the signal; and what it said last."""

    returncode: int
    stderr: str


class Mother:
    """Starts the process; call it to have a child run a workload and die."""

    def __init__(self) -> None:
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
        self._process = subprocess.Popen(
            [sys.executable, "-m", __name__], env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            start_new_session=True,
        )  # fmt: skip

    def __call__(self, place: str, failpoint: str, told: str) -> Death:
        """Run the workload at `place` with fail points armed.

        Raises:
            AssertionError: It hangs, or the mother herself is gone.
        """
        asked, answers = self._process.stdin, self._process.stdout
        assert asked is not None
        assert answers is not None
        with tempfile.TemporaryDirectory() as folder:
            said = Path(folder) / "stderr"
            asked.write(json.dumps([place, failpoint, told, str(said)]).encode() + b"\n")
            asked.flush()
            if not select.select([answers], [], [], PATIENCE_S)[0]:
                os.killpg(self._process.pid, signal.SIGKILL)  # with the child, which holds connections
                raise AssertionError(f"{place} hangs at {failpoint}")
            status = answers.readline()
            assert status, "the process that starts the others is gone"
            return Death(int(status), said.read_text(encoding="utf-8", errors="replace"))

    def close(self) -> None:
        """End it."""
        with contextlib.suppress(BrokenPipeError):
            self._process.communicate(timeout=5)


def main() -> None:
    """Have a child for each line that comes in; answer how it ended."""
    for line in sys.stdin.buffer:
        place, failpoint, told, said = json.loads(line)
        importlib.import_module(place.partition(":")[0])
        assert threading.active_count() == 1, "a child would lack the other threads"
        child = os.fork()
        if child == 0:
            _live(place, failpoint, told, said)
        sys.stdout.write(f"{os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])}\n")
        sys.stdout.flush()


def _live(place: str, failpoint: str, told: str, said: str) -> None:
    from openscf.db.failpoints import armed
    from tests.suites.crash.harness import run_told

    os.dup2(os.open(said, os.O_WRONLY | os.O_CREAT), 2)
    try:
        with armed(failpoint):
            run_told(place, told)
    except BaseException:  # a child must not return into its mother, whatever happened
        os.write(2, traceback.format_exc().encode())
        os._exit(1)
    os._exit(0)


if __name__ == "__main__":
    main()
