"""Where the database is, and as whom each part of the program speaks to it.

Four login roles, each with no more than it needs; none is a superuser, owns tables it uses, or may bypass row security:

| role | may |
|---|---|
| `openscf_owner` | own the schema and migrate it; the program uses it for nothing else |
| `openscf_app` | read and write business rows of the tenant that the transaction names |
| `openscf_seal` | move audit entries from the inbox into the chain, and outbox messages to their senders |
| `openscf_read` | read, in read-only transactions (auditors, reports, `openscf verify`) |

`openscf_member` can't log in: the application steps down to it (`SET LOCAL ROLE`) when it reads on behalf of one
member, so that row security, and not only code, keeps the others' rows out.
"""

from dataclasses import dataclass

from psycopg.conninfo import conninfo_to_dict, make_conninfo

OWNER, APP, SEAL, READ, MEMBER = "openscf_owner", "openscf_app", "openscf_seal", "openscf_read", "openscf_member"
LOGIN_ROLES = (OWNER, APP, SEAL, READ)


@dataclass(frozen=True, slots=True)
class Endpoints:
    """One libpq connection string per role."""

    owner: str
    app: str
    seal: str
    read: str

    @classmethod
    def of(cls, base: str, passwords: dict[str, str]) -> "Endpoints":
        """The endpoints of the database that `base` names, logging in as each role.

        Args:
            base: A connection string or URL; its user and password are replaced.
            passwords: Password of each of `LOGIN_ROLES`.
        """
        return cls(*(make_conninfo(base, user=role, password=passwords[role]) for role in LOGIN_ROLES))

    def as_role(self, role: str) -> str:
        """The connection string of one of `LOGIN_ROLES`."""
        return dict(zip(LOGIN_ROLES, (self.owner, self.app, self.seal, self.read), strict=True))[role]

    @property
    def database(self) -> str:
        """Name of the database."""
        return str(conninfo_to_dict(self.app).get("dbname", ""))
