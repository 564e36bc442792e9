"""Rules on what is registered of an enterprise, and the life of its KYB status."""

import dataclasses
import re
from typing import Final

from openscf.kernel.errors import Where, refusal
from openscf.kernel.lifecycle import Lifecycle
from openscf.parties.identity import verify_lei, verify_uscc
from openscf.parties.model import NewParty
from openscf.parties.names import clean_name

PARTY_NEEDS_CODE = refusal(
    "party_needs_code",
    en="An enterprise needs a unified social credit code or an LEI.",
    zh="企业须提供统一社会信用代码或 LEI。",
    fix_en="Give the code on the business licence.",
    fix_zh="请填写营业执照上的统一社会信用代码。",
)
PARTY_NEEDS_NAME = refusal(
    "party_needs_name",
    en="An enterprise needs a legal name, in Chinese or in English.",
    zh="企业须有中文或英文法定名称。",
    fix_en="Give the name as it stands on the licence.",
    fix_zh="请按营业执照填写名称。",
)
PARTY_ALREADY_EXISTS = refusal(
    "party_already_exists",
    en="An enterprise with the code {code} is registered already.",
    zh="代码 {code} 的企业已登记。",
    fix_en="Look the code up in the directory, or ask the platform's operator.",
    fix_zh="请在企业名录中查询该代码，或联系平台运营方。",
    status=409,
)
PARTY_NOT_FOUND = refusal(
    "party_not_found",
    en="There is no enterprise {party}, or you may not see it.",
    zh="企业 {party} 不存在，或您无权查看。",
    fix_en="Check the id.",
    fix_zh="请核对编号。",
    status=404,
)
VERSION_CONFLICT = refusal(
    "version_conflict",
    en="{subject} is at version {current}; your change was made from version {given}.",
    zh="{subject} 当前版本为 {current}，您的修改基于版本 {given}。",
    fix_en="Look at it again and repeat your change.",
    fix_zh="请刷新后重新修改。",
    status=412,
)
BAD_COUNTRY = refusal(
    "bad_country",
    en="{field}: a country is two capital letters (ISO 3166-1), as CN.",
    zh="{field}：国家代码应为两个大写字母（ISO 3166-1），如 CN。",
    fix_en="Give the two-letter code.",
    fix_zh="请填写两位国家代码。",
)
BAD_INDUSTRY = refusal(
    "bad_industry",
    en="{field}: an industry is a section letter A to T and up to four digits (GB/T 4754), as C3110.",
    zh="{field}：行业代码应为门类字母 A 至 T 加至多四位数字（GB/T 4754），如 C3110。",
    fix_en="Look the code up in GB/T 4754.",
    fix_zh="请查阅 GB/T 4754。",
)
ROLE_ALREADY_HELD = refusal(
    "role_already_held",
    en="{party} holds the role {role} on some of these days already.",
    zh="{party} 在该期间的部分日期已具有角色 {role}。",
    fix_en="End the role it holds, or choose days that do not overlap.",
    fix_zh="请先终止原角色，或选择不重叠的期间。",
    status=409,
)
KYB_NEEDS_REASON = refusal(
    "kyb_needs_reason",
    en="A KYB decision needs a reason.",
    zh="企业尽职调查（KYB）的决定须填写理由。",
    fix_en="Say on what documents the decision rests.",
    fix_zh="请写明依据的材料。",
)

KYB: Final = Lifecycle(
    "kyb",
    states=("unverified", "in_review", "verified", "suspended", "rejected", "closed"),
    initial="unverified",
    final=("closed",),
    transitions=(
        (("unverified", "rejected"), "submit", "in_review"),
        ("in_review", "verify", "verified"),
        ("in_review", "reject", "rejected"),
        ("verified", "recheck", "in_review"),
        ("verified", "suspend", "suspended"),
        ("suspended", "reinstate", "verified"),
        ("suspended", "recheck", "in_review"),
        (("unverified", "in_review", "verified", "suspended", "rejected"), "close", "closed"),
    ),
)
REVIEWED: Final = ("verify", "reject", "reinstate", "recheck", "suspend", "close")
"""Events that only the house's reviewer causes, the gravest last; `submit` is the enterprise's own."""


def checked_party(new: NewParty) -> NewParty:
    """The same particulars with cleaned names, all codes verified.

    Raises:
        Refusal: What is missing or wrong, with the field.
    """
    if new.uscc is None and new.lei is None:
        raise PARTY_NEEDS_CODE(where=Where(field="uscc"))
    if new.name_zh is None and new.name_en is None:
        raise PARTY_NEEDS_NAME(where=Where(field="name_zh"))
    if new.uscc is not None:
        verify_uscc(new.uscc)
    if new.lei is not None:
        verify_lei(new.lei)
    if not re.fullmatch(r"[A-Z]{2}", new.country):
        raise BAD_COUNTRY(field="country", where=Where(field="country"))
    if new.industry is not None and not re.fullmatch(r"[A-T]([0-9]{2,4})?", new.industry):
        raise BAD_INDUSTRY(field="industry", where=Where(field="industry"))
    return dataclasses.replace(
        new,
        name_zh=_cleaned(new.name_zh, "name_zh"),
        name_en=_cleaned(new.name_en, "name_en"),
        short_name=_cleaned(new.short_name, "short_name"),
    )


def _cleaned(name: str | None, field: str) -> str | None:
    return None if name is None else clean_name(name, field=field)
