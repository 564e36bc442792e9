"""Write the typed client's methods from the register of operations.

python scripts/generate_client.py            write src/openscf/client/generated.py
python scripts/generate_client.py --check    fail if it differs
"""

import sys
import textwrap
import typing
from pathlib import Path

from pydantic import BaseModel

from openscf.portal import OPERATIONS, Needs, Operation, Page

TARGET = Path(__file__).parents[1] / "src" / "openscf" / "client" / "generated.py"
HEAD = '''"""The client's methods, one an operation; written by scripts/generate_client.py."""

from collections.abc import Sequence

{imports}

from openscf.client.connection import Connection, Sent
from openscf.portal import Page, Upload


class Operations(Connection):
    """Everything that a platform offers, as methods. Each raises `ApiRefusal` and `Unreachable`."""
'''


def text() -> str:
    """The whole file."""
    methods = [_method(OPERATIONS[name]) for name in sorted(OPERATIONS)]
    return HEAD.format(imports="\n".join(_imports())) + "\n" + "\n".join(methods)


def _imports() -> list[str]:
    modules: set[tuple[str, str]] = set()
    for operation in OPERATIONS.values():
        for model in (operation.query, operation.body, *_parts(operation.answer)):
            if model is not None and model is not Page:
                package, _, module = model.__module__.rpartition(".")
                modules.add((package, module))
    return [f"from {package} import {module}" for package, module in sorted(modules)]


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
    wanted = text()
    if "--check" in sys.argv:
        same = TARGET.exists() and TARGET.read_text(encoding="utf-8") == wanted
        print("current" if same else "differs: run python scripts/generate_client.py")
        return 0 if same else 1
    TARGET.write_text(wanted, encoding="utf-8")
    print(f"wrote {TARGET.name}: {len(OPERATIONS)} operations")
    return 0


if __name__ == "__main__":
    sys.exit(main())
