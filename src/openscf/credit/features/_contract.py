"""What a feature is: one number about a firm, with its definition, its source and what a credit officer reads in it.

    FAMILY = Family(
        name="recency", en="Recency", zh="近期活跃度", needs=("invoice",), compute=compute,
        features=(Feature(name="days_since_sale", unit=Unit.DAYS, direction=Direction.LOWERS, ...),),
    )

A family is one file. It is pure: it takes relations as Ibis expressions and returns one, a row for each firm, and the
same expression runs on DuckDB and on Spark. Sums are taken over integers only and divided at the end, because a sum of
floats depends on the order in which an engine happens to add: so a score can be reproduced to the last byte.
"""

import datetime as dt
import enum
import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import Final

import ibis.expr.types as ir

from openscf.credit.store.workspace import Workspace
from openscf.kernel.errors import refusal
from openscf.kernel.registry import Registry

UNKNOWN_FAMILY = refusal(
    "unknown_feature_family",
    en="There is no family of features called {name}; there are: {known}.",
    zh="没有名为 {name} 的特征族；可用的有：{known}。",
    status=400,
)
UNKNOWN_FEATURE = refusal(
    "unknown_feature",
    en="{name} is no declared feature and can't enter a model.",
    zh="{name} 不是已声明的特征，不得进入模型。",
    fix_en="Use a feature that `openscf credit features --list` names. What a firm is called, where it sits, who owns"
    " it or how somebody else rates it is no input on purpose.",
    fix_zh="请使用 openscf credit features --list 列出的特征。企业名称、所在地、股东身份及他人评级均有意不作为输入。",
)


class Unit(enum.Enum):
    """In what a feature is counted."""

    MINOR = "minor"
    COUNT = "count"
    RATIO = "ratio"
    DAYS = "days"
    MONTHS = "months"


class Direction(enum.Enum):
    """How a larger value may move a score: never against what a credit officer could defend."""

    RAISES = "raises"
    LOWERS = "lowers"
    EITHER = "either"

    @property
    def sign(self) -> int:
        """+1, -1 or 0: the monotone constraint on the score."""
        return {"raises": 1, "lowers": -1, "either": 0}[self.value]


@dataclass(frozen=True, slots=True, kw_only=True)
class Feature:
    """A number about a firm.

    Attributes:
        name: Stable name, snake_case, unique over all families.
        unit: In what it is counted; amounts are integers in minor units, ratios are floats (they are scores, no money).
        direction: How a larger value may move the score.
        en, zh: What people call it.
        definition_en, definition_zh: How it is computed.
        meaning_en, meaning_zh: What a credit officer reads in it.
        source: Where the idea comes from: paper, standard or practice.
    """

    name: str
    unit: Unit
    direction: Direction
    en: str
    zh: str
    definition_en: str
    definition_zh: str
    meaning_en: str
    meaning_zh: str
    source: str


@dataclass(frozen=True)
class Inputs:
    """What a family may look at, as of a day.

    Attributes:
        as_of: The cut-off: nothing later has been seen.
        firms: `firm`: the firms that are judged, each once.
        dealings: By firm, side (`sale`, `purchase`), partner and period, to be summed; only evidence that does not come
            from the firm alone. `valid_count`, `void_count`, `red_count`, `gross_minor` (red letters subtracted),
            `red_minor` (their size, positive), `net_minor`, `tax_minor`, `first_on`, `last_on`. A period is a
            twelfth of a year back from the cut-off: 0 is the newest. Where the firm's own evidence is all, no row.
        evidence: One row for each firm: `document_count`, of which `alone_count` come from the firm alone and
            `counted_count` do not; among the latter `flagged_count`, `repeated_count`, `foreign_count`.
        market: By edge of the whole network (`seller`, `buyer`) and period, with the measures of `dealings`.
        settlement: Invoices and when they were paid; None where nobody delivers it.
        repayment: Instalments of earlier financings; None where nobody delivers it.
        workspace: Where shared tables are kept.
    """

    as_of: dt.date
    firms: ir.Table
    dealings: ir.Table
    evidence: ir.Table
    market: ir.Table
    settlement: ir.Table | None = None
    repayment: ir.Table | None = None
    workspace: Workspace = field(default_factory=Workspace, compare=False)

    @cached_property
    def months(self) -> ir.Table:
        """`dealings` summed over the partners: one row for each firm, side and period."""
        measures = {name: self.dealings[name].sum() for name in MEASURES}
        return self.keep("months", self.dealings.group_by("firm", "side", "period").aggregate(**measures))

    @cached_property
    def pairs(self) -> ir.Table:
        """One row for each firm, side and partner: amounts of the last year, the year before it and all years."""
        last, before = self.dealings.period < YEAR, self.dealings.period.between(YEAR, 2 * YEAR - 1)
        gross = self.dealings.gross_minor
        summed = self.dealings.group_by("firm", "side", "other").aggregate(
            last_minor=gross.sum(where=last).coalesce(0),
            before_minor=gross.sum(where=before).coalesce(0),
            first_on=self.dealings.first_on.min(),
            last_on=self.dealings.last_on.max(),
        )
        # A partner to whom more was credited than sold weighs nothing; it does not make the others' shares exceed one.
        bounded = summed.mutate(
            last_minor=summed.last_minor.clip(lower=0), before_minor=summed.before_minor.clip(lower=0)
        )
        return self.keep("pairs", bounded)

    def keep(self, name: str, table: ir.Table) -> ir.Table:
        """The table, computed once for all families that look at it."""
        return self.workspace.keep(name, table)


YEAR: Final = 12  # periods
MEASURES: Final = ("valid_count", "void_count", "red_count", "gross_minor", "red_minor", "net_minor", "tax_minor")
Compute = Callable[[Inputs], ir.Table]


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """Features that are computed together.

    Attributes:
        name: Stable name, plain lower-case words.
        en, zh: What people call it.
        needs: The relations of the snapshot without which all its features are missing.
        features: Its features.
        compute: Gives a table with `firm` and a column for each feature; a firm without a row has none of them.
    """

    name: str
    en: str
    zh: str
    needs: tuple[str, ...]
    features: tuple[Feature, ...]
    compute: Compute


FAMILIES: Registry[Family] = Registry("family", of=Family, name=lambda family: family.name, unknown=UNKNOWN_FAMILY)
"""All families: the modules of `openscf.credit.features`."""


@functools.cache
def known_families() -> Registry[Family]:
    """All families, discovered."""
    return FAMILIES.discover("openscf.credit.features")


@functools.cache
def known_features() -> Mapping[str, Feature]:
    """Every declared feature by name, in the order of families and declarations: the allow-list of all models."""
    found = {feature.name: feature for family in known_families() for feature in family.features}
    return MappingProxyType(found)


def feature_named(name: str) -> Feature:
    """The declared feature.

    Raises:
        Refusal: `unknown_feature`: only declared features can enter a model.
    """
    found = known_features().get(name)
    if found is None:
        raise UNKNOWN_FEATURE(name=ascii(name)[:60])
    return found
