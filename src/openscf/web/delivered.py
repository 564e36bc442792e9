"""What a form that sent files tells: how many rows came in, and each file that was not taken in, with its reason.

A file that is refused whole leaves nothing behind, so its reason is told in the answer itself, or never.
"""

from collections.abc import Mapping
from typing import Any, Final

SENDS_FILES: Final = "upload_documents"
MOST_TOLD: Final = 20  # files that were not taken in; the rest of a large archive is counted


def summed(record: Mapping[str, Any]) -> dict[str, int]:
    """How much came of the files of an answer: files, rows accepted and not, new records; and files known before."""
    taken = [one for one in record["files"] if not one.get("refusal")]
    fresh = [one for one in taken if not one["known_already"]]
    counts = {name: sum(one[name] for one in fresh) for name in ("accepted", "rejected", "new")}
    return {"files": len(fresh), "known": len(taken) - len(fresh), **counts}


def not_taken(operation: str, record: Any) -> list[Mapping[str, Any]]:
    """The files of an answer that were refused whole, in their order."""
    if operation != SENDS_FILES:
        return []
    return [one for one in record["files"] if one.get("refusal")]
