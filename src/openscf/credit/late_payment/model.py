"""The model of late payment as data: weights in JSON, scored without any library."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from openscf.credit.late_payment.history import SIGNALS, Receivable
from openscf.credit.models.numbers import MODEL_MALFORMED, logistic, ppm, spelled
from openscf.kernel.canonical import canonical_json, digest
from openscf.kernel.errors import Language

KIND: Final = "openscf.late_payment/1"
NAME: Final = "late-payment"


@dataclass(frozen=True, slots=True)
class Expectation:
    """What is expected of a receivable.

    Attributes:
        late_ppm: Probability that it is paid later than is tolerated, in millionths.
        days: Expected days from invoice to payment.
        early_days, late_days: Four of five such receivables were paid within these.
        expected_on: The day on which to expect the money.
        reasons: (signal, push): what speaks most for a late payment, in log-odds beside the usual receivable.
    """

    late_ppm: int
    days: int
    early_days: int
    late_days: int
    expected_on: dt.date
    reasons: tuple[tuple[str, float], ...]

    def sentence(self, language: Language) -> str:
        """The expectation as a sentence."""
        percent = f"{self.late_ppm / 10_000:.1f} %"
        if language == "zh":
            span = f"约 {self.days} 天（多在 {self.early_days} 至 {self.late_days} 天）"
            return f"逾期概率 {percent}；预计 {self.expected_on} 付款，{span}。"
        span = f"after {self.days} days (mostly {self.early_days} to {self.late_days})"
        return f"Late with {percent}; the money is expected on {self.expected_on}, {span}."


@dataclass(frozen=True)
class LatePaymentModel:
    """Weights of the signals.

    Attributes:
        means, scales: Of each signal in the sample; a signal enters as (value - mean) / scale.
        late: Intercept and weights of the log-odds of a late payment.
        days: Intercept and weights of the days from invoice to payment.
        spread: Tenth and ninetieth percentile of (days paid - days expected) in the sample.
        trained: Where it comes from, JSON-ready.
        grace_days: Days past due that are tolerated: late is what is paid after them.
    """

    means: tuple[float, ...]
    scales: tuple[float, ...]
    late: tuple[float, ...]
    days: tuple[float, ...]
    spread: tuple[float, float]
    trained: Mapping[str, Any]
    grace_days: int = 0

    @property
    def name(self) -> str:
        """What it is called."""
        return str(self.trained.get("name", NAME))

    @property
    def kind(self) -> str:
        """Its form."""
        return KIND

    def expect(self, receivable: Receivable, signals: Sequence[float]) -> Expectation:
        """What is expected of a receivable with these signals (`signals_of`)."""
        given = zip(signals, self.means, self.scales, strict=True)
        standard = [(value - mean) / scale for value, mean, scale in given]
        pushes = [weight * value for weight, value in zip(self.late[1:], standard, strict=True)]
        days = self.days[0] + sum(weight * value for weight, value in zip(self.days[1:], standard, strict=True))
        early, expected, late = (max(0, round(days + shift)) for shift in (self.spread[0], 0.0, self.spread[1]))
        named = sorted(zip((signal.name for signal in SIGNALS), pushes, strict=True), key=lambda one: -one[1])
        return Expectation(
            late_ppm=ppm(logistic(self.late[0] + sum(pushes))),
            days=expected,
            early_days=early,
            late_days=late,
            expected_on=receivable.issued_on + dt.timedelta(days=expected),
            reasons=tuple((name, push) for name, push in named[:3] if push > 0),
        )

    def as_json(self) -> dict[str, Any]:
        """The whole model, JSON-ready."""
        columns = zip(SIGNALS, self.means, self.scales, self.late[1:], self.days[1:], strict=True)
        names = ("mean", "scale", "late", "days")
        signals = [
            {"signal": signal.name, **dict(zip(names, map(spelled, numbers), strict=True))}
            for signal, *numbers in columns
        ]
        return {
            "kind": KIND, "signals": signals, "late": spelled(self.late[0]), "days": spelled(self.days[0]),
            "spread": [spelled(edge) for edge in self.spread], "grace_days": self.grace_days,
            "trained": dict(self.trained),
        }  # fmt: skip

    @cached_property
    def sha256(self) -> str:
        """Hash of its canonical bytes, in hex."""
        return digest(self.as_json()).hex()

    def to_bytes(self) -> bytes:
        """Its canonical bytes."""
        return canonical_json(self.as_json())

    @staticmethod
    def from_json(record: Mapping[str, Any]) -> "LatePaymentModel":
        """The model of a record.

        Raises:
            Refusal: `model_malformed`: also when it weighs anything but the declared signals.
        """
        try:
            rows = record["signals"]
            if record["kind"] != KIND or [row["signal"] for row in rows] != [signal.name for signal in SIGNALS]:
                raise ValueError("its signals are not the declared ones")
            columns = {name: tuple(float(row[name]) for row in rows) for name in ("mean", "scale", "late", "days")}
            low, high = (float(edge) for edge in record["spread"])
            if type(record["grace_days"]) is not int or record["grace_days"] < 0:
                raise ValueError("grace_days is no number of days")
            return LatePaymentModel(
                columns["mean"], columns["scale"], (float(record["late"]), *columns["late"]),
                (float(record["days"]), *columns["days"]), (low, high), dict(record["trained"]), record["grace_days"],
            )  # fmt: skip
        except (KeyError, TypeError, ValueError) as error:
            raise MODEL_MALFORMED(reason=ascii(str(error))[:80]) from None
