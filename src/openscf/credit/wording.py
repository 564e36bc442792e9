"""What this capability says to people: one thing, in both languages."""

from dataclasses import dataclass

from openscf.kernel.errors import Language


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence in English and in Chinese.

    Attributes:
        en: In English.
        zh: The same in Chinese.
    """

    en: str
    zh: str

    def in_language(self, language: Language) -> str:
        """The one that the reader understands."""
        return self.zh if language == "zh" else self.en

    def as_record(self) -> dict[str, str]:
        """`{"en": …, "zh": …}`."""
        return {"en": self.en, "zh": self.zh}
