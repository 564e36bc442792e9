"""The hostile corpus: files and amounts that somebody could send, made in code from a seed."""

import functools
import io
import random
import re
import struct
import warnings
import zipfile
import zlib
from collections.abc import Iterator

from tests.contract.samples._example import Example, unzipped, zipped

SEED = 20261122

# None of them is an amount in any format read here; an example may name an exception (`tolerated`).
AMOUNTS = (
    "NaN", "-NaN", "Infinity", "-INF", "1E+3000000", "1e3000000", "1E5", "１２３", "１２３.４５", "١٢٣", "1_000",
    "(100.00)", "￥100", "0x1F", "1.2.3", "--5", "5-", "+-5", "1 000,00.0", "1" + "0" * 60, "0." + "1" * 60, "twelve",
    "壹佰元", "=1+1", "１", "1\u200b00", "½", "²",
)  # fmt: skip

LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
DOCTYPES = {
    "billion laughs": f'<!DOCTYPE r [<!ENTITY l0 "ha">{LAUGHS}]>',
    "external entity": '<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
    "entity by network": '<!DOCTYPE r [<!ENTITY x SYSTEM "http://192.0.2.1/x">]>',
    "parameter entity": '<!DOCTYPE r [<!ENTITY % p SYSTEM "http://192.0.2.1/p.dtd"> %p;]>',
    "external DTD": '<!DOCTYPE r SYSTEM "http://192.0.2.1/r.dtd">',
    "public DTD": '<!DOCTYPE r PUBLIC "-//X//Y//EN" "file:///etc/passwd">',
    "innocent entity": '<!DOCTYPE r [<!ENTITY x "1">]>',
    "default attribute": '<!DOCTYPE r [<!ATTLIST r currencyID CDATA "EUR">]>',
    "empty subset": "<!DOCTYPE r>",
}
BOMS = {"utf-8": b"\xef\xbb\xbf", "utf-16-le": b"\xff\xfe", "utf-16-be": b"\xfe\xff", "utf-32-le": b"\xff\xfe\0\0"}
_XML_DECLARATION = re.compile(rb"^(?:\xef\xbb\xbf)?\s*<\?xml[^>]*\?>")


@functools.cache
def strangers() -> tuple[tuple[str, bytes], ...]:
    """Files that are of no format at all, so that every `detect` says NO."""
    return tuple(_strangers())


@functools.cache
def bombs() -> tuple[tuple[str, bytes], ...]:
    """Files that are small and would become large, deep or endless."""
    return tuple(_bombs())


def _strangers() -> Iterator[tuple[str, bytes]]:
    chance = random.Random(SEED)
    yield "empty", b""
    for byte in (0, 10, 32, 44, 49, 58, 60, 80, 91, 123, 0xD0, 0xEF, 0xFF):
        yield f"the byte {byte}", bytes([byte])
    for size in (2, 3, 7, 64, 1000, 70_000):
        yield f"{size} random bytes", chance.randbytes(size)
    yield "zeros", bytes(5000)
    yield "line feeds", b"\n" * 5000
    yield "commas", b"," * 5000
    yield from ((f"only the mark of {name}", mark) for name, mark in BOMS.items())
    yield "prose", "这是一封信，没有任何表格。\nDear sir, please pay at once.\n".encode() * 20


def _bombs() -> Iterator[tuple[str, bytes]]:
    for n in (200, 10_000):
        yield f"XML {n} deep", b"<a>" * n + b"</a>" * n
        yield f"JSON {n} deep", b"[" * n + b"]" * n
        yield f"JSON objects {n} deep", b'{"a":' * n + b"1" + b"}" * n
    yield "a member of 300 MB", _hollow_zip("a.xml", 300 << 20)
    yield "a member that says it is small", _hollow_zip("a.xml", 300 << 20, said=100)
    yield "a zip in a zip in a zip", _nested_zip()
    yield "a thousand members", zipped({f"Doc_0/{n}.xml": b"<a/>" for n in range(1000)})
    yield "members that climb out", zipped({"../../etc/cron.d/x": b"x", "/etc/passwd": b"x", "C:\\x": b"x"})
    yield "the same member twice", _twin_zip()
    yield "a zip without its end", zipped({"a.xml": b"<a/>" * 100})[:-30]
    yield "a PDF without objects", b"%PDF-1.7\n%%EOF\n"
    yield "a PDF that refers to itself", _looping_pdf()


def long_archives(members: int, entries: int) -> Iterator[tuple[str, bytes]]:
    """Zips that are long rather than deep: of so many files that nobody can read, and with so many entries listed."""
    yield f"{members} strangers", zipped({f"{n}.txt": b"Dear sir" for n in range(members)})
    yield f"a list of {entries} entries", long_list(entries)


def long_list(entries: int) -> bytes:
    """An archive that lists one empty file so many times, made without writing that many."""
    whole = zipped({"a.xml": b""})
    start, end = whole.index(b"PK\x01\x02"), whole.index(b"PK\x05\x06")
    listed, counted = whole[start:end] * entries, min(entries, 0xFFFF)
    return (
        whole[:start] + listed + struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, counted, counted, len(listed), start, 0)
    )


def variants(example: Example) -> Iterator[tuple[str, bytes]]:
    """The example, damaged: cut off, flipped, marked, encoded otherwise, with a bomb in its container."""
    content, chance = example.content, random.Random(f"{SEED} {example.name}")
    for place in sorted(chance.sample(range(len(content)), min(12, len(content)))):
        yield f"cut off at {place}", content[:place]
    yield "without its last byte", content[:-1]
    for _ in range(12):
        place, bit = chance.randrange(len(content)), chance.randrange(8)
        yield (
            f"bit {bit} flipped at {place}",
            content[:place] + bytes([content[place] ^ 1 << bit]) + content[place + 1 :],
        )
    for _ in range(6):
        start = chance.randrange(len(content))
        yield f"40 bytes lost at {start}", content[:start] + content[start + 40 :]
    yield "a NUL in the middle", content[: len(content) // 2] + b"\0" + content[len(content) // 2 :]
    yield "NULs behind", content + bytes(100)
    yield "twice in one file", content + content
    yield "with rubbish before", b"\x01\x02" + content
    yield from ((f"with the mark of {name}", mark + content) for name, mark in BOMS.items())
    if is_xml(content):
        end = content.rindex(b"</")
        yield "with three million empty elements", content[:end] + b"<a/>" * 3_000_000 + content[end:]
        yield "with a million attributes", content[:end] + b'<a b="1" c="2"/>' * 600_000 + content[end:]
    if content.startswith(b"PK"):
        yield from _bad_containers(content)
    elif (text := _text(example)) is not None:
        yield from _encodings(text)


def doctypes(example: Example) -> Iterator[tuple[str, bytes]]:
    """The example with a DOCTYPE before its root; nothing if it isn't XML."""
    if not is_xml(example.content):
        return
    declaration = _XML_DECLARATION.match(example.content)
    end = declaration.end() if declaration else 0
    head, body = example.content[:end], example.content[end:]
    for name, doctype in DOCTYPES.items():
        yield name, head + doctype.encode() + body
    yield "used in an element", head + b'<!DOCTYPE r [<!ENTITY x "1">]>' + re.sub(rb">([^<\s]+)</", rb">&x;</", body)
    if all(byte < 128 for byte in body):
        yield "in UTF-16", (DOCTYPES["innocent entity"] + body.decode("ascii")).encode("utf-16")


def repeated_keys(example: Example) -> Iterator[tuple[str, bytes]]:
    """The example with a key given twice, with other values, at several places; nothing if it isn't JSON."""
    if not is_json(example.content):
        return
    for number, match in enumerate(re.finditer(rb'"([^"\\]+)"\s*:\s*("[^"\\]*"|-?[0-9.]+)', example.content)):
        if number % 5 == 0:
            twin = b'"' + match[1] + b'":"another",'
            yield f"key {match[1]!r} twice", example.content[: match.start()] + twin + example.content[match.start() :]


def is_xml(content: bytes) -> bool:
    """Whether it looks like XML to a person."""
    return content.removeprefix(BOMS["utf-8"]).lstrip().startswith(b"<")


def is_json(content: bytes) -> bool:
    """Whether it looks like JSON to a person."""
    return content.removeprefix(BOMS["utf-8"]).lstrip().startswith((b"{", b"["))


def _text(example: Example) -> str | None:
    try:
        return example.content.decode(example.encoding)
    except UnicodeDecodeError:
        return None


def _encodings(text: str) -> Iterator[tuple[str, bytes]]:
    for encoding in ("utf-16", "utf-16-le", "utf-16-be", "utf-32", "gbk", "gb18030", "big5", "shift-jis", "latin-1"):
        yield f"in {encoding}", text.encode(encoding, "replace")
    yield "with a broken character", text.encode()[:200] + b"\xff\xfe\x80" + text.encode()[200:]
    yield "in overlong UTF-8", text.encode().replace(b"/", b"\xc0\xaf")


def _bad_containers(content: bytes) -> Iterator[tuple[str, bytes]]:
    members = unzipped(content)
    for name in members:
        yield f"{name} is a bomb", _hollow_zip(name, 300 << 20, {n: t for n, t in members.items() if n != name})
        yield (
            f"{name} lies about its size",
            _hollow_zip(name, 300 << 20, {n: t for n, t in members.items() if n != name}, said=100),
        )
        yield f"{name} is gone", zipped({n: t for n, t in members.items() if n != name})
        yield f"{name} is empty", zipped({**members, name: b""})
        yield f"{name} is rubbish", zipped({**members, name: b"\0\1\2" * 100})
        if is_xml(members[name]):
            laughs = DOCTYPES["billion laughs"].encode()
            yield f"{name} laughs", zipped({**members, name: laughs + members[name].partition(b"?>")[2]})
    yield "10,000 members more", zipped({**members, **{f"x/{n}": b"" for n in range(10_000)}})
    lie = content.replace(b"PK\x01\x02", b"PK\x01\x03", 1)
    yield "its directory is damaged", lie


def _hollow_zip(name: str, size: int, others: dict[str, bytes] | None = None, *, said: int | None = None) -> bytes:
    """A zip with a member of `size` spaces, one byte for each thousand; its directory may say another size."""
    members = {other: (zlib.crc32(text), _deflated(text), len(text)) for other, text in (others or {}).items()}
    members[name] = (0, _spaces(size), size if said is None else said)
    body, directory = b"", b""
    for member, (crc, packed, plain) in members.items():
        title = member.encode()
        common = struct.pack("<HHHHHIIIHH", 20, 0x800, 8, 0, 33, crc, len(packed), plain, len(title), 0)
        directory += b"PK\1\2" + struct.pack("<H", 20) + common + struct.pack("<HHHII", 0, 0, 0, 0, len(body)) + title
        body += b"PK\3\4" + common + title + packed
    count = len(members)
    return body + directory + b"PK\5\6" + struct.pack("<HHHHIIH", 0, 0, count, count, len(directory), len(body), 0)


@functools.cache
def _spaces(size: int) -> bytes:
    packer = zlib.compressobj(1, zlib.DEFLATED, -15)
    block = b" " * (1 << 20)
    return b"".join(packer.compress(block) for _ in range(size >> 20)) + packer.flush()


def _deflated(text: bytes) -> bytes:
    packer = zlib.compressobj(6, zlib.DEFLATED, -15)
    return packer.compress(text) + packer.flush()


def _nested_zip() -> bytes:
    content = b"<a/>" * 1000
    for level in range(20):
        content = zipped({f"{level}.zip": content, f"{level}.ofd": content})
        if len(content) > 1 << 20:
            break
    return content


def _twin_zip() -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        archive.writestr("OFD.xml", b"<a/>")
        archive.writestr("OFD.xml", b"<b/>")
    return made.getvalue()


def _looping_pdf() -> bytes:
    return (
        b"%PDF-1.7\n1 0 obj\n<</Type/Catalog/Pages 1 0 R/Names 1 0 R/EmbeddedFiles 1 0 R/Kids[1 0 R 1 0 R]>>\nendobj\n"
        b"xref\n0 2\n0000000000 65535 f \n0000000009 00000 n \ntrailer\n<</Size 2/Root 1 0 R/Prev 117>>\n"
        b"startxref\n117\n%%EOF\n"
    )
