"""`openscf simulate`: storms on the engine's twins, storms of people and a mini-economy on PostgreSQL, all judged."""

import os
from collections import Counter
from typing import TYPE_CHECKING, Annotated, Any

import typer

from openscf.cli.common import REFUSED, Json, say, show

if TYPE_CHECKING:
    from openscf.cluster import Told


def command(
    seed: Annotated[int, typer.Option(help="The first seed.")] = 0,
    seeds: Annotated[int, typer.Option(min=0, help="So many storms, from the first seed on.")] = 100,
    commands: Annotated[int, typer.Option(min=1, help="Commands of each storm.")] = 500,
    storms: Annotated[
        int, typer.Option(min=0, help="So many storms of people, each on a fresh PostgreSQL, from the first seed on.")
    ] = 0,
    days: Annotated[
        int, typer.Option(min=0, max=1000, help="Business days of a mini-economy on a fresh PostgreSQL; 0 for none.")
    ] = 0,
    as_json: Json = False,
) -> None:
    """Run random business under faults, from seeds, and judge every invariant; the exit code is 1 on a breach.

    A storm runs on the engine's in-memory twins: commands of all products that are lost, doubled, delayed, overtaken
    and interrupted by crashes, with an independent auditor (I1 to I10, I15, I17). With --storms members and their
    people work on the platform itself while commands crash and repeat and the bank is late and repeats (I8, I11 to I14,
    I16; `verify` judges all). With --days an economy of firms runs through the platform on a PostgreSQL of its own. A
    failing seed runs again by --seed N --seeds 1, or by --seed N --seeds 0 --storms 1.
    """
    if not (seeds or storms or days):
        raise typer.BadParameter(
            say(
                "nothing is asked for: give --seeds, --storms or --days",
                "未指定任何内容：请给出 --seeds、--storms 或 --days",
            )
        )
    twins = _storms(range(seed, seed + seeds), commands, quiet=as_json)
    people = _people(range(seed, seed + storms), quiet=as_json) if storms else None
    economy = _economy(days, seed, quiet=as_json) if days else None
    sound = not twins["findings"] and all(one is None or one["sound"] for one in (people, economy))
    record = {"storms": twins, "people": people, "economy": economy, "sound": sound}
    show(record, "\n".join(_told(record)), as_json=as_json)
    if not sound:
        raise SystemExit(REFUSED)


def _storms(seeds: range, commands: int, *, quiet: bool) -> dict[str, Any]:
    import hashlib  # noqa: PLC0415 - commands load what they need only when they run

    from openscf.cli.demo import progress  # noqa: PLC0415
    from openscf.cluster import storm  # noqa: PLC0415
    from openscf.kernel.ports import monotonic  # noqa: PLC0415

    answered, rare, findings = 0, Counter[str](), []
    trace, began = hashlib.sha256(), monotonic()
    with progress(quiet=quiet) as told:
        for seed in seeds:
            told(f"storm {seed}", f"风暴 {seed}", done=seed - seeds.start, whole=len(seeds))
            result = storm(seed, commands)
            answered += result.commands
            rare += result.rare
            findings += [{"seed": seed, "features": result.features, "found": one} for one in result.findings]
            trace.update(result.trace.encode())
    took = monotonic() - began
    return {
        "first_seed": seeds.start, "seeds": len(seeds), "commands": answered, "trace": trace.hexdigest(),
        "findings": findings, "rare": dict(rare.most_common()), "seconds": round(took, 2),
        "commands_per_s": round(answered / took) if took else 0,
    }  # fmt: skip


def _people(seeds: range, *, quiet: bool) -> dict[str, Any]:
    """Storms of people, each on a database of its own, so that each runs alone as it runs among others."""
    from openscf.cli.demo import progress  # noqa: PLC0415 - as above
    from openscf.kernel.ports import monotonic  # noqa: PLC0415

    began, suffered = monotonic(), []
    with progress(quiet=quiet) as told:
        suffered = [_suffered(seed, told) for seed in seeds]
    rare = sum((one.pop("rare") for one in suffered), Counter[str]())
    found = [{"seed": one["seed"], "found": said} for one in suffered for said in one.pop("findings")]
    return {
        "first_seed": seeds.start, "seeds": len(seeds), "answered": sum(one["answered"] for one in suffered),
        "findings": found, "rare": dict(rare.most_common()), "books": suffered,
        "seconds": round(monotonic() - began, 2),
        "sound": not found and all(one["verified"] and one["evidence"] for one in suffered),
    }  # fmt: skip


def _suffered(seed: int, told: "Told") -> dict[str, Any]:
    from openscf.cli.demo import fresh_platform  # noqa: PLC0415 - as above
    from openscf.cli.demo.reading import judged  # noqa: PLC0415
    from openscf.cluster import Stage, people, start_clock  # noqa: PLC0415

    def tell(done: int, whole: int) -> None:
        told(f"storm of people {seed}", f"人员风暴 {seed}", done=done, whole=whole)

    clock = start_clock()
    told(f"a database for storm {seed} is started", f"为风暴 {seed} 启动数据库")
    with fresh_platform(None, os.environ, clock) as platform:
        stage = Stage(platform, clock, name=f"storm {seed}")
        found = people(stage, seed, told=tell)
        told("the books are verified", "核验账簿")
        proof = judged(stage, platform)
    breaches = [
        f"{one['invariant']} {one['check']}: {one['subject']}"
        for book in proof["books"]["tenants"] for one in book["breaches"]
    ]  # fmt: skip
    return {
        "seed": seed, "answered": found.answered, "findings": found.findings + breaches, "rare": found.rare,
        "verified": proof["books"]["ok"], "evidence": proof["evidence"]["holds"],
    }  # fmt: skip


def _economy(days: int, seed: int, *, quiet: bool) -> dict[str, Any]:
    from openscf.cli.demo import mini  # noqa: PLC0415 - as above
    from openscf.cli.demo.reading import is_proven  # noqa: PLC0415

    with mini(None, days=days, seed=seed, quiet=quiet) as (record, _, _):
        # Few days don't see every product, which is for the demo to say; here it is judged whether the books hold.
        return {**record, "sound": is_proven(record) and record["conserved"]}


def _told(record: dict[str, Any]) -> list[str]:
    storms, people, economy = record["storms"], record["people"], record["economy"]
    lines = _told_of_storms(storms) if storms["seeds"] else []
    if people is not None:
        lines += _told_of_people(people)
    if economy is not None:
        lines += _told_of_economy(economy)
    return lines


def _told_of_storms(storms: dict[str, Any]) -> list[str]:
    found = len(storms["findings"])
    return [
        say(
            f"{storms['seeds']} storms, {storms['commands']} commands, {storms['commands_per_s']} a second: "
            f"{found} breaches; {len(storms['rare'])} rare states reached",
            f"{storms['seeds']} 场风暴，{storms['commands']} 条命令，每秒 {storms['commands_per_s']} 条："
            f"违反 {found} 处；到达 {len(storms['rare'])} 种罕见状态",
        ),
        say(f"trace {storms['trace']}", f"轨迹 {storms['trace']}"),
        *(f"✗ {_seed(one)} {', '.join(one['features'])}: {one['found']}" for one in storms["findings"]),
    ]


def _seed(found: dict[str, Any]) -> str:
    return say(f"seed {found['seed']}", f"种子 {found['seed']}")


def _told_of_economy(economy: dict[str, Any]) -> list[str]:
    checks = sum(book["checks"] for book in economy["books"]["tenants"])
    breaches = [one for book in economy["books"]["tenants"] for one in book["breaches"]]
    lines = [
        say(
            f"{economy['days']} business days on PostgreSQL, {economy['papers']} papers: "
            f"{checks} checks of the books found {len(breaches)} breaches",
            f"PostgreSQL 上 {economy['days']} 个营业日、{economy['papers']} 份单据："
            f"账簿核验 {checks} 项，违反 {len(breaches)} 处",
        ),
        *(f"✗ {one['invariant']} {one['check']}: {one['subject']}" for one in breaches),
    ]
    others = (
        (
            economy["conserved"],
            ("a funder has not what it brought, lent and got back", "资金方余额与往来不符"),
        ),
        (economy["evidence"]["holds"], ("the evidence does not hold", "证据链不成立")),
        (
            not economy["evidence"]["forged_copy_holds"],
            ("a forged copy of the evidence holds", "伪造的副本未被识破"),
        ),
    )
    return lines + [f"✗ {say(*words)}" for holds, words in others if not holds]


def _told_of_people(people: dict[str, Any]) -> list[str]:
    found = len(people["findings"])
    verified = sum(one["verified"] and one["evidence"] for one in people["books"])
    line = say(
        f"{people['seeds']} storms of people on PostgreSQL, {people['answered']} operations: {found} breaches; "
        f"books and evidence of {verified} hold; {len(people['rare'])} rare states reached",
        f"PostgreSQL 上 {people['seeds']} 场人员风暴、{people['answered']} 次操作：违反 {found} 处；"
        f"{verified} 个账簿及其证据成立；到达 {len(people['rare'])} 种罕见状态",
    )
    return [line, *(f"✗ {_seed(one)}: {one['found']}" for one in people["findings"])]
