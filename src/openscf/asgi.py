"""What a server runs: the API and the screens in one application, behind one outermost layer.

`openscf serve` hands `openscf.asgi:create` to granian, in each of its worker processes.
"""

import contextlib
import os
from typing import Any

from openscf.api import Around, create_api
from openscf.bootstrap import Platform, open_platform
from openscf.kernel.ids import TenantId
from openscf.portal import House

AT_ONCE = 64  # more would wait for the database's connections, and whoever waits there can't be told to come again


def application(platform: Platform, *, tenant: TenantId | None = None, at_once: int = AT_ONCE) -> Any:
    """The application over an opened platform."""
    api = create_api(House(platform, tenant=tenant))
    return Around(api, ids=platform.ids, meters=api.state.meters, at_once=at_once)


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
                platform = self._open.enter_context(open_platform())
                named = os.environ.get("OPENSCF_TENANT")
                self._app = application(platform, tenant=TenantId.parse(named) if named else None)
                await send({"type": "lifespan.startup.complete"})
            else:
                self._open.close()
                await send({"type": "lifespan.shutdown.complete"})
                return


def create() -> Served:
    """The application of a worker process."""
    return Served()


__all__ = ["AT_ONCE", "Served", "application", "create"]
