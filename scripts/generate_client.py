"""Write the typed client's methods from the register of operations, a file a subject.

python scripts/generate_client.py            write src/openscf/client/generated/
python scripts/generate_client.py --check    fail if it differs
"""

import sys
import textwrap
import typing
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

from pydantic import BaseModel

from openscf.portal import OPERATIONS, Needs, Operation, Page

TARGET = Path(__file__).parents[1] / "src" / "openscf" / "client" / "generated"
HEAD = """\"\"\"The client's methods of {module}, one an operation; written by scripts/generate_client.py.\"\"\"

{imports}


class {name}(Connection):
    \"\"\"What a platform offers in {module}. Each raises `ApiRefusal` and `Unreachable`.\"\"\"

"""
WHOLE = """\"\"\"The client's methods, one an operation; written by scripts/generate_client.py.\"\"\"

{imports}


class Operations(
{bases}
):
    \"\"\"Everything that a platform offers, as methods. Each raises `ApiRefusal` and `Unreachable`.\"\"\"
"""


def texts() -> dict[str, str]:
    """The files by their names: one for each module that declares operations, and one that joins them."""
    by_module: dict[str, list[Operation]] = defaultdict(list)
    for name in sorted(OPERATIONS):
        by_module[OPERATIONS[name].run.__module__].append(OPERATIONS[name])
    subjects = {module.rpartition(".")[2]: said for module, said in sorted(by_module.items())}
    joined = WHOLE.format(
        imports="\n".join(f"from openscf.client.generated.{one} import {_class(one)}" for one in subjects),
        bases="\n".join(f"    {_class(one)}," for one in subjects),
    )
    return {"__init__.py": joined} | {f"{one}.py": _subject(one, said) for one, said in subjects.items()}


def _subject(subject: str, said: Sequence[Operation]) -> str:
    head = HEAD.format(module=f"`{subject}`", imports="\n".join(_imports(said)), name=_class(subject))
    return head + "\n".join(_method(one) for one in said)


def _class(subject: str) -> str:
    return "".join(word.capitalize() for word in subject.split("_"))


def _imports(said: Sequence[Operation]) -> list[str]:
    """What the methods name, in the order that the linter wants."""
    modules: set[tuple[str, str]] = set()
    paged = False
    for operation in said:
        for model in (operation.query, operation.body, *_parts(operation.answer)):
            paged = paged or model is Page
            if model is not None and model is not Page:
                package, _, module = model.__module__.rpartition(".")
                modules.add((package, module))
    shared = [name for name, wanted in (("Page", paged), ("Upload", any(one.uploads for one in said))) if wanted]
    lines = [f"from {package} import {module}" for package, module in modules]
    lines += [f"from openscf.portal import {name}" for name in shared]
    standard = ["from collections.abc import Sequence", ""] if "Upload" in shared else []
    return [*standard, "from openscf.client.connection import Connection, Sent", *sorted(lines)]


def _named(model: type[BaseModel]) -> str:
    """As the generated file calls it: two subjects may use the same word."""
    return model.__name__ if model is Page else f"{model.__module__.rpartition('.')[2]}.{model.__name__}"


def _parts(answer: type[BaseModel]) -> list[type[BaseModel]]:
    said = answer.__pydantic_generic_metadata__
    return [said["origin"], *said["args"]] if said["origin"] else [answer]


def _name(answer: type[BaseModel]) -> str:
    parts = _parts(answer)
    return _named(parts[0]) if len(parts) == 1 else f"{_named(parts[0])}[{_named(parts[1])}]"


def _method(operation: Operation) -> str:
    command = operation.writes and operation.needs is not Needs.NOTHING
    told = typing.get_type_hints(operation.run)
    given = [f"{name}: str" for name in operation.path_names]
    sent = [f'method="{operation.method}"', f"path={_path(operation)}"]
    if operation.body is not None:
        given.append(f"body: {_named(operation.body)}")
        sent.append("body=body")
    if operation.uploads:
        given.append("files: Sequence[Upload]")
        sent.append("files=files")
    if operation.query is not None:
        given.append(f"query: {_named(operation.query)} | None = None")
        sent.append("query=query")
    named = []
    if "version" in told:
        named.append("version: int")
        sent.append("version=version")
    if command:
        named.append("key: str | None = None")
        sent += ["key=key", "command=True"]
    words = ", ".join(["self", *given, *(["*", *named] if named else [])])
    answer = _name(operation.answer)
    return textwrap.indent(
        f"def {operation.id}({words}) -> {answer}:\n"
        f'    """{operation.summary.en} {operation.summary.zh}"""\n'
        f"    return self.call(Sent({', '.join(sent)}), {answer})\n",
        "    ",
    )


def _path(operation: Operation) -> str:
    return f'f"{operation.path}"' if operation.path_names else f'"{operation.path}"'


def main() -> int:
    """Write, or compare."""
    wanted = texts()
    there = {path.name: path for path in TARGET.glob("*.py")}
    if "--check" in sys.argv:
        same = {name: path.read_text(encoding="utf-8") for name, path in there.items()} == wanted
        print("current" if same else "differs: run python scripts/generate_client.py")
        return 0 if same else 1
    TARGET.mkdir(exist_ok=True)
    for name in set(there) - set(wanted):
        there[name].unlink()
    for name, text in wanted.items():
        (TARGET / name).write_text(text, encoding="utf-8")
    print(f"wrote {len(wanted)} files: {len(OPERATIONS)} operations")
    return 0


if __name__ == "__main__":
    sys.exit(main())
