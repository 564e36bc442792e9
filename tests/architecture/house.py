"""The house rules as functions: each takes a tree of sources and returns what breaks its rule, one sentence per place.

They take any tree, so that the tests can plant a defect in a small one and see the rule speak.
"""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

HARD_FILE_LINES, SOFT_FILE_LINES = 600, 400
LONG_FUNCTION, LONGEST_FUNCTION = 35, 60
MOST_POSITIONAL = 3
DEEP_NESTING = 2
DOORS = ("api", "web", "cli")
SHARED = ("kernel", "db")  # the vocabulary and the database serve everybody by module; capabilities only by facade

# Where the machine may be asked for time, ids or chance, and why.
IMPURE_PLACES = {
    "kernel/ports.py": "the ports themselves",
    "bootstrap.py": "the place that chooses implementations",
    "db/server/": "life of a server process: waiting for it, naming its backups, making its passwords",
}
# What db offers to other capabilities' SQL: the list of tenants to point at, the two places that a transaction which
# changes state writes to (UnitOfWork does it for Python, a server-side function for itself), and the audit log, which
# is there to be compared with.
OFFERED = {"platform.tenant", "platform.audit_inbox", "platform.outbox", "platform.audit_entry"}
# Four go by position here: who, on whose behalf, what, and how to do it, in the order of the sentence.
SENTENCES = {"db/commands.py": {"run_command", "answer_command"}}
# The models of the portal's operations belong to what it offers, each beside its operation: to the doors, and to this.
MADE_FROM_OPERATIONS = "client/generated/"
# Who may speak to the driver without being a store, and why.
OWN_CONNECTIONS = {"ledger/poster.py": "group commit: it keeps connections and decides when each of them commits"}
IMPURE_CALLS = {
    ("datetime", "now"), ("datetime", "utcnow"), ("datetime", "today"), ("date", "today"),
    ("time", "time"), ("time", "time_ns"), ("time", "localtime"), ("time", "gmtime"),
    ("uuid", "uuid1"), ("uuid", "uuid4"), ("uuid_utils", "uuid4"), ("uuid_utils", "uuid7"),
}  # fmt: skip
IMPURE_MODULES = {"random", "uuid_utils"}

SQL = re.compile(
    r"^\s*(?:SELECT\s|INSERT\s+INTO\s|UPDATE\s+\S+\s+(?:AS\s+\w+\s+)?SET\s|DELETE\s+FROM\s|WITH\s+\w+.*\sAS\s*\(|TRUNCATE\s"
    r"|(?:CREATE|ALTER|DROP)\s+(?:OR\s+REPLACE\s+)?(?:TABLE|FUNCTION|VIEW|SCHEMA|ROLE|INDEX|DATABASE|POLICY)\s"
    r"|GRANT\s.*\sTO\s|REVOKE\s.*\sFROM\s|COPY\s+\S+\s*(?:\(.*\)\s*)?(?:FROM|TO)\s|CALL\s+\w+\.\w+\()",
    re.DOTALL,
)
UNFINISHED = re.compile(r"\b(?:TO" r"DO|FIX" r"ME|XX" r"X|HA" r"CK)\b")
ELSEWHERE = re.compile(r"/wo" r"rk/(?:main|shared)|/ro" r"ot/\.|/tm" r"p/v\b|py" r"pi\.org|pythonho" r"sted")


@dataclass(frozen=True)
class Source:
    """One Python file of the package.

    Attributes:
        path: Where it lies.
        name: Its path inside the package, as `ledger/store.py`.
    """

    path: Path
    name: str

    @cached_property
    def text(self) -> str:
        return self.path.read_text(encoding="utf-8")

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text, self.name)

    @property
    def top(self) -> str:
        """The capability, or the module of the first level."""
        return self.name.split("/")[0].removesuffix(".py")

    def functions(self) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
        for node in ast.walk(self.tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield node

    def texts(self) -> Iterator[tuple[int, str]]:
        """The string constants that are no docstrings, with their lines; an f-string counts by its fixed parts."""
        seen = {id(node) for holder in ast.walk(self.tree) for node in _documentation(holder)}
        for node in ast.walk(self.tree):
            if isinstance(node, ast.JoinedStr):
                seen.update(id(part) for part in node.values)
                parts = [part.value if isinstance(part, ast.Constant) else "x" for part in node.values]
                yield node.lineno, "".join(map(str, parts))
            elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in seen:
                yield node.lineno, node.value

    def imports(self) -> Iterator[tuple[int, str]]:
        """What is imported, as dotted names (with the imported name, since that may be a module)."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                yield from ((node.lineno, alias.name) for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
                yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)


def sources(package: Path) -> list[Source]:
    """All Python files of the package that lies at `package`."""
    return [Source(path, path.relative_to(package).as_posix()) for path in sorted(package.rglob("*.py"))]


def long_files(package: Path, limit: int = HARD_FILE_LINES) -> list[str]:
    counted = ((source.name, source.text.count("\n")) for source in sources(package))
    return [f"{name}: {lines} lines, at most {limit}" for name, lines in counted if lines > limit]


def long_functions(package: Path) -> list[str]:
    """Nine functions in ten have at most 35 lines of code, and none more than 60 (the docstring is not counted)."""
    lengths = [(_code_lines(function), f"{source.name}:{function.lineno} {function.name}")
               for source in sources(package) for function in source.functions()]  # fmt: skip
    found = [f"{place}: {lines} lines" for lines, place in lengths if lines > LONGEST_FUNCTION]
    long = [place for lines, place in lengths if lines > LONG_FUNCTION]
    if len(long) * 10 > len(lengths):
        found.append(f"{len(long)} of {len(lengths)} functions have more than {LONG_FUNCTION} lines: {', '.join(long)}")
    return found


def many_positional(package: Path) -> list[str]:
    """At most three parameters by position (self and cls not counted); the rest have names at the call.

    The commands of the command line are called by its parser, and always by name. What an operation of the portal is
    given comes by name, too; its desk and transaction stand together before that, and count as one.
    """
    found = []
    for source in sources(package):
        for function in source.functions():
            given = [argument.arg for argument in function.args.posonlyargs + function.args.args]
            given = given[1:] if given[:1] in (["self"], ["cls"]) or given[:2] == ["desk", "work"] else given
            spared = function.name in SENTENCES.get(source.name, ()) or _is_command(source, function)
            if len(given) > MOST_POSITIONAL and not spared:
                found.append(f"{source.name}:{function.lineno} {function.name}: {len(given)} positional parameters")
    return found


def deep_nesting(package: Path) -> list[str]:
    """At most two levels of loops and branches in nineteen functions of twenty, never more than four."""
    depths = [(_depth(function), f"{source.name}:{function.lineno} {function.name}")
              for source in sources(package) for function in source.functions()]  # fmt: skip
    found = [f"{place}: nested {depth} deep" for depth, place in depths if depth > 2 * DEEP_NESTING]
    deep = [place for depth, place in depths if depth > DEEP_NESTING]
    if len(deep) * 20 > len(depths):
        found.append(f"{len(deep)} of {len(depths)} functions are nested deeper than {DEEP_NESTING}: {', '.join(deep)}")
    return found


def impure(package: Path) -> list[str]:
    """The machine's clock, ids and chance are asked for in the ports only."""
    found = []
    for source in sources(package):
        if any(source.name.startswith(place) for place in IMPURE_PLACES):
            continue
        found += [f"{source.name}:{line}: imports {name.split('.')[0]}"
                  for line, name in source.imports() if name.split(".")[0] in IMPURE_MODULES]  # fmt: skip
        found += [f"{source.name}:{line}: imports {name}"
                  for line, name in source.imports() if tuple(name.split(".")[-2:]) in IMPURE_CALLS]  # fmt: skip
        found += [f"{source.name}:{node.lineno}: calls {ast.unparse(node.func)}" for node in _impure_calls(source.tree)]
    return found


def floats(package: Path, places: tuple[str, ...] = ("kernel/money", "ledger")) -> list[str]:
    """No float ever touches money: no literal, no conversion, and no division of integers in the ledger."""
    found = []
    for source in sources(package):
        if not source.name.startswith(places):
            continue
        for node in ast.walk(source.tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, float):
                found.append(f"{source.name}:{node.lineno}: the float {node.value}")
            elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "float":
                found.append(f"{source.name}:{node.lineno}: a conversion to float")
            elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div) and source.top == "ledger":
                found.append(f"{source.name}:{node.lineno}: a division that gives a float")
    return found


def strange_sql(package: Path) -> list[str]:
    """SQL stands in stores, in db, and in .sql files; nowhere else."""
    return [
        f"{source.name}:{line}: SQL outside a store: {' '.join(text.split())[:60]}"
        for source in sources(package)
        if not (source.top == "db" or _is_store(source.name))
        for line, text in source.texts()
        if SQL.match(text)
    ]


def foreign_tables(package: Path) -> list[str]:
    """A capability's SQL names its own tables, views that their owner publishes, and what db offers."""
    owner, published = _schemas(package)
    found = []
    for name, line, text in _all_sql(package):
        mine = name.split("/")[0]
        for match in re.finditer(r"\b([a-z_]+)\.([a-z_]+)\b", text):
            schema, table = match.groups()
            if owner.get(schema, mine) not in {mine} and f"{schema}.{table}" not in published:
                at = line + text[: match.start()].count("\n")
                found.append(f"{name}:{at}: {schema}.{table} belongs to {owner[schema]}")
    return found


def back_doors(package: Path) -> list[str]:
    """Another capability is entered through its facade, `from openscf.ledger import …`, never by its inner modules."""
    found = []
    for source in sources(package):
        for line, name in source.imports():
            parts = name.split(".")
            if parts[0] != "openscf" or len(parts) < 3 or parts[1] in (source.top, *SHARED):
                continue
            spared = source.top in DOORS or source.name.startswith(MADE_FROM_OPERATIONS)
            if name.startswith("openscf.portal.") and spared:
                continue
            inner = package / parts[1] / parts[2]
            if inner.is_dir() or inner.with_suffix(".py").is_file():
                found.append(f"{source.name}:{line}: {name} is an inner module; use what openscf.{parts[1]} offers")
    return found


def drivers(package: Path) -> list[str]:
    """Only db and the stores speak to the database driver (and who must decide on commits itself)."""
    return [
        f"{source.name}:{line}: imports {name}"
        for source in sources(package)
        if not (source.top == "db" or _is_store(source.name) or source.name in OWN_CONNECTIONS)
        for line, name in source.imports()
        if name.split(".")[0] in {"psycopg", "psycopg_pool", "sqlalchemy", "alembic"}
    ]


def unfinished(root: Path, files: list[Path]) -> list[str]:
    """No notes to oneself in what is shipped."""
    return _matches(root, files, UNFINISHED)


def elsewhere(root: Path, files: list[Path]) -> list[str]:
    """The text speaks of no particular machine and of no particular package index."""
    return _matches(root, files, ELSEWHERE)


def _matches(root: Path, files: list[Path], pattern: re.Pattern[str]) -> list[str]:
    return [
        f"{path.relative_to(root)}:{number}: {line.strip()[:100]}"
        for path in files
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if pattern.search(line)
    ]


def _documentation(node: ast.AST) -> list[ast.AST]:
    if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) and node.body:
        first = node.body[0]
        if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
            return [first.value]
    return []


def _code_lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    body = function.body[1:] if _documentation(function) else function.body
    return (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0


def _is_command(source: Source, function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    marks = {ast.unparse(mark).split("(")[0].split(".")[-1] for mark in function.decorator_list}
    return source.top == "cli" and (bool(marks & {"command", "callback"}) or function.name == "command")


def _depth(node: ast.AST) -> int:
    blocks = (ast.If, ast.For, ast.While, ast.Try, ast.Match, ast.AsyncFor)
    deepest = 0
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            continue
        # `elif` is written at the level of its `if`.
        same_level = isinstance(node, ast.If) and isinstance(child, ast.If) and node.orelse == [child]
        deepest = max(deepest, _depth(child) + (isinstance(child, blocks) and not same_level))
    return deepest


def _impure_calls(tree: ast.Module) -> Iterator[ast.Call]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            holder = node.func.value
            name = holder.attr if isinstance(holder, ast.Attribute) else getattr(holder, "id", "")
            if (name, node.func.attr) in IMPURE_CALLS:
                yield node


def _is_store(name: str) -> bool:
    return bool(re.match(r"^[a-z_]+/store(\.py$|/)", name))


def _schemas(package: Path) -> tuple[dict[str, str], set[str]]:
    owner, published = {}, set(OFFERED)
    for path in package.glob("*/schema/*.sql"):
        text = path.read_text(encoding="utf-8")
        capability = path.relative_to(package).parts[0]
        owner.update({schema: capability for schema in re.findall(r"CREATE SCHEMA (?:IF NOT EXISTS )?(\w+)", text)})
        published.update(re.findall(r"CREATE (?:OR REPLACE )?VIEW (\w+\.\w+)", text))
    return owner, published


def _all_sql(package: Path) -> Iterator[tuple[str, int, str]]:
    # Revisions make the tables of all capabilities; the drift test holds them to the descriptions.
    for path in sorted(path for path in package.rglob("*.sql") if "migrations" not in path.parts):
        without_comments = re.sub(r"--[^\n]*", "", path.read_text(encoding="utf-8"))
        yield path.relative_to(package).as_posix(), 1, without_comments
    for source in sources(package):
        if source.top == "db" or _is_store(source.name):
            yield from ((source.name, line, text) for line, text in source.texts() if SQL.match(text))
