"""How the files of a source are read, remembered: its columns are mapped once and not with every delivery."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from openscf.db.unit_of_work import UnitOfWork
from openscf.ingestion.adapters import _templates
from openscf.ingestion.contract import ADAPTERS
from openscf.ingestion.detection import known_adapters
from openscf.ingestion.store import mappings as store
from openscf.kernel.errors import refusal

MAPPING_MALFORMED = refusal(
    "mapping_malformed",
    en="{text} does not map a column; write their word, an equals sign, and one of: {known}.",
    zh="{text} 不是列映射；请写成“来源列名=平台列名”，平台列名为：{known}。",
    status=400,
)
MAPPING_WITHOUT_SENDER = refusal(
    "mapping_without_sender",
    en="A mapping is remembered for a sender, and none was named.",
    zh="列映射按来源保存，但未指定来源。",
    fix_en="Name who sent the file: --sender.",
    fix_zh="请用 --sender 指定来源。",
    status=400,
)
MAPPING_OVERTAKEN = refusal(
    "mapping_overtaken",
    en="Somebody else has just changed how the files of {sender} are read.",
    zh="他人刚刚修改了来源 {sender} 的读取方式。",
    fix_en="Look at it and try again.",
    fix_zh="请查看后重试。",
    status=409,
)


@dataclass(frozen=True, slots=True)
class Remembered:
    """How the files of a source are read.

    Attributes:
        reader: Name of the reader.
        options: Its options.
        version: Counted from 1; older versions stay.
    """

    reader: str
    options: Mapping[str, str] = field(default_factory=dict)
    version: int = 0


def column_options(texts: Sequence[str]) -> dict[str, str]:
    """Column mappings `theirs=ours` as options of the template readers.

    Raises:
        Refusal: `mapping_malformed`.
    """
    found = {}
    for text in texts:
        theirs, _, ours = (part.strip() for part in text.partition("="))
        if not theirs or ours not in _templates.WORDS:
            raise MAPPING_MALFORMED(text=repr(text[:60]), known=", ".join(_templates.WORDS))
        found[f"column:{theirs}"] = ours
    return found


def remember(work: UnitOfWork, sender: str, reader: str, *, options: Mapping[str, str]) -> Remembered:
    """Remember how the files of a sender are read; what is remembered already is not written again.

    Raises:
        Refusal: `mapping_without_sender`, `unknown_adapter`, `mapping_overtaken`.
    """
    if not sender:
        raise MAPPING_WITHOUT_SENDER()
    known_adapters()
    ADAPTERS.get(reader)
    known = recall(work, sender)
    if known is not None and (known.reader, dict(known.options)) == (reader, dict(options)):
        return known
    version = known.version + 1 if known else 1
    if not store.add(work, sender, version, reader=reader, options=options):
        raise MAPPING_OVERTAKEN(sender=sender)
    facts = {"reader": reader, "options": dict(options), "version": version}
    work.audit("ingestion.remember_mapping", sender, facts)
    return Remembered(reader, dict(options), version)


def recall(work: UnitOfWork, sender: str) -> Remembered | None:
    """What is remembered for a sender."""
    found = store.newest(work, sender) if sender else None
    return None if found is None else Remembered(found[1], found[2], found[0])
