"""The keys that sign the audit log: private halves in files that only their owner reads, public halves beside them.

Folder of keys (mode 0700):

| file | holds |
|---|---|
| `audit-<id>.key` | private key, PKCS 8 PEM, mode 0600 |
| `audit-<id>.pub` | public key, PEM, with a line that tells when it was made |
| `audit.current` | id of the key that signs now |

The id is the first 16 hexadecimal digits of the key's full id (`openscf.db.audit.notes.key_id`).
"""

import contextlib
import datetime as dt
import os
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from openscf.db.audit.format import instant_from, instant_text
from openscf.db.audit.notes import key_id, raw_public
from openscf.kernel.errors import refusal

_CURRENT: Final = "audit.current"
_MADE: Final = "openscf audit key, made at "

AUDIT_KEY_MISSING = refusal(
    "audit_key_missing",
    en="The key {key} that signs the audit log is not in {folder}.",
    zh="审计日志的签名密钥 {key} 不在 {folder} 中。",
    fix_en="Put the folder of keys back from its copy. No new key is made while signatures of the old one exist.",
    fix_zh="请用副本恢复密钥文件夹。旧密钥的签名仍在使用时，系统不会生成新密钥。",
    status=409,
)
AUDIT_KEY_EXPOSED = refusal(
    "audit_key_exposed",
    en="The private key {file} can be read by others on this machine (mode {mode}).",
    zh="本机其他用户可以读取私钥文件 {file}（权限 {mode}）。",
    fix_en="Run `chmod 600` on it, find out who could read it, and rotate the key: `openscf audit rotate-key`.",
    fix_zh="请对其执行 `chmod 600`，查明谁可能读取过，并更换密钥：`openscf audit rotate-key`。",
    status=409,
)
AUDIT_KEY_UNREADABLE = refusal(
    "audit_key_unreadable",
    en="{file} does not hold an Ed25519 key.",
    zh="{file} 不是有效的 Ed25519 密钥。",
    fix_en="Give the public key file audit-<id>.pub that the platform's operator published.",
    fix_zh="请使用平台运营方公布的公钥文件 audit-<id>.pub。",
    status=400,
)


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A private key and the full id of its public half.

    Attributes:
        id: 32 bytes.
        private: The key.
    """

    id: bytes
    private: Ed25519PrivateKey


class KeyRing:
    """The keys in a folder.

    Args:
        folder: `Settings.audit_keys`; made with mode 0700 when the first key is.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def current(self) -> SigningKey | None:
        """The key that signs now; None before the first.

        Raises:
            Refusal: `audit_key_missing`, `audit_key_exposed`, `audit_key_unreadable`.
        """
        try:
            name = (self.folder / _CURRENT).read_text(encoding="ascii").strip()
        except FileNotFoundError:
            return None
        return self._private(name)

    def start(self, at: dt.datetime) -> SigningKey:
        """The key that signs now, made at instant `at` if there is none; two programs at once make one."""
        known = self.current()
        if known is not None:
            return known
        made = self.make(at)
        with contextlib.suppress(FileExistsError):
            self._place(_CURRENT, _short(made.id).encode() + b"\n", mode=0o644)
        return self.current() or made

    def make(self, at: dt.datetime) -> SigningKey:
        """Make a key at instant `at`; it signs nothing until `use` names it."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        private = Ed25519PrivateKey.generate()
        made = SigningKey(key_id(raw_public(private)), private)
        name = f"audit-{_short(made.id)}"
        self._place(f"{name}.key", _private_pem(private), mode=0o600)
        self._place(f"{name}.pub", f"{_MADE}{instant_text(at)}\n".encode() + _public_pem(private), mode=0o644)
        return made

    def use(self, identifier: bytes) -> SigningKey:
        """Make the key with this full id the one that signs.

        Raises:
            Refusal: `audit_key_missing`.
        """
        chosen = self.signer(identifier)
        temporary = self.folder / f".{_CURRENT}.{os.getpid()}"
        _create(temporary, _short(identifier).encode() + b"\n", mode=0o644)
        temporary.replace(self.folder / _CURRENT)
        return chosen

    def signer(self, identifier: bytes) -> SigningKey:
        """The key with this full id.

        Raises:
            Refusal: `audit_key_missing`.
        """
        return self._private(_short(identifier))

    def publics(self) -> dict[bytes, bytes]:
        """All public keys in the folder: full id to 32 raw bytes."""
        found = [read_public(path) for path in sorted(self.folder.glob("audit-*.pub"))] if self.folder.is_dir() else []
        return {key_id(public): public for public in found}

    def public_file(self, identifier: bytes) -> Path:
        """The file of a public key, to be published."""
        return self.folder / f"audit-{_short(identifier)}.pub"

    def age_days(self, now: dt.datetime) -> int | None:
        """Whole days since the current key was made; None before the first key."""
        known = self.current()
        if known is None:
            return None
        text = self.public_file(known.id).read_text(encoding="ascii")
        return (now - instant_from(text.splitlines()[0].removeprefix(_MADE))).days

    def _private(self, name: str) -> SigningKey:
        path = self.folder / f"audit-{name}.key"
        try:
            mode = stat.S_IMODE(path.stat().st_mode)
            pem = path.read_bytes()
        except FileNotFoundError:
            raise AUDIT_KEY_MISSING(key=name, folder=self.folder) from None
        if mode & 0o077:
            raise AUDIT_KEY_EXPOSED(file=path, mode=f"{mode:04o}")
        try:
            private = serialization.load_pem_private_key(pem, password=None)
        except (ValueError, TypeError):
            raise AUDIT_KEY_UNREADABLE(file=path) from None
        if not isinstance(private, Ed25519PrivateKey):
            raise AUDIT_KEY_UNREADABLE(file=path)
        return SigningKey(key_id(raw_public(private)), private)

    def _place(self, name: str, content: bytes, *, mode: int) -> None:
        """Write a file whole or not at all, and never over another."""
        temporary = self.folder / f".{name}.{os.getpid()}.{os.urandom(4).hex()}"
        _create(temporary, content, mode=mode)
        try:
            os.link(temporary, self.folder / name)
        finally:
            temporary.unlink()


def read_public(path: Path) -> bytes:
    """The 32 raw bytes of the Ed25519 public key in a PEM file.

    Raises:
        Refusal: `audit_key_unreadable`.
    """
    try:
        # What stands before the first PEM line is for people (RFC 7468, section 5.2).
        pem = path.read_bytes()
        public = serialization.load_pem_public_key(pem[pem.find(b"-----BEGIN") :])
    except (OSError, ValueError, TypeError):
        raise AUDIT_KEY_UNREADABLE(file=path) from None
    if not isinstance(public, Ed25519PublicKey):
        raise AUDIT_KEY_UNREADABLE(file=path)
    return public.public_bytes_raw()


def key_age_days(folder: Path, now: dt.datetime) -> int | None:
    """Whole days since the key that signs the audit log was made, for `openscf doctor`; None before the first."""
    return KeyRing(folder).age_days(now)


def _short(identifier: bytes) -> str:
    return identifier.hex()[:16]


def _create(path: Path, content: bytes, *, mode: int) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, mode)
    try:
        os.write(descriptor, content)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _private_pem(private: Ed25519PrivateKey) -> bytes:
    return private.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _public_pem(private: Ed25519PrivateKey) -> bytes:
    return private.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
