"""The client's methods of `search`, one an operation; written by scripts/generate_client.py."""

from openscf.client.connection import Connection, Sent
from openscf.portal.operations import search


class Search(Connection):
    """What a platform offers in `search`. Each raises `ApiRefusal` and `Unreachable`."""

    def search(self, query: search.SearchQuery | None = None) -> search.Hits:
        """Search everything that you may see. 全局搜索。"""
        return self.call(Sent(method="GET", path="/v1/search", query=query), search.Hits)
