"""The typed client: its methods are those of the register, and a lost reply does nothing twice."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from openscf.client import ApiRefusal, Client, Unreachable
from openscf.portal import OPERATIONS
from openscf.portal.operations.financings import Apply
from tests.unit.api.hosted import Hosted
from tests.unit.api.test_financings import wanted

ROOT = Path(__file__).parents[3]


class LosesReplies:
    """Carries every request out, and loses the reply of the first `lost`; or, `before`, the requests themselves."""

    def __init__(self, http: Any, lost: int, *, before: bool = False) -> None:
        self.http, self.lost, self.before, self.sent = http, lost, before, 0

    def request(self, method: str, url: str, **named: Any) -> Any:
        self.sent += 1
        if self.sent <= self.lost and self.before:
            raise ConnectionError("the request was lost")
        response = self.http.request(method, url, **named)
        if self.sent <= self.lost:
            raise ConnectionError("the reply was lost")
        return response


def client(hosted: Hosted, name: str, http: Any = None) -> Client:
    return Client("http://testserver", hosted.token(name), http=http or hosted.client, pauses_s=(0, 0))


def test_the_generated_methods_are_current() -> None:
    done = subprocess.run(
        [sys.executable, "scripts/generate_client.py", "--check"], cwd=ROOT, check=False, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout


def test_there_is_a_method_for_each_operation_and_no_other() -> None:
    from openscf.client import Connection

    assert {name for name in set(dir(Client)) - set(dir(Connection)) if not name.startswith("_")} == set(OPERATIONS)


def test_an_invoice_becomes_money_through_the_client(hosted: Hosted) -> None:
    seller = client(hosted, "seller.maker")
    applied = seller.apply_financing(Apply(**wanted(hosted)))
    assert applied.quote.offer is not None
    assert applied.quote.offer.cash_now.amount == "795000.00"
    accepted = seller.accept_offer(applied.financing.id)
    assert (accepted.financing.state, accepted.waiting) == ("funded", None)
    assert [one.event for one in seller.list_financing_events(applied.financing.id).items][-1] == "fund"
    assert [one.id for one in seller.list_financings().items] == [applied.financing.id]


@pytest.mark.parametrize("before", [False, True])
def test_a_lost_reply_is_asked_for_again_and_nothing_is_done_twice(hosted: Hosted, before: bool) -> None:
    http = LosesReplies(hosted.client, 1, before=before)
    applied = client(hosted, "seller.maker", http).apply_financing(Apply(**wanted(hosted)))
    assert http.sent == 2
    assert [one.id for one in client(hosted, "seller.maker").list_financings().items] == [applied.financing.id]


def test_nobody_answering_is_told_as_such(hosted: Hosted) -> None:
    with pytest.raises(Unreachable, match="POST /v1/financings"):
        client(hosted, "seller.maker", LosesReplies(hosted.client, 9)).apply_financing(Apply(**wanted(hosted)))


def test_a_refusal_has_its_code_and_its_sentence_in_both_languages(hosted: Hosted) -> None:
    with pytest.raises(ApiRefusal) as refused:
        client(hosted, "seller.maker").get_financing("dea_00000000000000000000000000")
    assert (refused.value.status, refused.value.code) == (404, "deal_not_found")
    assert refused.value.sentence("zh") != refused.value.sentence("en")
