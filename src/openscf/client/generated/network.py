"""The client's methods of `network`, one an operation; written by scripts/generate_client.py."""

from openscf.client.connection import Connection, Sent
from openscf.portal.operations import network


class Network(Connection):
    """What a platform offers in `network`. Each raises `ApiRefusal` and `Unreachable`."""

    def get_data_quality(self) -> network.DataQuality:
        """How good are the data that come in, by sender? 数据质量。"""
        return self.call(Sent(method="GET", path="/v1/data-quality"), network.DataQuality)

    def get_network(self, query: network.NetworkQuery | None = None) -> network.NetworkView:
        """Whom do I trade with, and how much? 交易网络。"""
        return self.call(Sent(method="GET", path="/v1/network", query=query), network.NetworkView)
