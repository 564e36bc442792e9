"""Declaring pages: one decorator, one register; navigation, search and the walk of the tests are made from it."""

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from openscf import portal
from openscf.parties import PartyRole, PersonRole
from openscf.portal import OPERATIONS, Principal, Said

PAGES: Final[dict[str, "Page"]] = {}
_PLACEHOLDER: Final = re.compile(r"\{([a-z_]+)(?::[a-z]+)?\}")


@dataclass(frozen=True, slots=True)
class Nav:
    """Where a page stands in the navigation.

    Attributes:
        section: Its group.
        icon: Name of its sign.
        order: Within the group.
    """

    section: str
    icon: str
    order: int = 50


@dataclass(frozen=True, slots=True)
class Shown:
    """What a page shows.

    Attributes:
        template: File name in `templates/pages`.
        context: What it is told; tables among it can be exported.
        title: Instead of the page's own.
        status: HTTP status.
        file: To be saved instead of a page.
    """

    template: str
    context: Mapping[str, Any] = field(default_factory=dict)
    title: str = ""
    status: int = 200
    file: portal.FileView | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A page.

    Attributes:
        id: The function's name.
        path: With `{name}` for parameters.
        title: Of the page and of its place in the navigation.
        uses: Operations without which there is no such page.
        offices: Whose enterprises have it; None for whoever may call the operations.
        duties: Whose people have it, where the operations ask for one of these; None for all.
        nav: Where it stands in the navigation, if it does.
        view: The function.
    """

    id: str
    path: str
    title: Said
    uses: tuple[str, ...]
    offices: frozenset[PartyRole] | None
    duties: frozenset[PersonRole] | None
    nav: Nav | None
    view: Callable[..., Shown]

    @property
    def parameters(self) -> tuple[str, ...]:
        """Names of what the path holds."""
        return tuple(_PLACEHOLDER.findall(self.path))

    @property
    def there(self) -> bool:
        """Whether the platform has all the operations that the page is made of."""
        return all(name in OPERATIONS for name in self.uses)

    def is_for(self, principal: Principal) -> bool:
        """Whether somebody has this page."""
        if not self.there or (self.offices is not None and not self.offices & principal.offices):
            return False
        if self.duties is not None and not self.duties & principal.duties:
            return False
        return all(may(principal, name) for name in self.uses)


def may(principal: Principal, name: str) -> bool:
    """Whether somebody's enterprise may call an operation at all; a fresh proof is another question."""
    operation = OPERATIONS.get(name)
    if operation is None or not principal.duties:
        return False
    if operation.sandbox and principal.ahead is None:
        return False
    return operation.needs is portal.Needs.NOTHING or bool(principal.offices & operation.offices)


def page(
    path: str,
    *,
    en: str,
    zh: str,
    uses: Collection[str] = (),
    offices: Collection[PartyRole] | None = None,
    duties: Collection[PersonRole] | None = None,
    nav: Nav | None = None,
) -> Callable[[Callable[..., Shown]], Callable[..., Shown]]:
    """Declare the decorated function as a page; it takes the visit, and what the path holds by name.

    Raises:
        ValueError: Two pages have one name or path.
    """

    def declare(view: Callable[..., Shown]) -> Callable[..., Shown]:
        made = Page(
            id=view.__name__, path=path, title=Said(en, zh), uses=tuple(uses), nav=nav, view=view,
            offices=None if offices is None else frozenset(offices),
            duties=None if duties is None else frozenset(duties),
        )  # fmt: skip
        for other in PAGES.values():
            if (other.id == made.id or other.path == made.path) and other.view.__module__ != view.__module__:
                raise ValueError(f"{made.id} at {made.path} is declared twice")
        PAGES[made.id] = made
        return view

    return declare
