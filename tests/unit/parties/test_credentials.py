"""What a password costs whoever guesses it.

Planted: give `credentials._HASHER` a cheaper Argon2.
"""

import subprocess
import sys

_HASHED = "from openscf.parties import credentials; print(credentials.hash_password('a sentence of mine', b'0' * 16))"


def test_a_password_is_kept_as_rfc_9106_advises() -> None:
    """RFC 9106, 4: the second recommended option; in a process of its own, since the tests' people cost less."""
    done = subprocess.run([sys.executable, "-c", _HASHED], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
