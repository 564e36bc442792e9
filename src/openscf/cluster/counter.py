"""The counter at which members of a cluster stand: each calls the platform's operations by their names, as a person.

It is the register from which the API, the typed client and the screens are made, so that a call here is judged by the
same offices, models, idempotency keys and row security as one that came over HTTP. Signing in is not repeated: the
persons are taken as signed in, with a fresh proof; passwords, sessions and codes have suites of their own.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from openscf import parties
from openscf.cluster.stage import ACTOR, Stage
from openscf.db import UnitOfWork
from openscf.kernel.errors import Language, Refusal
from openscf.kernel.ids import RequestId
from openscf.kernel.money import CNY, Money, parse_amount
from openscf.portal import OPERATIONS, Desk, Given, House, Operation, Principal, Reply, Upload, perform


@dataclass(frozen=True, slots=True)
class Reason:
    """Why something was refused, as an operation answers it: a code, and sentences in both languages."""

    code: str
    en: str
    zh: str
    fix_en: str = ""
    fix_zh: str = ""

    @classmethod
    def of(cls, refused: Refusal) -> "Reason":
        """The same of a call that was refused whole."""
        return cls(
            refused.code, refused.sentence("en"), refused.sentence("zh"), refused.remedy("en"), refused.remedy("zh")
        )

    def sentence(self, language: Language = "en") -> str:
        """What happened."""
        return self.en if language == "en" else self.zh

    def remedy(self, language: Language = "en") -> str:
        """What can be done about it."""
        return self.fix_en if language == "en" else self.fix_zh


def yuan(minor: int) -> dict[str, str]:
    """An amount as operations are told it."""
    return {"amount": Money(minor, CNY).amount, "currency": CNY.code}


def fen(shown: Mapping[str, str] | None) -> int:
    """An amount as operations tell it; nothing is nothing."""
    return 0 if shown is None else parse_amount(shown["amount"], CNY).minor


class Counter:
    """See the module.

    Args:
        stage: The book and its people.
    """

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        keys = stage.vault, stage.fingerprints
        self._house = House(
            stage.platform, tenant=stage.context.tenant, keys=keys, originals=stage.desk.originals
        )  # fmt: skip
        self._principals: dict[str, Principal] = {}
        self.calls: dict[str, int] = {}

    def call(
        self, actor: str, operation: str, body: Mapping[str, Any] | None = None, *,
        query: Mapping[str, Any] | None = None, files: Mapping[str, bytes] | None = None, **path: str,
    ) -> Any:  # fmt: skip
        """Carry out an operation as `name.maker` or `name.checker`; its answer, as JSON values.

        Raises:
            Refusal: What the platform answers.
            pydantic.ValidationError: The body is not what the operation is told: a defect of the caller.
        """
        declared = OPERATIONS[operation]
        self.calls[operation] = self.calls.get(operation, 0) + 1
        given = Given(
            path=path, files=tuple(Upload(name, content) for name, content in (files or {}).items()),
            query=None if declared.query is None else declared.query.model_validate(query or {}),
            body=None if declared.body is None else declared.body.model_validate(body or {}),
            key=f"{operation}-{self.calls[operation]:06}",
        )  # fmt: skip
        ids = self.stage.database.ids
        return self._sent(Desk(self._house, self._principal(actor), ids.new(RequestId)), declared, given).record()

    def _sent(self, desk: Desk, declared: Operation, given: Given) -> Reply:
        """A call on its way to the platform, and its answer on its way back."""
        return perform(desk, declared, given)

    def agreed(self, member: str, asked: Mapping[str, Any]) -> None:
        """A member's checker approves a request that was answered, exactly as it stands."""
        seen = asked.get("payload_sha256") or asked["sha256"]
        self.call(f"{member}.checker", "approve_request", {"payload_sha256": seen}, request_id=asked["id"])

    def _principal(self, actor: str) -> Principal:
        if actor not in self._principals:
            self._principals[actor] = self.stage.run(ACTOR, self._looked_up, actor)
        return self._principals[actor]

    def _looked_up(self, work: UnitOfWork, actor: str) -> Principal:
        name, _, what = actor.rpartition(".")
        joined = self.stage.joined[name]
        person, party = getattr(joined, what), joined.party.id
        held = parties.appointments_of(work, person)
        return Principal(
            tenant=work.context.tenant, person=person, party=party, offices=parties.offices_of(work, party),
            duties=frozenset(one.role for one in held if one.party == party), stepped_up=True,
        )  # fmt: skip
