"""The client's methods of `day_end`, one an operation; written by scripts/generate_client.py."""

from openscf.client.connection import Connection, Sent
from openscf.portal.operations import day_end


class DayEnd(Connection):
    """What a platform offers in `day_end`. Each raises `ApiRefusal` and `Unreachable`."""

    def get_day_end(self, query: day_end.DayQuery | None = None) -> day_end.DayEndView:
        """What did ending a day come to? 日终结果。"""
        return self.call(Sent(method="GET", path="/v1/day-end", query=query), day_end.DayEndView)

    def run_day_end(self, body: day_end.EndDay, *, key: str | None = None) -> day_end.DayEndView:
        """End a business day. 日终处理。"""
        return self.call(Sent(method="POST", path="/v1/day-ends", body=body, key=key, command=True), day_end.DayEndView)
