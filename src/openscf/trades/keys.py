"""The key of the fingerprints: a file in the installation's private folder, never in the database.

`<home>/private/documents.json`, mode 0600, holds 32 bytes in hexadecimal; backups carry the folder. Without the key
nobody who has a copy of the database can test whether a guessed invoice is in it; with another key the same invoice
would be another asset, so a key that does not fit the database is refused and none is made in its place.
"""

import fcntl
import hashlib
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Final

from openscf.db.database import Database
from openscf.db.server.private import make_private_folder, refuse_if_open, write_private
from openscf.db.settings import Settings
from openscf.kernel.errors import refusal
from openscf.trades.rules.identity import KEY_BYTES, Fingerprinter
from openscf.trades.store import keys as store

FILE: Final = "documents.json"
_NUMBER: Final = 1  # equal documents must stay equal: there is one key for ever

FINGERPRINT_KEY_MISSING = refusal(
    "fingerprint_key_missing",
    en="The key with which documents in this database are fingerprinted is not in {path}, or is another key.",
    zh="本数据库单据指纹所用的密钥不在 {path} 中，或与之不符。",
    fix_en="Put the private folder back from its copy: with another key the same invoice could be financed twice.",
    fix_zh="请用副本恢复私密文件夹：换用其他密钥会使同一发票可被重复融资。",
    status=409,
)


def fingerprints_at(
    database: Database, settings: Settings, *, entropy: Callable[[int], bytes] = os.urandom
) -> Fingerprinter:
    """The fingerprints of an installation; the key is made at the first use.

    Args:
        database: What is fingerprinted lies there.
        settings: Where the private folder is.
        entropy: Makes unpredictable bytes.

    Raises:
        Refusal: `fingerprint_key_missing`, or `private_file_open` if others can read the file.
    """
    noted = store.noted(database, _NUMBER)
    path = settings.private / FILE
    key = _key(path, entropy, may_make=noted is None)
    check = hashlib.sha256(b"openscf check value" + key).digest()
    if noted is None:
        store.note(database, _NUMBER, check)
        noted = store.noted(database, _NUMBER)
    if noted != check:
        raise FINGERPRINT_KEY_MISSING(path=path)
    return Fingerprinter(key)


def _key(path: Path, entropy: Callable[[int], bytes], *, may_make: bool) -> bytes:
    make_private_folder(path.parent)
    handle = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)  # two first starts at once must agree on one key
        if not path.exists():
            if not may_make:
                raise FINGERPRINT_KEY_MISSING(path=path)
            write_private(path, json.dumps({str(_NUMBER): entropy(KEY_BYTES).hex()}).encode())
        refuse_if_open(path)
        return bytes.fromhex(json.loads(path.read_bytes())[str(_NUMBER)])
    finally:
        os.close(handle)
