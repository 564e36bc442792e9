"""The client's methods of `credit`, one an operation; written by scripts/generate_client.py."""

from openscf.client.connection import Connection, Sent
from openscf.portal.operations import approvals
from openscf.portal.operations import credit


class Credit(Connection):
    """What a platform offers in `credit`. Each raises `ApiRefusal` and `Unreachable`."""

    def explain_limit(self, party_id: str, query: credit.CreditQuery | None = None) -> credit.LimitExplainedView:
        """Why this limit, and what would raise it? 额度的依据与提升途径。"""
        return self.call(Sent(method="GET", path=f"/v1/parties/{party_id}/limit", query=query), credit.LimitExplainedView)

    def get_rating(self, party_id: str, query: credit.CreditQuery | None = None) -> credit.RatingView:
        """A firm's rating, its raters and its reasons. 企业评级、评级方及理由。"""
        return self.call(Sent(method="GET", path=f"/v1/parties/{party_id}/rating", query=query), credit.RatingView)

    def record_rating(self, body: credit.RecordRating, *, key: str | None = None) -> approvals.RequestView:
        """Send a rating of a firm. 报送企业评级。"""
        return self.call(Sent(method="POST", path="/v1/ratings", body=body, key=key, command=True), approvals.RequestView)
