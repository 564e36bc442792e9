"""Personal data at rest: sealed with AES-256-GCM under a key that the database never sees, found again by HMAC.

A sealed value is bound to its place (tenant, row, field) as associated data: a ciphertext that somebody copies into
another row does not open there. Keys are numbered, so a new one can be put in front while old values stay readable;
fingerprints always use the oldest key, because equal documents must stay equal.
"""

import hmac
import struct
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import sha256

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from openscf.kernel.errors import OpenscfError
from openscf.kernel.ids import TenantId
from openscf.parties.personal import Cleartext, Personal, PersonalKind

KEY_BYTES = 32
NONCE_BYTES = 12  # NIST SP 800-38D, 8.2.2: random nonces of 96 bits, good for 2**32 values under one key
_HEAD = struct.Struct(">BH")  # format 1, number of the key
_FORMAT = 1


class SealBrokenError(OpenscfError):
    """A sealed value does not open: its key is missing, or it was altered or moved to another place."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a sealed value lives; a value opens nowhere else.

    Attributes:
        tenant: The tenant of the row.
        subject: Id of the row.
        field: Name of the field.
    """

    tenant: TenantId
    subject: uuid.UUID
    field: str

    def bound(self) -> bytes:
        """The bytes that are authenticated with the value; lengths first, so that no two places spell the same."""
        return _framed(self.tenant.bytes, self.subject.bytes, self.field.encode())


@dataclass(frozen=True, slots=True, repr=False)
class KeyRing:
    """The keys of this installation, by number; the highest seals, all open.

    Attributes:
        keys: 32 secret bytes each.
    """

    keys: Mapping[int, bytes]

    def __post_init__(self) -> None:
        if not self.keys or any(len(key) != KEY_BYTES for key in self.keys.values()):
            raise ValueError(f"a key ring needs at least one key, each of {KEY_BYTES} bytes")

    @property
    def current(self) -> int:
        """Number of the key that seals."""
        return max(self.keys)

    def check_value(self, number: int) -> bytes:
        """By this a key is known again; the key can't be found from it."""
        return _derived(self.keys[number], b"openscf check value")

    def __repr__(self) -> str:
        return f"KeyRing({sorted(self.keys)})"


class Vault:
    """Seals, opens and fingerprints personal values.

    Args:
        ring: The keys.
        entropy: Makes that many unpredictable bytes (`os.urandom`; a seeded twin in the simulator).
    """

    def __init__(self, ring: KeyRing, entropy: Callable[[int], bytes]) -> None:
        self._ciphers = {number: AESGCM(_derived(key, b"openscf seal")) for number, key in ring.keys.items()}
        self._current = ring.current
        self._fingerprint_key = _derived(ring.keys[min(ring.keys)], b"openscf fingerprint")
        self._entropy = entropy

    def token(self, count: int) -> bytes:
        """So many unpredictable bytes."""
        return self._entropy(count)

    def seal(self, clear: Cleartext, place: Place) -> bytes:
        """The value of `clear`, sealed for `place`."""
        nonce = self._entropy(NONCE_BYTES)
        head = _HEAD.pack(_FORMAT, self._current)
        body = self._ciphers[self._current].encrypt(nonce, clear.expose().encode(), head + place.bound())
        return head + nonce + body

    def open(self, sealed: bytes, place: Place) -> str:
        """The clear value; callers outside this package use `Personal.reveal`, which leaves a trace.

        Raises:
            SealBrokenError: Unknown key, or the value was altered or belongs to another place.
        """
        head, nonce, body = sealed[:3], sealed[3 : 3 + NONCE_BYTES], sealed[3 + NONCE_BYTES :]
        known = _HEAD.unpack(head) if len(head) == _HEAD.size else (0, 0)
        cipher = self._ciphers.get(known[1]) if known[0] == _FORMAT else None
        if cipher is None:
            raise SealBrokenError(f"no key for {place.field} of {place.subject}")
        try:
            return cipher.decrypt(nonce, body, head + place.bound()).decode()
        except (InvalidTag, ValueError):
            raise SealBrokenError(f"{place.field} of {place.subject} does not open") from None

    def personal(self, kind: PersonalKind, sealed: bytes, place: Place) -> Personal:
        """The stored value as it may be shown: masked, and able to reveal itself on the record."""
        return Personal(Cleartext(kind, self.open(sealed, place)), lambda: self.open(sealed, place), place)

    def fingerprint(self, tenant: TenantId, clear: Cleartext) -> bytes:
        """Keyed hash of a value: equal values of one tenant have equal fingerprints, and nobody can guess backwards."""
        message = _framed(tenant.bytes, clear.kind.value.encode(), clear.expose().encode())
        return hmac.new(self._fingerprint_key, message, sha256).digest()


def _derived(key: bytes, purpose: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=purpose).derive(key)


def _framed(*fields: bytes) -> bytes:
    return b"".join(struct.pack(">I", len(field)) + field for field in fields)
