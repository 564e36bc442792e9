"""A small world for the matrix of tenants: an enterprise of each role and more, people with every duty, and objects.

Each object says who may know of it. Whoever is not among them is a stranger to it and must be answered as if it were
not there.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from openscf.cluster.papers import receipt
from openscf.db import Database
from openscf.kernel.ids import PartyId, TenantId
from openscf.parties import Cleartext, Party, PartyRole, PersonalKind, PersonRole, add_login, find_party
from openscf.settlement import NewSettlementAccount, SettlementKind, open_settlement_account
from tests.unit.api.hosted import PASSWORD, Hosted
from tests.unit.api.papers import closed, sale, upload
from tests.unit.api.test_trades import statement
from tests.unit.parties.house import SYSTEM, uscc

MT940 = """:20:STARTUMSE
:25:110900000020002
:28C:00001/001
:60F:C260309CNY0,00
:61:2603090309CR1000,00NTRFNONREF//B4D7
:86:166?00GUTSCHRIFT?20NOBODY-KNOWS?32远洋装备股份有限公司
:62F:C260309CNY1000,00
-
"""
CALLERS: Mapping[str, PartyRole] = {
    "operator": PartyRole.OPERATOR, "buyer": PartyRole.ANCHOR, "seller": PartyRole.SUPPLIER,
    "funder": PartyRole.FUNDER, "rival": PartyRole.FUNDER, "stranger": PartyRole.SUPPLIER,
    "customer": PartyRole.BUYER, "distributor": PartyRole.DISTRIBUTOR, "custodian": PartyRole.CUSTODIAN,
    "carrier": PartyRole.CARRIER, "rater": PartyRole.RATER, "guarantor": PartyRole.GUARANTOR,
    "backer": PartyRole.BACKER,
}  # fmt: skip
"""Enterprises, one of each role and two of the roles whose rivals matter; each has a person `<name>.all`."""


@dataclass(frozen=True)
class Thing:
    """An object of the world.

    Attributes:
        id: Its id.
        seen_by: Enterprises that may know of it.
        bodies: Body fields that make a request about it a real one.
        also: What else betrays it: numbers, names that stand nowhere else.
        public: That it exists is no secret, only what is inside.
    """

    id: str
    seen_by: frozenset[str]
    bodies: Mapping[str, Any] = field(default_factory=dict)
    also: tuple[str, ...] = ()
    public: bool = False

    @property
    def absent(self) -> str:
        """An id of the same kind that nothing has."""
        return f"{self.id[:-6]}{'000000' if not self.id.endswith('000000') else '111111'}"


class World:
    """The platform with its enterprises and things.

    Attributes:
        hosted: The API over it.
        things: By what the path calls them, as `/v1/financings/{deal_id}`.
        named: By the prefix of their ids, for what bodies and queries name.
        inside: An enterprise that everybody may know of, asked for what is inside.
        defaults: What a body names besides the thing that it is about: a frame that is open to all, a claim, a funder.
    """

    def __init__(self, database: Database, tenant: TenantId, home: Path) -> None:
        self.hosted = Hosted(database, tenant, home)
        floor = self.hosted.floor
        for name, role in CALLERS.items():
            if name not in floor.parties:
                floor.join(name, role)
            floor.house.person(f"{name}.all", floor.parties[name], *PersonRole)
        self.things = self._things()
        self.named = {thing.id.partition("_")[0]: thing for thing in self.things.values()}
        self.inside = Thing(str(self.parties["seller"]), frozenset({"seller", "operator"}), public=True)
        self.things |= {f"/v1/parties/{{party_id}}/{what}": self.inside for what in ("rating", "limit")}
        self.defaults = {"programme": str(floor.programme(parties={"funder": "funder"})),
                         "document": self.things["/v1/trades/{document_id}"].id,
                         "funder": str(self.parties["funder"])}  # fmt: skip

    @property
    def parties(self) -> Mapping[str, PartyId]:
        """Ids of the enterprises."""
        return self.hosted.floor.parties

    def _posted(self, who: str, path: str, body: Any = None) -> Any:
        answer = self.hosted.post(f"{who}.all", path, body)
        assert answer.status_code < 300, (path, answer.text)
        return answer.json()

    def _things(self) -> dict[str, Thing]:
        hosted, floor = self.hosted, self.hosted.floor
        seller = frozenset({"seller", "operator"})
        sides = frozenset({"seller", "buyer", "operator"})
        lent = frozenset({*sides, "funder"})
        deal, programme = self._financed()
        free = closed(hosted, "FREE-1")
        account = self._posted("seller", "/v1/bank-accounts", {
            "scheme": "CNAPS", "bank_code": "102100099996", "number": "6222020200112238",
            "holder_name": "seller有限公司",
        })  # fmt: skip
        stopped = floor.house.people["seller.checker"]
        request = hosted.get("seller.all", f"/v1/requests/{account['request']}").json()
        consent = self._posted("seller", "/v1/consents", {
            "grantee": str(self.parties["buyer"]), "scope": "trades", "purpose": "early payment",
            "valid_until": "2027-01-01",
        })  # fmt: skip
        file = upload(
            hosted, "seller.all", ("SECRET-FILE.csv", b"order_number,issued_on,seller_code,buyer_code\nX,y\n")
        )
        key = self._posted("seller", "/v1/api-keys", {"name": "SECRET-KEY", "scope": "read", "days": 30})
        newcomer = self._posted("operator", "/v1/parties", {"name_zh": "未公开有限公司", "uscc": uscc(4321)})
        users = hosted.get("seller.all", "/v1/users").json()["items"]
        held = next(one for one in users if one["person"] == str(stopped))
        sha = {"payload_sha256": request["payload_sha256"]}
        only = frozenset({"operator"})
        return {
            "/v1/custody/{document_id}": Thing(self._goods(), sides | {"custodian"}, also=("GR-SECRET-GOODS",)),
            "/v1/financings/{deal_id}": Thing(deal, lent),
            "/v1/trades/{document_id}": Thing(free, sides, also=("FREE-1",)),
            "/v1/documents/{document_id}": Thing(free, sides),
            "/v1/documents/{file_id}": Thing(file[0]["id"], seller, also=("SECRET-FILE",)),
            "/v1/programmes/{programme_id}": Thing(programme, lent),
            "/v1/requests/{request_id}": Thing(request["id"], seller, bodies=sha, also=(request["payload_sha256"],)),
            "/v1/bank-accounts/{account_id}": Thing(account["id"], seller, also=("****2238",)),
            "/v1/consents/{consent_id}": Thing(consent["id"], sides),
            "/v1/api-keys/{key_id}": Thing(key["key"]["id"], seller, also=("SECRET-KEY",)),
            "/v1/parties/{party_id}": Thing(newcomer["id"], only, also=("未公开",)),
            "/v1/appointments/{appointment_id}": Thing(held["appointments"][0]["id"], seller),
            "/v1/users/{person_id}": Thing(held["person"], seller),
            "/v1/exceptions/{exception_id}": Thing(self._unexplained(), only),
            "a login": Thing(self._login(), seller),
            "/v1/pools/{deal_id}": Thing(deal, lent),
            **self._money(deal),
            **self._vouchers(),
            "/v1/webhooks/{webhook_id}": Thing(
                self._posted("seller", "/v1/webhooks", {"url": "https://secret-hook.example.com/in"})["id"],
                frozenset({"seller", "operator"}),
                also=("secret-hook",),
            ),
        }

    def _goods(self) -> str:
        """A goods receipt that the seller sent and that names the keeper, who has not vouched for it."""
        keeper = self.hosted.floor.run(SYSTEM, find_party, self.parties["custodian"])
        assert isinstance(keeper, Party)
        paper = receipt(sale(self.hosted, "SECRET-GOODS"), keeper)
        upload(self.hosted, "seller.all", ("SECRET-GOODS.csv", paper))
        (waiting,) = self.hosted.get("custodian.all", "/v1/custody").json()["items"]
        found: str = waiting["id"]
        return found

    def _money(self, deal: str) -> dict[str, Thing]:
        """The seller's cash, a document of its own, and a collection account of the funder with unplaced money."""
        hosted, floor = self.hosted, self.hosted.floor
        keeps = frozenset({"funder", "operator"})
        cash = hosted.get("seller.all", "/v1/accounts?purpose=cash").json()["items"][0]["id"]
        paper = self._posted("seller", "/v1/issued-documents", {"deal": deal, "kind": "disbursement"})
        new = NewSettlementAccount(
            kind=SettlementKind.COLLECTION, owner=self.parties["funder"], bank_code="102100099996",
            number="110900000020002", holder_name="funder有限公司",
        )  # fmt: skip
        account = floor.run(SYSTEM, open_settlement_account, new)
        file = ("SECRET-STATEMENT.txt", MT940.encode())
        taken = hosted.call("operator.all", "POST", "/v1/bank-statements", files=[("files", file)])
        assert taken.status_code == 201, taken.text
        return {
            "/v1/accounts/{account_id}": Thing(cash, frozenset({"seller", "operator"})),
            "/v1/issued-documents/{number}": Thing(paper["number"], frozenset({"seller", "funder", "operator"})),
            "/v1/settlement-accounts/{account_id}": Thing(str(account.id), keeps, also=("110900000020002",)),
            "/v1/suspense/{item_id}": Thing(taken.json()["suspense"][0]["id"], keeps, also=("NOBODY-KNOWS",)),
        }

    def _vouchers(self) -> dict[str, Thing]:
        """A voucher of the buyer's that the seller has accepted, and its piece."""
        frame = self.hosted.floor.programme(
            "payables_voucher", {"least_piece": "10000.00"}, parties={"issuer": "buyer", "obligor": "buyer"}
        )
        made = self._posted("buyer", "/v1/vouchers", {
            "programme": str(frame), "payee": str(self.parties["seller"]), "due_on": "2026-07-31",
            "face": {"amount": "113000.00", "currency": "CNY"}, "document": closed(self.hosted, "VOUCHED-1"),
        })  # fmt: skip
        path = f"/v1/vouchers/{made['voucher']['id']}"
        seal = {"sha256": made["request"]["sha256"]}
        assert self.hosted.post("buyer.checker", f"{path}/approve", seal).status_code == 200
        piece = self._posted("seller", f"{path}/accept")["pieces"][0]["id"]
        sides = frozenset({"buyer", "seller", "operator"})
        return {
            "/v1/vouchers/{voucher_id}": Thing(made["voucher"]["id"], sides | {"funder"}),
            "/v1/pieces/{piece_id}": Thing(piece, sides),
        }

    def _financed(self) -> tuple[str, str]:
        """An invoice on which the funder has lent: financing, frame."""
        hosted, floor = self.hosted, self.hosted.floor
        document = closed(hosted, "LENT-1")
        floor.limits()
        floor.bring("funder", "1,000,000.00")
        frame = floor.programme(
            parties={"funder": "funder", "client": "seller", "obligor": "buyer"},
            policy={"needs_receipt": False, "auto_fund_up_to": "1000000.00"},
        )
        said = {"amount": {"amount": "113000.00", "currency": "CNY"}, "due_on": "2026-05-29"}
        asked = hosted.post("buyer.maker", f"/v1/trades/{document}/confirm", said).json()
        agreed = {"payload_sha256": asked["payload_sha256"]}
        assert hosted.post("buyer.checker", f"/v1/requests/{asked['id']}/approve", agreed).status_code == 200
        deal = self._posted("seller", "/v1/financings", {"programme": str(frame), "document": document})
        deal = deal["financing"]["id"]
        self._posted("seller", f"/v1/financings/{deal}/accept")
        return deal, str(frame)

    def _login(self) -> str:
        house = self.hosted.floor.house
        name, password = Cleartext(PersonalKind.LOGIN, "secret.login"), Cleartext(PersonalKind.SECRET, PASSWORD)
        return str(house.run(SYSTEM, add_login, house.people["seller.checker"], name, password=password,
                             vault=house.vault).id)  # fmt: skip

    def _unexplained(self) -> str:
        upload(self.hosted, "seller.maker", ("statement.xml", statement(6_000_000, "thank you")))
        found: str = self.hosted.get("operator.all", "/v1/exceptions").json()["items"][0]["id"]
        return found

    def thing(self, path: str) -> tuple[str, Thing] | None:
        """What a path is about: the name of its parameter, and the thing; None without a factory."""
        for known, thing in sorted(self.things.items(), key=lambda each: -len(each[0])):
            if path == known or path.startswith(f"{known}/"):
                return re.findall(r"\{(\w+)\}", known)[0], thing
        return None


__all__ = ["CALLERS", "Thing", "World"]
