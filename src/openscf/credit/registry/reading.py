"""Models of any purpose as the registry reads them, and what each form can judge."""

import json
from collections.abc import Mapping
from typing import Any, Protocol

from openscf.credit.late_payment import LatePaymentModel
from openscf.credit.late_payment.model import KIND as LATE_PAYMENT_KIND
from openscf.credit.models.numbers import MODEL_MALFORMED
from openscf.credit.models.record import model_of
from openscf.credit.registry.model import FIRM_DEFAULT, LATE_PAYMENT, ModelVersion
from openscf.kernel.errors import refusal

MODEL_OF_ANOTHER_PURPOSE = refusal(
    "model_of_another_purpose",
    en="{model} is a model of the form {kind}, which can't judge {purpose}.",
    zh="模型 {model} 的形式为 {kind}，不能用于 {purpose}。",
    fix_en="Name a version that was learned for this purpose.",
    fix_zh="请选择为该用途训练的模型版本。",
    status=409,
)


class Registrable(Protocol):
    """A model of any purpose, as far as the registry looks at it."""

    @property
    def name(self) -> str:
        """What it is called."""
        ...

    @property
    def kind(self) -> str:
        """Its form, as `openscf.scorecard/1`."""
        ...

    @property
    def trained(self) -> Mapping[str, Any]:
        """Where it comes from."""
        ...

    @property
    def sha256(self) -> str:
        """Hash of its canonical bytes, in hex."""
        ...

    def to_bytes(self) -> bytes:
        """Its canonical bytes."""
        ...


def registrable(data: bytes) -> Registrable:
    """The model in these bytes, of whatever purpose, checked.

    Raises:
        Refusal: `model_malformed`, `unknown_feature`, `model_not_monotone`.
    """
    return late_payment_model(data) if _kind(data) == LATE_PAYMENT_KIND else model_of(data)


def late_payment_model(data: bytes) -> LatePaymentModel:
    """The model of late payment in these bytes, checked.

    Raises:
        Refusal: `model_malformed`.
    """
    _kind(data)
    return LatePaymentModel.from_json(json.loads(data))


def _kind(data: bytes) -> Any:
    try:
        return json.loads(data)["kind"]
    except (ValueError, KeyError, TypeError) as error:
        raise MODEL_MALFORMED(reason=ascii(str(error))[:80]) from None


def purpose_of(version: ModelVersion) -> str:
    """What a version can judge."""
    return LATE_PAYMENT if version.kind == LATE_PAYMENT_KIND else FIRM_DEFAULT


def check_purpose(version: ModelVersion, purpose: str) -> None:
    """Keep a model from judging what it was not learned for.

    Raises:
        Refusal: `model_of_another_purpose`.
    """
    if purpose != purpose_of(version):
        raise MODEL_OF_ANOTHER_PURPOSE(model=str(version.id), kind=version.kind, purpose=purpose)
