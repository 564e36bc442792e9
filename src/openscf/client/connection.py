"""Speaking to a platform: one request, sent again with the same key where nobody knows whether it was carried out."""

import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol, TypeVar, cast

from pydantic import BaseModel

from openscf.kernel.errors import Language, OpenscfError
from openscf.kernel.ids import RequestId
from openscf.kernel.ports import IdSource, SystemIds
from openscf.portal import Upload

Answer = TypeVar("Answer", bound=BaseModel)
PAUSES_S: Final = (0.1, 0.3, 1.0, 3.0)
AGAIN: Final = frozenset({409, 429, 503})
IN_FLIGHT: Final = "command_in_flight"


class Response(Protocol):
    """What of a response is looked at."""

    status_code: int
    content: bytes
    headers: Any


class Http(Protocol):
    """Sends requests; `httpx2.Client` does, and so does a test client."""

    def request(self, method: str, url: str, **named: Any) -> Any:
        """Send a request and wait for its response.

        Raises:
            Exception: There is no response: `ConnectionError`, `TimeoutError`, or the library's own kinds.
        """
        ...


class ApiRefusal(OpenscfError):  # noqa: N818 - the field's word
    """The platform said no.

    Attributes:
        status: HTTP status.
        code: Stable code.
        problem: The whole problem document.
    """

    def __init__(self, status: int, problem: Mapping[str, Any]) -> None:
        self.status, self.problem = status, dict(problem)
        self.code = str(problem.get("code", "unknown"))
        super().__init__(self.sentence())

    def sentence(self, language: Language = "en") -> str:
        """What happened, and what can be done about it."""
        ending = "" if language == "en" else "_zh"
        said, fix = self.problem.get(f"detail{ending}", self.code), self.problem.get(f"fix{ending}", "")
        return f"{self.code}: {said} {fix}".strip()


class Unreachable(OpenscfError):  # noqa: N818 - the state, not an accident of ours
    """No answer after several tries; with the same key the same may be sent again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """What is sent: to which operation, with what.

    Attributes:
        method, path: As the operation declares them, with the path's parameters filled in.
        query, body: Models; None for nothing.
        files: Uploads.
        key: Idempotency key; for commands one is made where none is given.
        version: For If-Match.
        command: Whether it changes something.
    """

    method: str
    path: str
    query: BaseModel | None = None
    body: BaseModel | None = None
    files: Sequence[Upload] = ()
    key: str | None = None
    version: int | None = None
    command: bool = False


class Connection:
    """A connection to a platform, as somebody.

    Args:
        url: Of the platform, as `https://scf.example.com`.
        token: A session's token or an API key.
        http: Sends the requests; by default over the network.
        ids: Makes idempotency keys.
        language: In which the caller reads.
        pauses_s: How long to wait before each further try.
    """

    def __init__(
        self,
        url: str,
        token: str | None = None,
        *,
        http: Http | None = None,
        ids: IdSource | None = None,
        language: Language = "en",
        pauses_s: Sequence[float] = PAUSES_S,
    ) -> None:
        self.url, self.token = url.rstrip("/"), token
        self._http, self._ids, self._language, self._pauses_s = (
            http or _over_network(),
            ids or SystemIds(),
            language,
            pauses_s,
        )

    def call(self, sent: Sent, answer: type[Answer]) -> Answer:
        """Send a request and read its answer.

        Raises:
            ApiRefusal: The platform refused.
            Unreachable: Nobody answered.
        """
        named = self._named(sent)
        response = self._answered(sent, named)
        if response.status_code >= 400:
            raise ApiRefusal(response.status_code, _problem(response))
        return answer.model_validate_json(response.content)

    def _answered(self, sent: Sent, named: Mapping[str, Any]) -> Response:
        lost: Exception | None = None
        for pause_s in (*self._pauses_s, None):
            try:
                response: Response = self._http.request(sent.method, f"{self.url}{sent.path}", **named)
            except _transport_errors() as error:
                lost = error
            else:
                if pause_s is None or not _passing(response):
                    return response
            if pause_s is not None:
                time.sleep(pause_s)
        raise Unreachable(f"{sent.method} {sent.path}: {lost}") from lost

    def _named(self, sent: Sent) -> dict[str, Any]:
        headers = {"Accept-Language": "zh-CN" if self._language == "zh" else "en"}
        if self.token is not None:
            headers["Authorization"] = f"Bearer {self.token}"
        if sent.command:
            headers["Idempotency-Key"] = sent.key or str(self._ids.new(RequestId))
        if sent.version is not None:
            headers["If-Match"] = str(sent.version)
        named: dict[str, Any] = {"headers": headers}
        if sent.query is not None:
            named["params"] = sent.query.model_dump(mode="json", exclude_none=True)
        if sent.body is not None:
            named["json"] = sent.body.model_dump(mode="json", exclude_unset=True)
        if sent.files:
            named["files"] = [("files", (file.name, file.content)) for file in sent.files]
        return named


def _passing(response: Response) -> bool:
    if response.status_code == 409:
        return _problem(response).get("code") == IN_FLIGHT
    return response.status_code == 503


def _problem(response: Response) -> dict[str, Any]:
    try:
        found = json.loads(response.content)
    except ValueError:
        found = None
    return found if isinstance(found, dict) else {"code": f"http_{response.status_code}"}


def _over_network() -> Http:
    import httpx2  # noqa: PLC0415 - a program that speaks to a platform in its own process needs none

    return cast("Http", httpx2.Client(timeout=60))


def _transport_errors() -> tuple[type[Exception], ...]:
    import httpx2  # noqa: PLC0415

    return (httpx2.TransportError, ConnectionError, TimeoutError)
