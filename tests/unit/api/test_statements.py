"""How many statements a command costs: an application is paid for by the statement, at both ends of the wire.

Planted: a read that is added in a loop over the parties of a deal, one that a look at all of them has made superfluous,
and a row that is sent by itself (`test_an_application_costs_…` counts more than it allows).
"""

import contextlib
from collections.abc import Iterator
from typing import Any

import psycopg

from tests.unit.api.hosted import Hosted

APPLY, ACCEPT = 15, 24
"""With the key, the claim of the idempotency key and the answer kept; without the commits."""


@contextlib.contextmanager
def counted() -> Iterator[list[str]]:
    """The statements that are sent meanwhile."""
    sent: list[str] = []
    real = psycopg.Cursor.execute

    def noted(self: Any, query: Any, *args: Any, **named: Any) -> Any:
        sent.append(query if isinstance(query, str) else bytes(query).decode())
        return real(self, query, *args, **named)

    psycopg.Cursor.execute = noted  # type: ignore[method-assign]
    try:
        yield sent
    finally:
        psycopg.Cursor.execute = real  # type: ignore[method-assign]


def test_an_application_costs_so_many_statements_and_no_more(hosted: Hosted) -> None:
    floor = hosted.floor
    floor.limits()
    floor.bring("funder", "10,000,000.00")
    policy = {"needs_receipt": False, "auto_fund_up_to": "1000000.00"}
    programme = str(floor.programme(parties={"funder": "funder"}, policy=policy))
    costs = []
    for number, face in (("A-770001", "100000.00"), ("B-330002", "223456.00")):  # the first opens the seller's account
        document = floor.invoice(number, face)
        floor.confirm(document, face)
        body = {"programme": programme, "document": str(document), "due_on": "2026-05-31"}
        with counted() as applying:
            applied = hosted.post("seller.maker", "/v1/financings", body)
        with counted() as accepting:
            accepted = hosted.post("seller.maker", f"/v1/financings/{applied.json()['financing']['id']}/accept")
        assert accepted.json()["financing"]["state"] == "funded", accepted.text
        costs.append((applying, accepting))
    applying, accepting = costs[-1]
    assert len(applying) <= APPLY, "\n".join(applying)
    assert len(accepting) <= ACCEPT, "\n".join(accepting)
    assert len(applying) + len(accepting) > 20, "the statements were counted"
