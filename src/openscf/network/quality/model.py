"""What is counted of a source's or firm's data, and what comes of it."""

from dataclasses import dataclass
from typing import Final

DIMENSIONS: Final = ("completeness", "timeliness", "consistency", "agreement")


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What was counted of one subject; all counts are of documents unless they say otherwise.

    Attributes:
        kind: `source` (who sent it) or `firm` (who is named on it as seller or buyer).
        subject: The source as the platform names it, or a node key.
        documents: Orders, goods documents, invoices and credit notes, void ones included.
        rejected: Rows that could not be read; of sources only.
        expected, filled: Cells that such documents need, and those that are filled in; a rejected row has none of its.
        dated: Issued since the subject's data began to come in; older ones are history that was brought along.
        prompt: Those of them that came within `rules.PROMPT_DAYS` of their issue.
        consistent: Documents with nothing wrong in themselves.
        wrong_sum: Net and tax don't give the gross amount.
        wrong_sign: An invoice below nothing, or a credit note above.
        due_early: Due before it was issued.
        from_future: Issued after it came in.
        flagged: Other oddities that its reader saw and did not repair.
        compared: Documents that more than one source told of, or of which two different things were said.
        disputed: Those of them of which two different things were said.
    """

    kind: str
    subject: str
    documents: int
    rejected: int
    expected: int
    filled: int
    dated: int
    prompt: int
    consistent: int
    wrong_sum: int
    wrong_sign: int
    due_early: int
    from_future: int
    flagged: int
    compared: int
    disputed: int


@dataclass(frozen=True, slots=True)
class Ratio:
    """One dimension.

    Attributes:
        name: One of `DIMENSIONS`.
        good, of: The evidence: so many of so many.
        points: What it adds to the score.
        most: What it could add.
    """

    name: str
    good: int
    of: int
    points: int
    most: int

    @property
    def bps(self) -> int | None:
        """The ratio in hundredths of a per cent, rounded down; None without evidence."""
        return self.good * 10_000 // self.of if self.of else None


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a score is not higher, and by that what would raise it.

    Attributes:
        code: Stable name.
        count: Of what it speaks.
        en, zh: The sentence.
    """

    code: str
    count: int
    en: str
    zh: str


@dataclass(frozen=True, slots=True)
class Scored:
    """The quality of a subject's data.

    Attributes:
        evidence: What was counted.
        ratios: In the order of `DIMENSIONS`.
        score: 0 to 100, the sum of the ratios' points.
        reasons: Why it is not 100, what costs most first.
    """

    evidence: Evidence
    ratios: tuple[Ratio, ...]
    score: int
    reasons: tuple[Reason, ...]
