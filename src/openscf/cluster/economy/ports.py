"""What an economy asks of the world outside: where its money lies, and who finances it.

Each regime of finance is one implementation of `Finance`; the platform's own engine is another one, behind a door.
"""

from typing import TYPE_CHECKING, Protocol

from openscf.cluster.economy.model import Answer, Claim, Fact, Need

if TYPE_CHECKING:
    from openscf.cluster.economy.world import World

OUTSIDE = "outside"
"""Everybody who is no firm of the cluster: end customers, workers, landlords, sellers of raw material."""


class Treasury(Protocol):
    """Where the firms' money lies."""

    def balance(self, name: str) -> int:
        """What a firm has, in fen."""
        ...

    def pay(self, payer: str, payee: str, amount: int, *, note: str = "") -> None:
        """Move money between firms, or from or to `OUTSIDE`; the payer has it."""
        ...


class Finance(Protocol):
    """Who finances the firms, and hears of their trades."""

    def heard(self, world: "World", fact: Fact) -> None:
        """Something happened between firms."""
        ...

    def ask(self, world: "World", need: Need) -> Answer:
        """A firm asks for money on its claims or its name."""
        ...

    def settle(self, world: "World", claim: Claim) -> None:
        """A debtor pays a claim in full today: to its creditor, or to whoever has the claim by now."""
        ...

    def evening(self, world: "World") -> None:
        """The day is over: money that was promised arrives, loans fall due."""
        ...


class Purse:
    """Money in a dictionary, for economies without a bank."""

    def __init__(self, begin: dict[str, int]) -> None:
        self.balances = dict(begin)
        self.outside = -sum(begin.values())

    def balance(self, name: str) -> int:
        """See `Treasury.balance`."""
        return self.balances.get(name, 0)

    def pay(self, payer: str, payee: str, amount: int, *, note: str = "") -> None:
        """See `Treasury.pay`."""
        assert amount >= 0, f"{payer} can't pay {amount}"
        for name, change in ((payer, -amount), (payee, amount)):
            if name == OUTSIDE:
                self.outside += change
            else:
                self.balances[name] = self.balances.get(name, 0) + change
                assert self.balances[name] >= 0, f"{name} has {self.balances[name]} after {note}"
