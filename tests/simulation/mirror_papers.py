"""What the register of documents on PostgreSQL knows of the storm's trades, and what memory is told of it."""

import dataclasses
import datetime as dt
import hashlib
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from openscf import trades
from openscf.cluster.simulation.house import Step
from openscf.cluster.simulation.moves import Moves
from openscf.cluster.simulation.openings import DAY
from openscf.financing import PoolAssets, PoolItem, request_confirmation, voucher_desk
from openscf.kernel.calendars import due_day
from openscf.kernel.money import CNY, Money
from openscf.trades import Document, DocumentId, DocumentKind, DocumentStatus, Identity, Reference
from tests.unit.financing.floor import SYSTEM
from tests.unit.trades.market import invoice

if TYPE_CHECKING:
    from tests.simulation.mirror import MirroredHouse

DOCUMENTED: Final = ("factoring", "reverse_factoring")
"""Products whose deals stand on a document here; a pool's items and vouchers do besides."""
KNOWN_TO_BUY: Final = 10**13
"""What each debtor is known to have bought: what exceeds its purchases is judged on PostgreSQL alone."""


class Papers:
    """See the module.

    Attributes:
        documents: By the name that memory gives them: an asset, or the number of a voucher's invoice.
        items: Receivables that pools were offered, by their documents, as they entered.
        worse: What has become of some of them in the register.
    """

    def __init__(self, house: "MirroredHouse") -> None:
        self.house, self.floor, self.chance = house, house.floor, house.chance
        self.documents: dict[str, DocumentId] = {}
        self.items: dict[str, PoolItem] = {}
        self.worse: dict[str, dict[str, Any]] = {}
        self._delivered: dict[str, Document] = {}
        self._invoices: dict[str, voucher_desk.Invoice] = {}
        self._opened: list[tuple[str, Mapping[str, Any], Mapping[str, Any]]] = []
        self._confirmed = set[tuple[DocumentId, Any]]()
        for party in self.house.parties.values():
            self.floor.run(SYSTEM, trades.link_party, party)
        for obligor in self.house.people["obligor"]:
            whole = Money(KNOWN_TO_BUY, CNY)
            known = self._deliver(self.house.people["client"][0], obligor, whole.minor)
            self._confirm(known, obligor, whole, due_on=self.house.START + 300 * DAY)

    def _identity(self, party: Any) -> Identity:
        name = self.house.names[party]
        return Identity(f"{name}有限公司", {"uscc": self.floor.codes[name]})

    def _deliver(self, seller: Any, buyer: Any, face_minor: int, **named: Any) -> DocumentId:
        """Another document comes in; no two of them look alike."""
        number = hashlib.sha256(str(len(self._delivered)).encode()).hexdigest()[:10].upper()
        sides = {"seller": self._identity(seller), "buyer": self._identity(buyer)}
        paper = invoice(number, face_minor, **sides, **named)
        found = self.floor.market.one(paper)
        self._delivered[str(found)] = paper
        return found

    def _confirm(self, document: DocumentId, obligor: Any, face: Money, *, due_on: dt.date) -> None:
        """Two persons of the debtor say that the claim is good."""
        self._confirmed.add((document, due_on))
        name, party = self.house.names[obligor], self.house.parties[obligor]
        asked = self.floor.run(f"{name}.maker", request_confirmation, document, obligor=party, face=face, due_on=due_on)
        self.floor.agreed(name, asked)

    # -- claims that are financed one by one --------------------------------------------------------------------------

    def of_deal(
        self, product: str, parties: Mapping[str, Any], said: Mapping[str, Any]
    ) -> tuple[Mapping[str, Any], dict[str, Any]]:
        """Who and what a deal is opened with: a fresh invoice, or now and then one that was brought before."""
        before = [one for one in self._opened if one[0] == product]
        if before and self.chance.permille(120):
            _, others, earlier = self.chance.pick(before)
            again = {"proposal": earlier["proposal"], "asset": earlier["asset"]}
            return {**others, "funder": parties["funder"]}, {**said, **again}
        fresh = {**said, "asset": f"paper {len(self._delivered)}"}
        face = Money(int(said["proposal"]["face"].replace(".", "")), CNY)
        self.documents[fresh["asset"]] = self._deliver(parties["client"], parties["obligor"], face.minor)
        self.house.book.worths[fresh["asset"]] = face.minor
        self._opened.append((product, parties, fresh))
        return parties, fresh

    def heed(self, deal: Any, step: Step) -> None:
        """The debtor says what the storm has drawn that it says: that the claim is good, and due on that day."""
        document = self.documents.get(self.house.book.assets[deal.id])
        due_on = step.evidence.confirmed_due_on
        if document is None or due_on is None or (document, due_on) in self._confirmed:
            return
        face = self.house.book.worths[self.house.book.assets[deal.id]]
        self._confirm(document, deal.parties["obligor"], Money(face, CNY), due_on=due_on)

    # -- what pools are made of ---------------------------------------------------------------------------------------

    def receivable(self, client: Any) -> str:
        """A fresh invoice of a pool's seller, by the id of its document."""
        today, face = self.house.today, 10_00 + self.chance.below(800_000_00)
        obligor = self.chance.pick(self.house.people["obligor"])
        due_on, issued_on = today + (20 + self.chance.below(100)) * DAY, today - 5 * DAY
        document = self._deliver(client, obligor, face, due_on=due_on, issued_on=issued_on)
        number = self._delivered[str(document)].number
        self.items[str(document)] = PoolItem(
            document=str(document), number=number, debtor=str(self.house.parties[obligor]), currency="CNY",
            face_minor=face, due_on=due_day(due_on, self.house.book.calendar).on, issued_on=issued_on,
        )  # fmt: skip
        return str(document)

    def worsen(self, document: str) -> None:
        """The seller declares an invoice void, or a red letter takes back a part of it; once for each."""
        if document in self.worse:
            return
        paper, part = self._delivered[document], 1 + self.chance.below(self.items[document].face_minor - 1)
        if self.chance.below(2):
            self.floor.market.deliver(dataclasses.replace(paper, status=DocumentStatus.VOID))
            self.worse[document] = {"void": True}
            return
        letter = dataclasses.replace(
            paper, number=f"R{paper.number}", kind=DocumentKind.CREDIT_NOTE, gross_minor=-part, due_on=None,
            references=(Reference(DocumentKind.INVOICE, paper.number),),
        )  # fmt: skip
        self.floor.market.deliver(letter)
        self.worse[document] = {"credited_minor": part}

    def looked_at(self, items: tuple[PoolItem, ...]) -> tuple[PoolItem, ...]:
        """Those of a pool's items that the register sees otherwise by now."""
        now = (dataclasses.replace(one, **self.worse.get(one.document, {})) for one in items)
        return tuple(new for old, new in zip(items, now, strict=True) if new != old)

    # -- what vouchers pay --------------------------------------------------------------------------------------------

    def backing(self, named: voucher_desk.Invoice) -> voucher_desk.Invoice:
        """The invoice that was brought under this name first, as the register has it, whatever is said of it later."""
        if named.number not in self._invoices:
            document = self._deliver(named.seller, named.buyer, named.face.minor)
            number = self._delivered[str(document)].number
            self._invoices[named.number] = dataclasses.replace(named, number=number)
            self.documents[number] = document
        return self._invoices[named.number]


class MirroredMoves(Moves):
    """Draws messages about what the register knows."""

    house: "MirroredHouse"

    def _fresh(self, deal: Any) -> list[str]:
        papers, pools = self.house.papers, self.house.book.pools
        mine = [one for one, other in self.house.book.deals.items() if one != deal.id and one in pools
                and other.parties.get("client") == deal.parties["client"]]  # fmt: skip
        held = [item.document for one in mine for item in pools[one] if item.document not in papers.worse]
        open_ = deal.state in ("proposed", "active", "drawn") and self.house.today < deal.book.due_on
        if held and open_ and self.chance.permille(250):
            return [self.chance.pick(held)]  # another pool has it
        return [papers.receivable(deal.parties["client"]) for _ in range(1 + self.chance.below(3))]

    def _item(self, name: str) -> PoolItem:
        return self.house.papers.items[name]

    def _collect(self, deal: Any, on: dt.date) -> Mapping[str, Any]:
        said = dict(super()._collect(deal, on))
        if "debtor" in said:
            said["debtor"] = str(self.house.parties[self.chance.pick(self.house.people["obligor"])])
        return said

    def _items(self, deal: Any, command: str, params: Mapping[str, Any]) -> PoolAssets | None:
        if deal.product != "receivables_pool":
            return None
        papers, known = self.house.papers, self.house.book.pools.get(deal.id, ())
        if known and self.chance.permille(200):
            papers.worsen(self.chance.pick(known).document)
        fresh = params.get("documents", ()) if command in ("accept", "add") else ()
        return PoolAssets(items=papers.looked_at(known), offered=tuple(self._item(name) for name in fresh))
