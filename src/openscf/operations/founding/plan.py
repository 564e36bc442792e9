"""The plan of a book, a TOML file: who is in it from the beginning; in a sandbox, under which frames and limits."""

import tomllib
from typing import Any, Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from openscf.kernel.errors import Where, refusal
from openscf.parties import DocumentKind, PartyRole, PersonRole

BAD_PLAN = refusal(
    "bad_plan",
    en="The plan can't be followed at {field}: {problem}.",
    zh="计划文件在 {field} 处无法执行：{problem}。",
    fix_en="Correct it; `openscf book example` prints a plan with every field.",
    fix_zh="请改正；`openscf book example` 可打印含全部字段的示例。",
    status=400,
)
PLAN_FOR_SANDBOXES = refusal(
    "plan_for_sandboxes",
    en="{field} is for sandboxes: in a real book nobody signs for others.",
    zh="{field} 仅适用于沙箱：真实账簿中任何人不得代他人签署。",
    fix_en="Set `sandbox = true`, or leave it out and let the members do it themselves.",
    fix_zh="请设置 `sandbox = true`，或删去该项由成员自行办理。",
    status=400,
)

SLUG: Final = r"^[a-z][a-z0-9-]{1,30}$"
AMOUNT: Final = r"^\d{1,12}(\.\d{1,2})?$"


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class BookPlan(_Part):
    """The book itself.

    Attributes:
        name: Of the platform whose book it is.
        sandbox: Play money, a simulated bank, a clock that may be moved forward; for ever.
    """

    name: str = Field(min_length=1, max_length=120)
    sandbox: bool = False


class PersonPlan(_Part):
    """Somebody who acts for a member.

    Attributes:
        login: Name to sign in with.
        name, document: Of the natural person, as in the document; a sandbox makes them up where they are missing.
        document_kind: Which document.
        roles: What the person does there.
    """

    login: str = Field(min_length=3, max_length=60)
    name: str = Field(default="", max_length=60)
    document: str = Field(default="", max_length=30)
    document_kind: DocumentKind = DocumentKind.RESIDENT_ID
    roles: tuple[PersonRole, ...] = Field(min_length=1)


class MemberPlan(_Part):
    """An enterprise.

    Attributes:
        id: How the plan calls it.
        name_zh, name_en: Legal names; at least one.
        uscc, lei: Identity codes; at least one.
        roles: What it does on the platform.
        people: Who acts for it; a sandbox makes up a maker and a checker where nobody is named.
        cash: What it brings onto the platform on the first day, in yuan; sandboxes only.
        outside: What it has at its own bank besides, in yuan; sandboxes only.
    """

    id: str = Field(pattern=SLUG)
    name_zh: str | None = None
    name_en: str | None = None
    uscc: str | None = None
    lei: str | None = None
    roles: tuple[PartyRole, ...] = Field(min_length=1)
    people: tuple[PersonPlan, ...] = ()
    cash: str | None = Field(default=None, pattern=AMOUNT)
    outside: str | None = Field(default=None, pattern=AMOUNT)


class FramePlan(_Part):
    """A contract frame, in force from the first day; members by the plan's names for them.

    Attributes:
        name, product, owner: As `NewProgramme`.
        parties: Roles that it fixes, to members.
        terms, policy: As the product's page and `Policy` say.
    """

    name: str = Field(min_length=1, max_length=120)
    product: str
    owner: str
    parties: dict[str, str] = {}
    terms: dict[str, Any] = {}
    policy: dict[str, Any] = {}


class LimitPlan(_Part):
    """A limit of a funder; of a counterparty where `party` is named.

    Attributes:
        owner: Whose risk it bounds.
        amount: In yuan.
        party: On whom; None bounds what the owner risks in all.
        role: In which role, as `obligor`; empty: in any.
    """

    owner: str
    amount: str = Field(pattern=AMOUNT)
    party: str | None = None
    role: str = ""


class Plan(_Part):
    """A plan; `read_plan` checks that its parts fit each other."""

    book: BookPlan
    member: tuple[MemberPlan, ...] = Field(min_length=1)
    programme: tuple[FramePlan, ...] = ()
    limit: tuple[LimitPlan, ...] = ()


def read_plan(text: str) -> Plan:
    """Read a plan.

    Args:
        text: TOML.

    Raises:
        Refusal: `bad_plan`, with the field; `plan_for_sandboxes`.
    """
    try:
        plan = Plan.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise _bad("TOML", str(error)) from None
    except ValidationError as error:
        first = error.errors()[0]
        raise _bad(_place(first["loc"]), first["msg"]) from None
    _check_fit(plan)
    _check_real(plan)
    return plan


def _place(steps: tuple[int | str, ...]) -> str:
    """`member[2].uscc`; lists count from 1, as people do."""
    said = "".join(f"[{step + 1}]" if isinstance(step, int) else f".{step}" for step in steps)
    return said.removeprefix(".")


def _check_fit(plan: Plan) -> None:
    known: set[str] = set()
    logins: set[str] = set()
    for at, member in enumerate(plan.member, 1):
        if member.id in known:
            raise _bad(f"member[{at}].id", f"{member.id} is there already")
        known.add(member.id)
        for name in (person.login.casefold() for person in member.people):
            if name in logins:
                raise _bad(f"member[{at}].people", f"{name} is there already")
            logins.add(name)
    if PartyRole.OPERATOR not in plan.member[0].roles:
        raise _bad("member[1].roles", "the first member must be the operator")
    for at, frame in enumerate(plan.programme, 1):
        _check_known(known, f"programme[{at}]", {"owner": frame.owner, **frame.parties})
    for at, limit in enumerate(plan.limit, 1):
        named = {"owner": limit.owner} | ({} if limit.party is None else {"party": limit.party})
        _check_known(known, f"limit[{at}]", named)


def _check_known(known: set[str], place: str, named: dict[str, str]) -> None:
    for field, member in named.items():
        if member not in known:
            raise _bad(f"{place}.{field}", f"there is no member {member}")


def _check_real(plan: Plan) -> None:
    """A real book begins with people who exist, and without a signature of anybody else."""
    if plan.book.sandbox:
        return
    foreign = [name for name, part in (("programme", plan.programme), ("limit", plan.limit)) if part]
    foreign += [f"member[{at}].cash" for at, one in enumerate(plan.member, 1) if one.cash or one.outside]
    foreign += [f"member[{at}]" for at in range(2, len(plan.member) + 1)]
    for place in foreign:
        raise PLAN_FOR_SANDBOXES(field=place, where=Where(field=place))
    people = plan.member[0].people
    if len(people) < 2:
        raise _bad("member[1].people", "a real book begins with two people of the operator at least")
    for at, person in enumerate(people, 1):
        if not (person.name and person.document):
            raise _bad(f"member[1].people[{at}]", "name and document are needed in a real book")


def _bad(field: str, problem: str) -> Exception:
    return BAD_PLAN(field=field, problem=problem.rstrip("."), where=Where(field=field))
