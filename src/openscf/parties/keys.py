"""The keys that seal personal data: a file in the installation's private folder, never in the database.

`<home>/private/personal-data.json`, mode 0600, maps the number of each key to 32 bytes in hexadecimal; backups carry
the folder. Who has a copy of the database alone has no personal data; who loses the file has lost them.
"""

import fcntl
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Final

from openscf.db.database import Database
from openscf.db.server.private import make_private_folder, refuse_if_open, write_private
from openscf.db.settings import Settings
from openscf.kernel.errors import refusal
from openscf.parties.store import vault_keys
from openscf.parties.vault import KEY_BYTES, KeyRing, Vault

FILE: Final = "personal-data.json"

PERSONAL_KEY_MISSING = refusal(
    "personal_key_missing",
    en="Key {number}, with which personal data in this database are sealed, is not in {path}, or is another key.",
    zh="本数据库个人信息所用的 {number} 号密钥不在 {path} 中，或与之不符。",
    fix_en="Put the private folder back from its copy. No new key is made while data of the old one exist.",
    fix_zh="请用副本恢复私密文件夹。旧密钥的数据仍存在时，系统不会生成新密钥。",
    status=409,
)


def vault_at(database: Database, settings: Settings, *, entropy: Callable[[int], bytes] = os.urandom) -> Vault:
    """The vault of an installation; its first key is made at the first use.

    Args:
        database: What is sealed lies there.
        settings: Where the private folder is.
        entropy: Makes unpredictable bytes.

    Raises:
        Refusal: `personal_key_missing`, or `private_file_open` if others can read the file.
    """
    noted = vault_keys.noted(database)
    path = settings.private / FILE
    ring = _ring(path, entropy, may_make=not noted)
    for number, value in noted.items():
        if number not in ring.keys or ring.check_value(number) != value:
            raise PERSONAL_KEY_MISSING(number=number, path=path)
    if ring.current not in noted:
        vault_keys.note(database, ring.current, ring.check_value(ring.current))
        return vault_at(database, settings, entropy=entropy)
    return Vault(ring, entropy)


def _ring(path: Path, entropy: Callable[[int], bytes], *, may_make: bool) -> KeyRing:
    make_private_folder(path.parent)
    handle = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)  # two first starts at once must agree on one key
        if not path.exists():
            if not may_make:
                raise PERSONAL_KEY_MISSING(number=1, path=path)
            write_private(path, json.dumps({"1": entropy(KEY_BYTES).hex()}).encode())
        refuse_if_open(path)
        return KeyRing({int(number): bytes.fromhex(key) for number, key in json.loads(path.read_bytes()).items()})
    finally:
        os.close(handle)
