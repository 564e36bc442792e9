"""Registries of declarations: one file each, found by importing a package's modules in sorted order.

A product, an adapter, a detector or a family of features is one module with one declaration in it. To add one is to
add a file: nobody edits a list, and the conformance suite finds the newcomer the same way as the platform does.

    UNKNOWN_PRODUCT = refusal("unknown_product", en="There is no product {name}; known: {known}.", zh=...)
    PRODUCTS = Registry("product", of=Product, name=lambda product: product.code, unknown=UNKNOWN_PRODUCT)
    PRODUCTS.discover("openscf.financing.products")     # each module there says PRODUCT = Product(...)
"""

import importlib
import pkgutil
import re
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Generic, TypeVar

from openscf.kernel.errors import RefusalKind

Declared = TypeVar("Declared")

_NAME = re.compile(r"[a-z][a-z0-9]*([_-][a-z0-9]+)*", re.ASCII)


class Registry(Generic[Declared]):
    """Declarations of one kind, by name, in the order of their names.

    Attributes:
        kind: The word for one of them, as `product`; its modules assign it in capitals (`PRODUCT`).
    """

    def __init__(self, kind: str, *, of: type[Declared], name: Callable[[Declared], str], unknown: RefusalKind) -> None:
        """Open a registry.

        Args:
            kind: See the attribute.
            of: The type of the declarations.
            name: How a declaration is called.
            unknown: What to answer to a name that nobody declares; its sentences speak of {name} and {known}.

        Raises:
            ValueError: The sentences of `unknown` speak of something else.
        """
        if unknown.names != {"name", "known"}:
            raise ValueError(f"{unknown.code} must speak of exactly {{name}} and {{known}}")
        self.kind = kind
        self._of = of
        self._name = name
        self._unknown = unknown
        self._found: dict[str, Declared] = {}
        self._origin: dict[str, str] = {}

    def add(self, declaration: Declared, *, origin: str = "") -> Declared:
        """Enter one declaration; the same one again changes nothing.

        Args:
            declaration: What to enter.
            origin: Where it stands, for the error message.

        Raises:
            TypeError: It is of another type.
            ValueError: Its name is taken by another one, or is not plain lower-case words.
        """
        if not isinstance(declaration, self._of):
            raise TypeError(f"{origin or repr(declaration)} is no {self.kind}")
        name = self._name(declaration)
        if not _NAME.fullmatch(name):
            raise ValueError(f"{self.kind} {name!r} ({origin}) is not named in plain lower-case words")
        if self._found.setdefault(name, declaration) is not declaration:
            raise ValueError(f"{self.kind} {name!r} is declared twice: {self._origin[name]}, {origin}")
        self._origin.setdefault(name, origin)
        return declaration

    def discover(self, package: str) -> "Registry[Declared]":
        """Import the modules of `package` in sorted order and enter the declaration of each.

        Modules and packages whose name starts with an underscore are helpers and declare nothing.

        Args:
            package: Dotted name of the package.

        Raises:
            ValueError: A module declares nothing, or a name is taken.
            ImportError: The package or one of its modules can't be imported.
        """
        folder = importlib.import_module(package)
        names = sorted(found.name for found in pkgutil.iter_modules(folder.__path__))
        for name in (name for name in names if not name.startswith("_")):
            self._enter(importlib.import_module(f"{package}.{name}"))
        return self

    def get(self, name: str) -> Declared:
        """The declaration with this name.

        Raises:
            Refusal: The registry's own kind, with the names that exist.
        """
        found = self._found.get(name)
        if found is None:
            raise self._unknown(name=ascii(name)[:40], known=", ".join(self.names()) or "-")
        return found

    def names(self) -> tuple[str, ...]:
        """All names, sorted."""
        return tuple(sorted(self._found))

    def __iter__(self) -> Iterator[Declared]:
        return (self._found[name] for name in self.names())

    def __len__(self) -> int:
        return len(self._found)

    def __contains__(self, name: object) -> bool:
        return name in self._found

    def _enter(self, module: ModuleType) -> None:
        declaration = getattr(module, self.kind.upper(), None)
        if declaration is None:
            raise ValueError(f"{module.__name__} declares no {self.kind.upper()}")
        self.add(declaration, origin=module.__name__)
