"""`openscf simulate`: storms on the engine's twins, and a mini-economy on PostgreSQL, both judged."""

from collections import Counter
from typing import Annotated, Any

import typer

from openscf.cli.common import REFUSED, Json, say, show


def command(
    seed: Annotated[int, typer.Option(help="The first seed.")] = 0,
    seeds: Annotated[int, typer.Option(min=0, help="So many storms, from the first seed on.")] = 100,
    commands: Annotated[int, typer.Option(min=1, help="Commands of each storm.")] = 500,
    days: Annotated[
        int, typer.Option(min=0, max=1000, help="Business days of a mini-economy on a fresh PostgreSQL; 0 for none.")
    ] = 0,
    as_json: Json = False,
) -> None:
    """Run random business under faults, from seeds, and judge every invariant; the exit code is 1 on a breach.

    A storm runs on the engine's in-memory twins: commands of all products that are lost, doubled, delayed, overtaken
    and interrupted by crashes, with an independent auditor (I1 to I10, I15, I17). With --days an economy of firms runs
    through the platform itself on a PostgreSQL of its own, and `verify` judges I1 to I17. A failing seed runs again by
    --seed N --seeds 1.
    """
    storms = _storms(range(seed, seed + seeds), commands, quiet=as_json)
    economy = _economy(days, seed, quiet=as_json) if days else None
    sound = not storms["findings"] and (economy is None or economy["sound"])
    record = {"storms": storms, "economy": economy, "sound": sound}
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


def _economy(days: int, seed: int, *, quiet: bool) -> dict[str, Any]:
    from openscf.cli.demo import mini  # noqa: PLC0415 - as above

    with mini(None, days=days, seed=seed, quiet=quiet) as (record, _, _):
        return record


def _told(record: dict[str, Any]) -> list[str]:
    storms, economy = record["storms"], record["economy"]
    found = len(storms["findings"])
    lines = [
        say(
            f"{storms['seeds']} storms, {storms['commands']} commands, {storms['commands_per_s']} a second: "
            f"{found} breaches; {len(storms['rare'])} rare states reached",
            f"{storms['seeds']} 场风暴，{storms['commands']} 条命令，每秒 {storms['commands_per_s']} 条："
            f"违反 {found} 处；到达 {len(storms['rare'])} 种罕见状态",
        ),
        say(f"trace {storms['trace']}", f"轨迹 {storms['trace']}"),
    ]
    lines += [f"✗ seed {one['seed']} {one['features']}: {one['found']}" for one in storms["findings"]]
    if economy is not None:
        checks = sum(book["checks"] for book in economy["books"]["tenants"])
        breaches = sum(len(book["breaches"]) for book in economy["books"]["tenants"])
        lines.append(
            say(
                f"{economy['days']} business days on PostgreSQL, {economy['papers']} papers: "
                f"{checks} checks of the books found {breaches} breaches",
                f"PostgreSQL 上 {economy['days']} 个营业日、{economy['papers']} 份单据："
                f"账簿核验 {checks} 项，违反 {breaches} 处",
            )
        )
    return lines
