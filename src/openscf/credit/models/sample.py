"""A sample to learn from: firms, their features, and whether each defaulted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from openscf.credit.features._compute import FeatureTable
from openscf.credit.features._contract import UNKNOWN_FEATURE, known_features
from openscf.kernel.errors import refusal

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

SAMPLE_TOO_SMALL = refusal(
    "sample_too_small",
    en="A model can't be learned from {count} firms of which {bad} defaulted; it needs at least {least} of each kind.",
    zh="样本共 {count} 户、违约 {bad} 户，无法建模；两类样本均须不少于 {least} 户。",
    fix_en="Add firms whose outcome is known.",
    fix_zh="请补充已知结果的企业。",
)
LEAST_OF_A_KIND = 5


@dataclass(frozen=True, slots=True)
class Sample:
    """Firms with known outcome.

    Attributes:
        firms: Their keys.
        names: Features, in the order of the columns.
        x: Values, (firms, features); NaN where missing.
        bad: 1 where the firm defaulted, 0 where not, (firms,).
    """

    firms: tuple[str, ...]
    names: tuple[str, ...]
    x: Floats
    bad: Integers

    def rows(self, index: npt.NDArray[np.intp]) -> "Sample":
        """The sample of these rows."""
        firms = tuple(self.firms[at] for at in index)
        return Sample(firms, self.names, self.x[index], self.bad[index])

    def column(self, name: str) -> Floats:
        """The values of one feature."""
        return self.x[:, self.names.index(name)]

    def values(self, row: int) -> dict[str, float | None]:
        """The features of one firm, None where missing."""
        found = zip(self.names, self.x[row], strict=True)
        return {name: None if np.isnan(value) else float(value) for name, value in found}

    def informative(self) -> "Sample":
        """The sample without the features that are the same, or missing, for all its firms."""
        kept = [at for at in range(len(self.names)) if len(np.unique(self.x[~np.isnan(self.x[:, at]), at])) > 1]
        return Sample(self.firms, tuple(self.names[at] for at in kept), self.x[:, kept], self.bad)

    def check(self) -> "Sample":
        """The sample itself, if something can be learned from it and nothing undeclared stands in it.

        Raises:
            Refusal: `unknown_feature`, `sample_too_small`.
        """
        allowed = known_features()
        for name in self.names:
            if name not in allowed:
                raise UNKNOWN_FEATURE(name=ascii(name)[:60])
        bad = int(self.bad.sum())
        if min(bad, len(self.bad) - bad) < LEAST_OF_A_KIND:
            raise SAMPLE_TOO_SMALL(count=len(self.bad), bad=bad, least=LEAST_OF_A_KIND)
        return self


def sample_of(features: FeatureTable, outcomes: Mapping[str, bool], *, names: Sequence[str] | None = None) -> Sample:
    """The sample of all firms that have features and a known outcome.

    Args:
        features: Features of firms.
        outcomes: Whether a firm defaulted, by firm.
        names: Which features; by default all.

    Raises:
        Refusal: `unknown_feature`, `sample_too_small`.
    """
    chosen = tuple(features.names if names is None else names)
    for name in chosen:
        if name not in features.names:
            raise UNKNOWN_FEATURE(name=ascii(name)[:60])
    rows = features.rows()
    firms = tuple(sorted(firm for firm in rows if firm in outcomes))
    x = np.array([[_number(rows[firm][name]) for name in chosen] for firm in firms], np.float64)
    bad = np.array([int(outcomes[firm]) for firm in firms], np.int64)
    return Sample(firms, chosen, x.reshape(len(firms), len(chosen)), bad).check()


def population(features: FeatureTable, firms: Sequence[str]) -> Sample:
    """Firms of a table as a sample without outcomes (all zero): to compare its distribution with another's."""
    wanted = frozenset(firms)
    rows = {firm: values for firm, values in features.rows().items() if firm in wanted}
    x = np.array([[_number(value) for value in values.values()] for values in rows.values()], np.float64)
    known, names = tuple(rows), tuple(features.names)
    return Sample(known, names, x.reshape(len(known), len(names)), np.zeros(len(known), np.int64))


def _number(value: float | int | None) -> float:
    return float("nan") if value is None else float(value)
