"""A model's drift: the firms it was learned on beside today's, by score (PSI) and by each characteristic (CSI)."""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from openscf.credit.models.drift import stability_index, verdict
from openscf.credit.models.sample import Sample
from openscf.credit.models.scorecard import Scorecard
from openscf.credit.models.scorecard_fit import counts
from openscf.credit.models.scored import Model
from openscf.credit.wording import Said

SCORE: Final = "score"
FIFTHS: Final = 5


@dataclass(frozen=True, slots=True)
class Drift:
    """How far one distribution has moved.

    Attributes:
        name: `score`, or the feature's.
        said: What it is called.
        index: PSI of the score, CSI of a feature.
    """

    name: str
    said: Said
    index: float

    @property
    def verdict(self) -> str:
        """`stable` under 0.10, `watch` under 0.25, `shifted` from there on."""
        return verdict(self.index)

    def as_record(self) -> dict[str, Any]:
        """JSON-ready; the index to four places."""
        measure = "psi" if self.name == SCORE else "csi"
        return {
            "name": self.name, "said": self.said.as_record(), "measure": measure, "index": f"{self.index:.4f}",
            "verdict": self.verdict,
        }  # fmt: skip


def drift_of(model: Model, then: Sample, now: Sample) -> list[Drift]:
    """The score's drift, then that of each input of a scorecard, which alone has bins; in the model's own order.

    Args:
        model: The champion.
        then: The firms that it was learned on, as they were.
        now: Today's firms.
    """
    old, new = (np.array([model.score(s.values(row)).points for row in range(len(s.firms))]) for s in (then, now))
    edges = np.unique(np.quantile(old, np.linspace(0, 1, FIFTHS + 1)[1:-1]))
    cells = [
        np.bincount(np.searchsorted(edges, points, side="right"), minlength=len(edges) + 1) for points in (old, new)
    ]
    found = [Drift(SCORE, Said("Score", "评分"), stability_index(cells[0].tolist(), cells[1].tolist()))]
    if not isinstance(model, Scorecard):
        return found
    before, after = counts(model, then), counts(model, now)
    for each in model.inputs:
        name = each.feature.name
        index = stability_index(before[name].tolist(), after[name].tolist())
        found.append(Drift(name, Said(each.feature.en, each.feature.zh), index))
    return found
