"""What an act that needs a second person is answered with: the request, exactly as a colleague has to approve it."""

import json
from typing import Any

from openscf.kernel.canonical import canonical_json
from openscf.parties import ApprovalRequest
from openscf.portal.shapes import Instant, View


class Asked(View):
    """A request that waits for a second person.

    Attributes:
        kind: What is to happen.
        payload: What exactly; a verdict names its hash.
        sha256: That hash, in hexadecimal digits.
        needed: How many others must approve.
    """

    id: str
    kind: str
    state: str
    payload: dict[str, Any]
    sha256: str
    needed: int
    expires_at: Instant


def asked(request: ApprovalRequest) -> Asked:
    """A request, as it is shown."""
    return Asked(
        id=str(request.id), kind=request.kind, state=request.state.value,
        payload=json.loads(canonical_json(dict(request.payload))), sha256=request.payload_sha256.hex(),
        needed=request.needed, expires_at=request.expires_at,
    )  # fmt: skip
