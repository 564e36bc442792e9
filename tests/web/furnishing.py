"""What the world of the screens holds beside trades: a pool, a late debtor, papers for a keeper, ratings, a webhook."""

import datetime as dt
from fractions import Fraction
from typing import Any

from openscf.credit import AnchorKnown, Confirmation
from openscf.db.audit import sealer_at
from openscf.kernel.ids import PartyId
from openscf.parties import PersonRole
from tests.unit.api.hosted import Hosted
from tests.unit.api.test_custody import sent
from tests.unit.api.test_events import Outside, administrated, pumped
from tests.unit.api.test_insight import Subject
from tests.unit.api.test_ratings import rate
from tests.unit.financing.pools import PoolFloor
from tests.unit.operations.test_credit_views import evaluated


def furnish(hosted: Hosted, deal: str) -> dict[str, list[str]]:
    """Add all of it; the ids of what was made, by the name that addresses have for them.

    Args:
        hosted: The world behind the API.
        deal: A funded financing.
    """
    found = {
        "webhook_id": [_webhook(hosted)], "pool": [_pool(hosted)], "number": [_document(hosted, deal)],
        "custody": _papers(hosted), "ratings": _ratings(hosted),
        "request_id": _requests(hosted),
    }  # fmt: skip
    pumped(hosted, Outside())
    return found


def verified(hosted: Hosted) -> None:
    """The log is sealed, a note leaves the database, and the house verifies its books."""
    platform = hosted.house.platform
    sealer_at(platform.database, platform.settings).seal(checkpoint=True)
    assert hosted.post("operator.maker", "/v1/verifications").json()["ok"]


def _webhook(hosted: Hosted) -> str:
    administrated(hosted, "funder")
    body = {"url": "https://erp.example.com/openscf", "topics": ["financing.", "credit."]}
    made = _done(hosted.post("funder.admin", "/v1/webhooks", body))
    hosted.floor.clock.advance(dt.timedelta(seconds=1))
    return str(made["id"])


def _pool(hosted: Hosted) -> str:
    """A pool of three receivables, drawn on, one of them overdue by more than its contract bears."""
    floor = PoolFloor(hosted.floor)
    deal = floor.of_example()
    floor.draw(deal, "300,000.00", on=hosted.floor.clock.now().date())
    return str(deal)


def _anchor(buyer: PartyId) -> AnchorKnown:
    """A strong buyer with whom the seller has traded for two years."""
    return AnchorKnown(
        party=buyer, name="buyer有限公司", pd_ppb=800_000, confirmation=Confirmation.DATA, tenure_months=24,
        share=Fraction(2, 5), settled_minor=6_000_000_00,
    )  # fmt: skip


def _document(hosted: Hosted, deal: str) -> str:
    made = _done(hosted.post("seller.maker", "/v1/issued-documents", {"deal": deal, "kind": "disbursement"}))
    return str(made["number"])


def _papers(hosted: Hosted) -> list[str]:
    """Two papers for the keeper, of which it has vouched for one."""
    sent(hosted, "INV-K1")
    sent(hosted, "INV-K2")
    papers = _done(hosted.get("custodian.maker", "/v1/custody"))["items"]
    _done(hosted.post("custodian.maker", f"/v1/custody/{papers[0]['id']}/confirm", {}))
    return [one["id"] for one in papers]


def _ratings(hosted: Hosted) -> list[str]:
    floor = hosted.floor
    rate(hosted, "rater", "buyer", "AA")
    rate(hosted, "rater", "seller", "BB")
    floor.house.person("seller.signatory", floor.parties["seller"], PersonRole.SIGNATORY)
    for scope in ("ratings", "trades"):
        body = {"grantee": str(floor.parties["rater"]), "scope": scope, "purpose": "independent rating",
                "valid_until": "2027-01-01"}  # fmt: skip
        _done(hosted.post("seller.signatory", "/v1/consents", body))
    evaluated(floor.house, Subject(floor.parties["seller"]), anchors=[_anchor(floor.parties["buyer"])])
    return [one["id"] for one in _done(hosted.get("rater.maker", "/v1/ratings"))["items"]]


def _requests(hosted: Hosted) -> list[str]:
    """What waits for a second person: a limit of the funder, a rating."""
    parties = hosted.floor.parties
    limit = {"kind": "counterparty", "amount": {"amount": "9000000.00", "currency": "CNY"}, "role": "obligor",
             "party": str(parties["buyer"]), "valid_until": "2027-03-10"}  # fmt: skip
    rating = {"subject": str(parties["buyer"]), "kind": "agency", "scale": "international", "symbol": "A",
              "rated_on": "2026-03-01", "valid_until": "2027-03-01", "source": "report 4712"}  # fmt: skip
    asked = [
        _done(hosted.post("funder.maker", "/v1/limits", limit)),
        _done(hosted.post("rater.maker", "/v1/ratings", rating)),
    ]
    return [one["id"] for one in asked]


def _done(answer: Any) -> Any:
    assert answer.status_code < 300, answer.text
    return answer.json()
