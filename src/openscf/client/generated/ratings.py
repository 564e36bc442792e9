"""The client's methods of `ratings`, one an operation; written by scripts/generate_client.py."""

from openscf.client.connection import Connection, Sent
from openscf.portal import Page
from openscf.portal import shapes
from openscf.portal.operations import ratings


class Ratings(Connection):
    """What a platform offers in `ratings`. Each raises `ApiRefusal` and `Unreachable`."""

    def list_rating_scales(self) -> ratings.Scales:
        """In which scales are ratings given? 可用的评级体系。"""
        return self.call(Sent(method="GET", path="/v1/rating-scales"), ratings.Scales)

    def list_ratings(self, query: shapes.Paging | None = None) -> Page[ratings.GivenRatingView]:
        """Which ratings did I give? 本方出具的评级。"""
        return self.call(Sent(method="GET", path="/v1/ratings", query=query), Page[ratings.GivenRatingView])
