"""Refusals and mistakes as RFC 9457 problem documents, with a stable code and a sentence in both languages."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from openscf.kernel.errors import Refusal, RefusalKind, Where, refusal

MEDIA_TYPE: Final = "application/problem+json"
MOST_NAMED: Final = 20

BAD_REQUEST = refusal(
    "bad_request",
    en="The request does not have the form that this operation takes: {first}.",
    zh="请求格式不符合该操作的要求：{first}。",
    fix_en="Look at `errors` for each field, and at /docs for the form.",
    fix_zh="请查看 errors 中各字段的说明，以及 /docs 中的格式要求。",
    status=422,
)
UNKNOWN_PATH = refusal(
    "unknown_path",
    en="There is nothing at {path}.",
    zh="{path} 不存在。",
    fix_en="See /openapi.json for what there is.",
    fix_zh="可用接口见 /openapi.json。",
    status=404,
)
WRONG_METHOD = refusal(
    "wrong_method",
    en="{path} does not take {method}.",
    zh="{path} 不支持 {method} 方法。",
    fix_en="See /openapi.json for what it takes.",
    fix_zh="支持的方法见 /openapi.json。",
    status=405,
)
BUSY = refusal(
    "busy",
    en="The platform is serving as many requests as it can at this moment.",
    zh="平台当前请求已达上限。",
    fix_en="Send the same again, with the same key, after the time in Retry-After.",
    fix_zh="请在 Retry-After 指示的时间后，用同一幂等键重试。",
    status=503,
)
TOO_FAST = refusal(
    "too_fast",
    en="You send more requests a second than one caller may.",
    zh="您的请求过于频繁。",
    fix_en="Send the same again, with the same key, after the time in Retry-After.",
    fix_zh="请在 Retry-After 指示的时间后，用同一幂等键重试。",
    status=429,
)
BODY_TOO_LONG = refusal(
    "body_too_long",
    en="The request is longer than {most} bytes.",
    zh="请求内容超过 {most} 字节。",
    fix_en="Send the files in several requests.",
    fix_zh="请分多次上传。",
    status=413,
)
UNKNOWN_OUTCOME: Final = "outcome_unknown"
ACCIDENT: Final = "internal_error"


def record_of(refused: Refusal, request: str) -> dict[str, Any]:
    """A refusal as the fields of a problem document; `request` is the id of what was refused."""
    return {
        "type": f"https://openscf.example/problems/{refused.code}",
        "title": refused.code.replace("_", " "),
        "status": refused.kind.status,
        "code": refused.code,
        "detail": refused.sentence("en"),
        "detail_zh": refused.sentence("zh"),
        "fix": refused.remedy("en"),
        "fix_zh": refused.remedy("zh"),
        "param": _place(refused.where),
        "request_id": request,
    }


def of_refusal(refused: Refusal, request: Request, *, replayed: bool = False) -> Response:
    """A refusal as a problem document."""
    body = record_of(refused, request_id(request))
    headers = {"Idempotent-Replayed": "true"} if replayed else {}
    if refused.kind.status == 401:
        headers["WWW-Authenticate"] = 'Bearer realm="openscf"'
    if "seconds" in refused.params and refused.kind.status == 429:
        headers["Retry-After"] = str(refused.params["seconds"])
    return problem(body, headers)


def of_validation(error: RequestValidationError, request: Request) -> Response:
    """A body, query or header of the wrong form, with every field that is wrong."""
    named = [_field_error(one) for one in error.errors()[:MOST_NAMED]]
    first = f"{named[0]['field']}: {named[0]['message']}" if named else "?"
    refused = BAD_REQUEST(first=first, where=Where(field=named[0]["field"] if named else None))
    answer = json.loads(bytes(of_refusal(refused, request).body))
    return problem({**answer, "errors": named})


def of_http(error: HTTPException, request: Request) -> Response:
    """What the framework itself refuses: unknown paths and methods."""
    kinds: dict[int, tuple[RefusalKind, dict[str, Any]]] = {
        404: (UNKNOWN_PATH, {"path": request.url.path}),
        405: (WRONG_METHOD, {"path": request.url.path, "method": request.method}),
    }
    kind, params = kinds.get(error.status_code, (BAD_REQUEST, {"first": str(error.detail)}))
    answer = of_refusal(kind(**params), request)
    for name, value in (error.headers or {}).items():
        answer.headers[name] = value
    return answer


def of_accident(request: Request, code: str, *, status: int, en: str, zh: str) -> Response:
    """Something that went wrong on our side; it says nothing of the inside, but how to ask about it."""
    body = {
        "type": f"https://openscf.example/problems/{code}", "title": code.replace("_", " "), "status": status,
        "code": code, "detail": en, "detail_zh": zh, "fix": "Tell the operator this request_id.",
        "fix_zh": "请将 request_id 告知平台运营方。", "param": None, "request_id": request_id(request),
    }  # fmt: skip
    return problem(body, {"Retry-After": "1"} if status == 503 else {})


def problem(body: Mapping[str, Any], headers: Mapping[str, str] | None = None) -> Response:
    """The response that carries a problem document."""
    content = json.dumps(body, ensure_ascii=False).encode()
    return Response(content, status_code=body["status"], media_type=MEDIA_TYPE, headers=dict(headers or {}))


def request_id(request: Request) -> str:
    """The id of the request, as it stands in logs and audit entries."""
    return str(request.scope.get("openscf_request_id", "-"))


def _field_error(one: Mapping[str, Any]) -> dict[str, str]:
    place: Sequence[Any] = one.get("loc", ())
    return {"field": ".".join(map(str, place)), "message": str(one.get("msg", "")), "kind": str(one.get("type", ""))}


def _place(where: Where | None) -> str | None:
    return str(where) if where is not None and str(where) else None
