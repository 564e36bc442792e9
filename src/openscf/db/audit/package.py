"""The evidence package as a file: some entries, and everything that an outsider needs to check them. No database.

A package is a ZIP file of exactly the members below, stored without compression, with constant time stamps, so that
equal contents are equal bytes. The format is described for writers of other verifiers in
docs/reference/evidence-format.md.

| member | holds |
|---|---|
| `README.txt` | what this is, for people |
| `manifest.json` | format, log, choice, counts, and the SHA-256 of the members below |
| `manifest.sig` | the platform's detached Ed25519 signature of `manifest.json`, 64 bytes |
| `checkpoints.jsonl` | signed notes: every rotation and restore, the first note that covers each entry, the last note |
| `consistency.jsonl` | for neighbouring notes that stand, the proof that the later log extends the earlier one |
| `entries.jsonl` | the entries, each with its proof of inclusion under the last note |
"""

import hashlib
import io
import itertools
import json
import struct
import uuid
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from openscf.db.audit.format import Entry, count_from, entry_from, entry_record
from openscf.db.audit.notes import Note, Record, note_line, record_from
from openscf.db.audit.verify import Notebook
from openscf.kernel.canonical import canonical_json

FORMAT: Final = "openscf-evidence-v1"
HASHED: Final = ("checkpoints.jsonl", "consistency.jsonl", "entries.jsonl")
MEMBERS: Final = ("README.txt", "manifest.json", "manifest.sig", *HASHED)
_DATE: Final = 0x21  # 1980-01-01, the first day of ZIP
_README: Final = b"""\
Evidence from the audit log of an openscf platform.

The entries in entries.jsonl were in the platform's log when the notes in checkpoints.jsonl were signed. To check that,
get the platform's public key from somewhere else than this package and run

    openscf evidence verify THIS_FILE --key PUBLIC_KEY_FILE

The program needs no database and no network. The format is public (docs/reference/evidence-format.md), so that you
can write your own verifier.
"""


@dataclass(frozen=True, slots=True)
class Package:
    """What a package holds.

    Attributes:
        choice: What was asked for: `subject`, `tenant`, `from` and `to`, as far as given.
        notes: In order of number; every entry is proven against the last.
        consistency: One proof for each neighbouring pair of `chain()`.
        entries: In order of place, each with its proof of inclusion.
    """

    choice: Mapping[str, Any]
    notes: Sequence[Note]
    consistency: Sequence[Sequence[bytes]]
    entries: Sequence[tuple[Entry, Sequence[bytes]]]

    @property
    def final(self) -> Note:
        """The note that every entry is proven against."""
        return self.notes[-1]

    def chain(self) -> list[Note]:
        """The notes between which consistency is proven; a restore's lost future and empty logs are left out."""
        return [note for note in Notebook(notes=list(self.notes)).standing() if note.size]


def manifest_of(package: Package) -> bytes:
    """The manifest: canonical JSON, to be signed as it is."""
    members = _members(package)
    return canonical_json(
        {
            "format": FORMAT,
            "origin": package.final.origin,
            "choice": dict(package.choice),
            "entries": len(package.entries),
            "size": package.final.size,
            "signer": package.final.turn().hex(),
            "sha256": {name: hashlib.sha256(members[name]).hexdigest() for name in HASHED},
        }
    )


def pack(package: Package, signature: bytes) -> bytes:
    """The file of a package, with the signature of `manifest_of(package)`."""
    contents = {"README.txt": _README, "manifest.json": manifest_of(package), "manifest.sig": signature}
    contents |= _members(package)
    return _stored_zip([(name, contents[name]) for name in MEMBERS])


def unpack(data: bytes) -> tuple[Package, bytes]:
    """The package in a file and the signature of its manifest; checks the form, and no signature.

    Raises:
        ValueError: It is not a package, byte for byte, as `pack` writes it.
    """
    try:
        contents = _read_members(data)
        package = Package(
            choice=_choice_from(json.loads(contents["manifest.json"])["choice"]),
            notes=[record_from(item).note for item in _lines(contents["checkpoints.jsonl"])],
            consistency=[_hashes(item["proof"]) for item in _lines(contents["consistency.jsonl"])],
            entries=[(entry_from(item["entry"]), _hashes(item["proof"])) for item in _lines(contents["entries.jsonl"])],
        )
        if not package.notes or len(package.consistency) != max(len(package.chain()) - 1, 0):
            raise ValueError("its checkpoints and consistency proofs do not fit each other")
        if pack(package, contents["manifest.sig"]) != data:
            raise ValueError("it is not what its own contents give: it was changed")
    except (KeyError, TypeError, AttributeError, ArithmeticError, RuntimeError, OSError, EOFError) as error:
        raise ValueError(f"it is not an evidence package ({type(error).__name__})") from None
    except (zipfile.BadZipFile, struct.error) as error:
        raise ValueError(f"it is not an evidence package ({error})") from None
    return package, contents["manifest.sig"]


def _choice_from(record: Any) -> dict[str, Any]:
    choice = dict(record)
    if not choice.keys() <= {"subject", "tenant", "from", "to"} or ("from" in choice) != ("to" in choice):
        raise ValueError("its choice is not one of subject, tenant, from and to")
    for name in ("from", "to"):
        count_from(choice.get(name, 0))
    uuid.UUID(choice.get("tenant", str(uuid.UUID(int=0))))
    if not isinstance(choice.get("subject", ""), str):
        raise ValueError("its choice of a subject is no text")
    return choice


def _members(package: Package) -> dict[str, bytes]:
    notes = [note_line(Record(note)).encode() for note in package.notes]
    consistency = [
        canonical_json({"first": first.number, "second": second.number, "proof": [item.hex() for item in proof]})
        for (first, second), proof in zip(itertools.pairwise(package.chain()), package.consistency, strict=True)
    ]
    entries = [
        canonical_json({"entry": entry_record(entry), "proof": [item.hex() for item in proof]})
        for entry, proof in package.entries
    ]
    texts = (notes, consistency, entries)
    return {name: b"".join(line + b"\n" for line in lines) for name, lines in zip(HASHED, texts, strict=True)}


def _stored_zip(members: Sequence[tuple[str, bytes]]) -> bytes:
    """A ZIP file written field by field: these bytes are compared, and a library may change its mind about a flag.

    Source: APPNOTE.TXT 6.3.10, sections 4.3.7, 4.3.12 and 4.3.16.
    """
    body, directory = io.BytesIO(), io.BytesIO()
    for name, content in members:
        start = body.tell()
        sizes = (zlib.crc32(content), len(content), len(content), len(name), 0)
        body.write(struct.pack("<4s5H3I2H", b"PK\x03\x04", 20, 0, 0, 0, _DATE, *sizes) + name.encode() + content)
        # Made by "Unix" (3), version 2.0; the rights 0644 stand in the upper half of the external attributes.
        rest = struct.pack("<3H2I", 0, 0, 0, 0o100644 << 16, start)
        entry = struct.pack("<4s6H3I2H", b"PK\x01\x02", 3 << 8 | 20, 20, 0, 0, 0, _DATE, *sizes)
        directory.write(entry + rest + name.encode())
    place, listed = body.tell(), directory.getvalue()
    end = struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, len(members), len(members), len(listed), place, 0)
    return body.getvalue() + listed + end


def _read_members(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        infos = archive.infolist()
        if tuple(info.filename for info in infos) != MEMBERS:
            raise ValueError("its members are not those of an evidence package")
        # Nothing is compressed, so no member can be larger than the file: there is no bomb to unpack.
        if any(info.compress_type != zipfile.ZIP_STORED or info.file_size > len(data) for info in infos):
            raise ValueError("a member is compressed or claims an impossible size")
        return {name: archive.read(name) for name in MEMBERS}


def _lines(content: bytes) -> list[Any]:
    return [json.loads(line) for line in content.splitlines()]


def _hashes(texts: Sequence[str]) -> list[bytes]:
    return [bytes.fromhex(text) for text in texts]
