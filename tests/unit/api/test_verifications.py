"""Verifying the books and the log that vouches for them, and what is known of it afterwards.

Planted defect: the notes outside the database are gone, and the log is still called good.
"""

import shutil

from openscf.db.audit import sealer_at
from tests.unit.api.hosted import Hosted
from tests.unit.api.test_portfolio import funded


def test_a_verification_is_kept_with_what_it_found(hosted: Hosted) -> None:
    funded(hosted)
    platform = hosted.house.platform
    sealed = sealer_at(platform.database, platform.settings).seal(checkpoint=True)
    found = hosted.post("operator.maker", "/v1/verifications")
    assert (found.status_code, found.json()["ok"]) == (200, True), found.text
    assert found.json()["log"]["covered"] == sealed.size > 0
    known = hosted.get("operator.maker", "/v1/audit").json()
    (note,) = known["notes"]
    assert (note["number"], note["kind"], note["entries"]) == (1, "checkpoint", sealed.size)
    (past,) = known["verifications"]
    assert (past["ok"], past["breaches"], past["entries"]) == (True, 0, sealed.size)
    assert known["waiting"] >= 1, "that it was verified waits for the sealer like any other entry"


def test_notes_that_are_gone_are_found(hosted: Hosted) -> None:
    funded(hosted)
    platform = hosted.house.platform
    sealer_at(platform.database, platform.settings).seal(checkpoint=True)
    shutil.rmtree(platform.settings.audit_notes)
    found = hosted.post("operator.maker", "/v1/verifications").json()
    assert (found["ok"], found["log"]["ok"], found["breaches"]) == (False, False, [])
    (past,) = hosted.get("operator.maker", "/v1/audit").json()["verifications"]
    assert past["ok"] is False
    assert "note" in past["first"]


def test_only_the_house_verifies_and_reads_of_it(hosted: Hosted) -> None:
    for name in ("funder.maker", "seller.maker"):
        assert hosted.post(name, "/v1/verifications").json()["code"] == "office_may_not"
        assert hosted.get(name, "/v1/audit").json()["code"] == "office_may_not"
