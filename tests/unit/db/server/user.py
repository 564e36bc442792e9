"""A program that uses the embedded server: says who it is and which server it found, then stays until told to go.

python user.py HOME [WHEEL]
"""

import sys
from pathlib import Path

from openscf.db.server import EmbeddedServer
from openscf.db.settings import DEFAULT_WHEEL, Settings

settings = Settings(home=Path(sys.argv[1]), pg_wheel=sys.argv[2] if len(sys.argv) > 2 else DEFAULT_WHEEL)
server = EmbeddedServer(settings)
with server.lease():
    sys.stdout.write(f"{server.status().pid} {server.home.account.name}\n")
    sys.stdout.flush()
    sys.stdin.readline()
