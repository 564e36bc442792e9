"""The addresses of all pages, made from their register."""

from collections.abc import Iterator
from typing import Any

from openscf.web.declaring import PAGES
from tests.speaking import client_of
from tests.web.world import PEOPLE, World


def answers_of(world: World, role: str, language: str) -> list[tuple[str, Any]]:
    """Each of these addresses with what it answers somebody of a role, without a browser; asked once in a world."""
    language = language[:2]
    if (role, language) not in world.answers:
        world.answers[role, language] = list(_asked(world, role, language))
    return world.answers[role, language]


def _asked(world: World, role: str, language: str) -> Iterator[tuple[str, Any]]:
    client = client_of(world.app, base_url=world.url, raise_server_exceptions=False)
    client.cookies.set("openscf", world.token(PEOPLE[role]))
    for path in paths_of(world, role):
        yield path, client.get(path, headers={"Accept-Language": language}, follow_redirects=False)


def paths_of(world: World, role: str) -> list[str]:
    """The addresses of all pages, with objects of this world in them."""
    known = {
        "document_id": world.documents[:1], "deal_id": world.deals, "programme_id": [str(world.programme)],
        "party_id": [str(world.floor.parties["buyer"])], "code": ["factoring"], "file_id": [],
        "request_id": world.known["request_id"],
        "voucher_id": [world.voucher], "account_id": [], "webhook_id": world.known["webhook_id"],
    }  # fmt: skip
    found = []
    for one in PAGES.values():
        if not one.there:
            continue
        for name in one.parameters[:1] or [""]:
            values = known.get(name, []) if name else [""]
            if one.path.startswith("/pools/"):
                values = world.known["pool"]
            found += [one.path.replace(f"{{{name}}}", value).replace("{decision}", "3") for value in values]
    return found
