"""How good the data of a source or a firm is: four ratios with their evidence, one score, and reasons in two languages.

It stands with the network, because it is measured on snapshots by the network's engines, and below credit, which
rewards good data. What is judged is the data and never the firm: a poor trader can have perfect documents.
"""

from openscf.network.quality.model import DIMENSIONS, Evidence, Ratio, Reason, Scored
from openscf.network.quality.rules import score

__all__ = ["DIMENSIONS", "Evidence", "Ratio", "Reason", "Scored", "score"]
