"""The application of the screens: pages, commands from forms, signing in, files."""

import base64
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import structlog
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from openscf.access import NOT_SIGNED_IN
from openscf.db.database import is_unavailable
from openscf.kernel.errors import Refusal, refusal
from openscf.portal import FileView, House
from openscf.web import exports, pages, signing
from openscf.web.acting import Acting
from openscf.web.assets import Assets
from openscf.web.declaring import PAGES, Page
from openscf.web.joining import Joining
from openscf.web.provider import CALLBACK
from openscf.web.rendering import Renderer, tables_of, words_of
from openscf.web.tables import Table
from openscf.web.visit import Visit, visit_of

Answer = Callable[[Request, FormData], Response]
MOST_FILES = 200

NO_SUCH_PAGE = refusal(
    "no_such_page",
    en="There is no page at {path}, or it is not for your enterprise.",
    zh="{path} 页面不存在，或不对贵企业开放。",
    fix_en="Go to the start page, or search with Ctrl-K.",
    fix_zh="请返回首页，或按 Ctrl-K 搜索。",
    status=404,
)
PAGE_ACCIDENT = refusal(
    "page_accident",
    en="Something went wrong on our side; nothing was done.",
    zh="系统内部错误，操作未执行。",
    fix_en="Try again; if it happens once more, tell the operator the number below.",
    fix_zh="请重试；如再次出现，请将下方编号告知平台运营方。",
    status=503,
)
PAGE_AWAY = refusal(
    "page_away",
    en="The database can't be reached at the moment.",
    zh="暂时无法连接数据库。",
    fix_en="Try again in a moment.",
    fix_zh="请稍后重试。",
    status=503,
)


def create_web(house: House) -> Starlette:
    """The screens of an installation."""
    return Starlette(
        routes=Screens(house).routes(), middleware=[Middleware(GZipMiddleware, minimum_size=800, compresslevel=5)]
    )


class Screens:
    """The screens.

    Args:
        house: What they show.
    """

    def __init__(self, house: House) -> None:
        self.house, self.assets = house, Assets()
        self.renderer = Renderer(self.assets)
        self.signing = signing.Signing(house, self.renderer)
        self.acting, self.joining = Acting(house, self.renderer), Joining(house, self.renderer)

    def routes(self) -> list[Route]:
        """Where everything is."""
        assert pages.__name__, "imported so that pages declare themselves"
        static = Route("/static/{version}/{name:path}", self.assets.answer, name="static")
        own = [
            Route("/sign-in", self._guarded(self.signing.form), methods=["GET"], name="sign_in"),
            Route("/sign-in", self._guarded(self.signing.sign_in), methods=["POST"], name="sign_in"),
            Route("/sign-in/demo", self._guarded(self.signing.demo), methods=["POST"], name="sign_in_demo"),
            Route("/sign-in/provider", self._guarded(self.signing.provider.begin), methods=["GET"], name="provider"),
            Route(CALLBACK, self._guarded(self.signing.provider.back), methods=["GET"], name="provider_back"),
            Route("/invitation", self._guarded(self.joining.form), methods=["GET"], name="invitation"),
            Route("/invitation", self._guarded(self.joining.accept), methods=["POST"], name="invitation"),
            Route("/sign-out", self._guarded(self.signing.sign_out), methods=["POST"], name="sign_out"),
            Route("/language/{language}", self._guarded(self.signing.language), name="language"),
            Route("/step-up", self._guarded(self.acting.step_up), methods=["POST"], name="step_up"),
            Route("/do/{operation}", self._guarded(self.acting.act), methods=["POST"], name="act"),
        ]
        shown = [self._page(one) for one in PAGES.values() if one.there]
        return [static, *own, *shown, Route("/{rest:path}", self._guarded(self._nowhere), name="nowhere")]

    def _page(self, page: Page) -> Route:
        def answer(request: Request, _form: FormData) -> Response:
            visit = self._visit(request)
            if visit is None:
                return signing.ask(request)
            if not page.is_for(visit.desk.principal):
                raise NO_SUCH_PAGE(path=request.url.path)
            visit.page = page
            shown = page.view(visit, **request.path_params)
            if shown.file is not None:
                return saved(shown.file)
            if visit.exporting is not None:
                return exported(visit, tables_of(shown.context))
            title = shown.title or page.title(visit.words.language)
            context = {"visit": visit, "page": page, "title": title, **shown.context}
            return self.renderer.page(request, f"pages/{shown.template}", context, status=shown.status)

        return Route(page.path, self._guarded(answer), methods=["GET"], name=page.id)

    def _guarded(self, answer: Answer) -> Callable[[Request], Awaitable[Response]]:
        async def serve(request: Request) -> Response:
            form = FormData()
            if request.method == "POST":
                form = await request.form(max_files=MOST_FILES)
            try:
                return await run_in_threadpool(self._answered, answer, request, form)
            finally:
                await form.close()

        return serve

    def _answered(self, answer: Answer, request: Request, form: FormData) -> Response:
        request.scope["route"] = PAGES_ROUTE
        try:
            return answer(request, form)
        except Refusal as refused:
            if refused.code == NOT_SIGNED_IN.code:
                return signing.ask(request)
            return self._refused(request, refused)
        except Exception as error:
            if is_unavailable(error):
                return self._refused(request, PAGE_AWAY())
            number = request.scope.get("openscf_request_id", "-")
            structlog.get_logger("openscf.web").error("accident", request_id=number, exc_info=error)
            return self._refused(request, PAGE_ACCIDENT(), 500)

    def _refused(self, request: Request, refused: Refusal, status: int | None = None) -> Response:
        try:
            return self.renderer.refused(request, refused, self._visit(request), status=status)
        except Exception as error:
            if not is_unavailable(error):
                raise
            return self.renderer.refused(request, refused, status=status)

    def _visit(self, request: Request) -> Visit | None:
        known: Visit | None = getattr(request.state, "visit", None)
        if known is None:
            known = request.state.visit = visit_of(self.house, request, words_of(request))
        return known

    def _nowhere(self, request: Request, _form: FormData) -> Response:
        if request.url.path != "/" and request.url.path.endswith("/"):
            return RedirectResponse("/" + request.url.path.strip("/"), 308)
        raise NO_SUCH_PAGE(path=request.url.path)


@dataclass(frozen=True)
class Counted:
    """What the outermost layer counts a page under.

    Attributes:
        name: In the meters and the log.
    """

    name: str


PAGES_ROUTE = Counted("web")


def saved(file: FileView) -> Response:
    """A file, to be saved under its own name."""
    headers = {"Content-Disposition": f'attachment; filename="{file.name}"'}
    return Response(base64.b64decode(file.content), headers=headers, media_type=file.media_type)


def exported(visit: Visit, tables: dict[str, Table]) -> Response:
    """A table of a page as a file.

    Raises:
        Refusal: `no_such_export`.
    """
    kind, name = visit.exporting or "", visit.asked("table")
    table = tables.get(name)
    makers: dict[str, tuple[Any, str]] = {"csv": (exports.as_csv, exports.CSV), "xlsx": (exports.as_xlsx, exports.XLSX)}
    if table is None or kind not in makers:
        raise exports.NO_SUCH_EXPORT(table=name[:60], kind=kind[:10])
    make, media = makers[kind]
    headers = {"Content-Disposition": f'attachment; filename="{table.name}.{kind}"'}
    return Response(make(table, visit.words), headers=headers, media_type=media)
