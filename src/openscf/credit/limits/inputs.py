"""All that a limit depends on, written down so that the same inputs give the same limit again, on any day."""

import dataclasses
import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final

from openscf.credit.incentives import quality_from
from openscf.credit.limits.evidence import LimitFacts
from openscf.credit.limits.model import Evidence, EvidenceKind, EvidenceOrigin, Limit, LimitPolicy
from openscf.credit.limits.rules import limit_of
from openscf.kernel.ids import PartyId, TypedId
from openscf.kernel.money import Money, currency

RULES_VERSION: Final = "limit-2"
"""Changes with the rules of `limits.rules`: an assessment says under which it was made."""

_AMOUNTS: Final = ("lowest", "highest", "step")


class LimitAssessmentId(TypedId, prefix="lma"):
    """One assessment of a firm's limit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitAssessment:
    """A limit as it came out, with everything that it came from.

    Attributes:
        number: Counts the firm's assessments; the highest holds.
        policy: Version of the rules.
        inputs: Facts, policy and evidence; `limit_again` computes the limit from them anew.
        limit: What may be owed.
        binding: What holds it down.
        answer: Bounds, reasons and what would raise it, in both languages.
    """

    id: LimitAssessmentId
    subject: PartyId
    number: int
    assessed_on: dt.date
    policy: str
    inputs: Mapping[str, Any]
    limit: Money
    binding: str
    answer: Mapping[str, Any]
    assessed_at: dt.datetime


def inputs_of(facts: LimitFacts, policy: LimitPolicy, evidence: Iterable[Evidence]) -> dict[str, Any]:
    """Facts, policy and the evidence behind them, as JSON with exact numbers."""
    quality = facts.quality
    plain = {field.name: getattr(facts, field.name) for field in dataclasses.fields(facts)}
    terms = {field.name: getattr(policy, field.name) for field in dataclasses.fields(policy)}
    return {
        "rules": RULES_VERSION,
        "facts": {
            **plain,
            "pd": str(facts.pd),
            "quality": None if quality is None else quality.as_record(),
        },
        "policy": {
            "currency": policy.step.currency.code,
            **{name: value.minor if isinstance(value, Money) else _spelled(value) for name, value in terms.items()},
        },
        "evidence": [
            {
                "kind": one.kind.value,
                "value": one.value,
                "origin": one.origin.value,
                "source": one.source,
                "as_of": one.as_of.isoformat(),
                "same_group": one.same_group,
            }
            for one in evidence
        ],
    }


def limit_again(inputs: Mapping[str, Any]) -> Limit:
    """The limit that these inputs give.

    Raises:
        ValueError: They were written under other rules.
    """
    facts, policy, _ = terms_of(inputs)
    return limit_of(facts, policy)


def terms_of(inputs: Mapping[str, Any]) -> tuple[LimitFacts, LimitPolicy, list[Evidence]]:
    """The facts, the policy and the evidence that `inputs_of` wrote down.

    Raises:
        ValueError: They were written under other rules.
    """
    if inputs["rules"] != RULES_VERSION:
        raise ValueError(f"these inputs were judged under {inputs['rules']}")
    said, terms = dict(inputs["facts"]), dict(inputs["policy"])
    quality = said.pop("quality")
    facts = LimitFacts(
        **{**said, "pd": Fraction(said["pd"])}, quality=None if quality is None else quality_from(quality)
    )
    unit = currency(terms.pop("currency"))
    amounts: dict[str, Any] = {name: Money(terms.pop(name), unit) for name in _AMOUNTS}
    exact: dict[str, Any] = {
        name: Fraction(value) if isinstance(value, str) else value for name, value in terms.items()
    }
    return facts, LimitPolicy(**exact, **amounts), [_evidence(one) for one in inputs["evidence"]]


def _evidence(record: Mapping[str, Any]) -> Evidence:
    return Evidence(
        kind=EvidenceKind(record["kind"]), value=record["value"], origin=EvidenceOrigin(record["origin"]),
        source=record["source"], as_of=dt.date.fromisoformat(record["as_of"]), same_group=record["same_group"],
    )  # fmt: skip


def _spelled(value: Fraction | int) -> str | int:
    return str(value) if isinstance(value, Fraction) else value
