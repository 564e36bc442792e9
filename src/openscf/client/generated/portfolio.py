"""The client's methods of `portfolio`, one an operation; written by scripts/generate_client.py."""

from openscf.client.connection import Connection, Sent
from openscf.portal import Page
from openscf.portal.operations import portfolio


class Portfolio(Connection):
    """What a platform offers in `portfolio`. Each raises `ApiRefusal` and `Unreachable`."""

    def get_portfolio(self, query: portfolio.PortfolioQuery | None = None) -> portfolio.PortfolioView:
        """Where is the money concentrated, and how late is it? 资产组合集中度与账龄。"""
        return self.call(Sent(method="GET", path="/v1/portfolio", query=query), portfolio.PortfolioView)

    def list_decisions(self, query: portfolio.DecisionFilter | None = None) -> Page[portfolio.DecisionView]:
        """What was decided about financings, and from what? 融资决策及其依据。"""
        return self.call(Sent(method="GET", path="/v1/decisions", query=query), Page[portfolio.DecisionView])
