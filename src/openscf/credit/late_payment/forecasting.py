"""A forecast as a record of its inputs: with the model it names the same bytes are made of it again."""

import datetime as dt
import hashlib
import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from openscf.credit.late_payment.history import SIGNALS, Receivable, signals_of
from openscf.credit.late_payment.model import LatePaymentModel
from openscf.credit.models.numbers import PPM, read, spelled
from openscf.kernel.canonical import canonical_json
from openscf.kernel.errors import refusal

FORMAT: Final = "openscf.lateness/1"

FORECAST_NOT_REPRODUCED = refusal(
    "forecast_not_reproduced",
    en="The forecast of {document} does not come out again from its inputs and its model.",
    zh="单据 {document} 的付款预测无法由其输入与模型复现。",
    fix_en="The record was changed after it was written, or by another program; don't decide on it.",
    fix_zh="记录在生成后被修改，或由其他程序生成；请勿据此决策。",
    status=409,
)


@dataclass(frozen=True, slots=True)
class Forecast:
    """When a receivable is paid, with all that this was computed from.

    Attributes:
        content: Everything, JSON-ready.
        data: The canonical bytes of `content`.
    """

    content: Mapping[str, Any]
    data: bytes

    @property
    def document(self) -> str:
        """The invoice, as the snapshot names it."""
        return str(self.content["document"])

    @property
    def late_ppm(self) -> int:
        """Probability that it is paid later than is tolerated, in millionths; a million once this is certain."""
        return int(self.content["late_ppm"])

    @property
    def sha256(self) -> str:
        """Hash of its bytes, in hex."""
        return hashlib.sha256(self.data).hexdigest()


def forecasts(
    model: LatePaymentModel, receivables: Sequence[Receivable], wanted: Collection[str], *, on: dt.date
) -> Iterator[Forecast]:
    """Foretell receivables from what was known on the day of each invoice, and on which day of which it is overdue.

    Args:
        model: By which.
        receivables: All that may be known.
        wanted: Ids of those that are foretold.
        on: What is overdue on this day beyond what the model tolerates is late for certain.
    """
    for each, signals in signals_of(receivables, wanted=wanted):
        named = dict(zip((signal.name for signal in SIGNALS), map(spelled, signals), strict=True))
        overdue = each.settled_on is None or each.settled_on > on
        yield forecast(model, each, named, overdue=overdue and bool(each.is_late(on, grace_days=model.grace_days)))


def forecast(
    model: LatePaymentModel, each: Receivable, signals: Mapping[str, str | None], *, overdue: bool
) -> Forecast:
    """A forecast from the text of its inputs: what is computed is what is kept.

    Args:
        model: By which.
        each: The receivable.
        signals: The value of each signal, as text.
        overdue: It is late for certain already.
    """
    found = model.expect(each, [float(read(signals[signal.name]) or 0) for signal in SIGNALS])
    content = {
        "format": FORMAT, "document": each.id, "debtor": each.debtor, "issued_on": each.issued_on.isoformat(),
        "due_on": each.due_on.isoformat(), "amount_minor": each.amount_minor, "model_sha256": model.sha256,
        "grace_days": model.grace_days, "signals": dict(signals), "overdue": overdue,
        "late_ppm": PPM if overdue else found.late_ppm, "days": found.days, "early_days": found.early_days,
        "late_days": found.late_days, "expected_on": found.expected_on.isoformat(),
        "reasons": [name for name, _ in found.reasons],
    }  # fmt: skip
    return Forecast(content, canonical_json(content))


def forecast_again(data: bytes, model: LatePaymentModel) -> Forecast:
    """Make a forecast again from its record, and compare every byte.

    Raises:
        Refusal: `forecast_not_reproduced`.
    """
    try:
        kept = json.loads(data)
        each = Receivable(
            id=kept["document"], debtor=kept["debtor"], issued_on=dt.date.fromisoformat(kept["issued_on"]),
            due_on=dt.date.fromisoformat(kept["due_on"]), amount_minor=kept["amount_minor"],
        )  # fmt: skip
        again = forecast(model, each, kept["signals"], overdue=kept["overdue"])
    except (ValueError, KeyError, TypeError):
        raise FORECAST_NOT_REPRODUCED(document="?") from None
    if again.data != data:
        raise FORECAST_NOT_REPRODUCED(document=each.id)
    return again


def told_of(content: Mapping[str, Any]) -> dict[str, str]:
    """What a forecast says and what speaks most for a late payment, as a sentence in both languages."""
    words = {signal.name: signal for signal in SIGNALS}
    why = [words[name] for name in content["reasons"]]
    grace, percent = content["grace_days"], f"{content['late_ppm'] / 10_000:.1f} %"
    if content["overdue"]:
        return {
            "en": f"Open more than {grace} days after it was due.", "zh": f"到期后超过 {grace} 天仍未付款。",
        }  # fmt: skip
    en = f"Paid more than {grace} days late with {percent}; the money is expected on {content['expected_on']}."
    zh = f"逾期超过 {grace} 天的概率 {percent}；预计 {content['expected_on']} 付款。"
    if why:
        en += f" What speaks for it: {'; '.join(one.en for one in why)}."
        zh += f"主要因素：{'；'.join(one.zh for one in why)}。"
    return {"en": en, "zh": zh}
