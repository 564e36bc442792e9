"""How much a caller may send: requests a second, and bytes a request. Kept in this process."""

import threading
from collections import OrderedDict
from dataclasses import dataclass
from typing import Final

from openscf.kernel.ports import monotonic

MOST_CALLERS: Final = 10_000  # remembered at once; the one that was silent longest is forgotten first
JSON_BYTES: Final = 1 << 20
UPLOAD_BYTES: Final = 256 << 20


@dataclass(slots=True)
class _Bucket:
    tokens: float
    at_s: float


class Rate:
    """Token buckets by caller.

    Args:
        per_s: Requests a second in the long run.
        burst: At most so many at once after a pause.
    """

    def __init__(self, per_s: float, burst: int) -> None:
        self._per_s, self._burst = per_s, float(burst)
        self._buckets: OrderedDict[str, _Bucket] = OrderedDict()
        self._lock = threading.Lock()

    def wait_s(self, caller: str, now_s: float | None = None) -> float:
        """Take one; 0 if there was one, else in how many seconds there will be."""
        now = monotonic() if now_s is None else now_s
        with self._lock:
            bucket = self._buckets.pop(caller, None) or _Bucket(self._burst, now)
            bucket.tokens = min(self._burst, bucket.tokens + (now - bucket.at_s) * self._per_s)
            bucket.at_s = now
            self._buckets[caller] = bucket
            if len(self._buckets) > MOST_CALLERS:
                self._buckets.popitem(last=False)
            if bucket.tokens < 1:
                return (1 - bucket.tokens) / self._per_s
            bucket.tokens -= 1
            return 0


def most_bytes(content_type: bytes) -> int:
    """How long a body of this type may be."""
    return UPLOAD_BYTES if content_type.startswith(b"multipart/form-data") else JSON_BYTES
