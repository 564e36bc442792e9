"""The addresses of all pages, made from their register."""

from openscf.web.declaring import PAGES
from tests.web.world import World


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
