"""What a server runs: the API and the screens in one application, behind one outermost layer.

`openscf serve` hands `openscf.asgi:create` to granian, in each of its worker processes.
"""

import contextlib
import gc
from typing import Any, Final

import structlog

from openscf.api import Around, configure_logs, create_api
from openscf.bootstrap import open_platform
from openscf.db.settings import Settings
from openscf.kernel.ids import TenantId
from openscf.portal import Background, House
from openscf.web import create_web

API_PATHS: Final = frozenset({"/healthz", "/metrics", "/openapi.json"})
_COLLECTED: Final = (10_000, 20, 20)
"""Objects that have come before the youngest are looked through; how often before the older ones, and all, are too."""


def application(house: House) -> Any:
    """The application of a house: the API at its paths, the screens everywhere else."""
    api, web, chosen = create_api(house), create_web(house), house.platform.settings

    async def either(scope: Any, receive: Any, send: Any) -> None:
        path = scope.get("path", "")
        chosen_app = api if path in API_PATHS or path.startswith("/v1/") else web
        await chosen_app(scope, receive, send)

    return Around(either, ids=house.platform.ids, meters=api.state.meters, at_once=chosen.at_once, per_s=chosen.per_s)


class Served:
    """An application that opens its platform when the server starts and closes it when it stops."""

    def __init__(self) -> None:
        self._app: Any = None
        self._open = contextlib.ExitStack()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Serve one request, or the server's own start and stop."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        else:
            await self._app(scope, receive, send)

    async def _live(self, receive: Any, send: Any) -> None:
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                if not await self._started(send):
                    return
            else:
                self._open.close()
                await send({"type": "lifespan.shutdown.complete"})
                return

    async def _started(self, send: Any) -> bool:
        """Start, and say whether it went well: a server that is not told goes on, and answers 500 for ever."""
        try:
            self._start()
        except Exception as error:
            structlog.get_logger("openscf.serve").exception("not_started")
            self._open.close()
            await send({"type": "lifespan.startup.failed", "message": f"openscf does not start: {error}"})
            return False
        await send({"type": "lifespan.startup.complete"})
        return True

    def _start(self) -> None:
        configure_logs()
        settings = Settings.from_environment()
        platform = self._open.enter_context(open_platform(settings))
        house = House(platform, tenant=None if settings.tenant is None else TenantId.parse(settings.tenant))
        if settings.background:
            self._open.enter_context(Background(house))
        self._app = application(house)
        self._open.callback(_let_go, gc.get_threshold())
        _keep()


def _keep() -> None:
    """What a started server holds (modules, routes, templates) stays, and is not looked through for garbage again.

    A full collection would go through all of it, a fifth of a second in the midst of a request, as often as a quarter
    of it has come anew; what requests leave behind is a small part of that.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_COLLECTED)


def _let_go(threshold: tuple[int, int, int]) -> None:
    gc.set_threshold(*threshold)
    gc.unfreeze()


def create() -> Served:
    """The application of a worker process."""
    return Served()


__all__ = ["Served", "application", "create"]
