"""Signing in with an identity provider: a real one, small, over TCP, that can be told to lie.

Planted defects that turn this red: leave out a claim of `Provider._judged`, keep a flow after its use, trust HS256.
"""

import base64
import hashlib
import http.server
import json
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey

from openscf.db import Database
from openscf.kernel.ids import TenantId
from openscf.parties import Cleartext, PersonalKind, add_login
from tests.unit.api.hosted import PASSWORD, Hosted
from tests.unit.financing.floor import Floor
from tests.unit.parties.house import SYSTEM

CLIENT, SECRET = "openscf", "a secret between the provider and us"
KEY = RSAKey.generate_key(2048, {"kid": "one"})


class Idp:
    """A provider on loopback.

    Attributes:
        lies: Claims that it gets wrong; `key` signs with another key, `alg` with our own secret.
    """

    def __init__(self) -> None:
        self.lies: dict[str, Any] = {}
        self.asked: dict[str, str] = {}
        idp = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self._say(
                    idp.discovery() if "openid-configuration" in self.path else {"keys": [KEY.as_dict(private=False)]}
                )

            def do_POST(self) -> None:
                form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
                self._say(idp.token({name: values[0] for name, values in form.items()}))

            def _say(self, record: dict[str, Any]) -> None:
                body = json.dumps(record).encode()
                self.send_response(200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                """It says nothing."""

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.issuer = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def discovery(self) -> dict[str, Any]:
        places = {"authorization_endpoint": "/authorize", "token_endpoint": "/token", "jwks_uri": "/keys"}
        return {"issuer": self.issuer, **{name: self.issuer + path for name, path in places.items()}}

    def visit(self, url: str) -> str:
        """A browser goes there and signs in; the code with which it comes back."""
        self.asked = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
        return "the-code"

    def token(self, form: dict[str, str]) -> dict[str, Any]:
        challenge = base64.urlsafe_b64encode(hashlib.sha256(form["code_verifier"].encode()).digest()).rstrip(b"=")
        assert challenge.decode() == self.asked["code_challenge"], "PKCE"
        assert (form["code"], form["client_secret"]) == ("the-code", SECRET)
        claims = {"iss": self.issuer, "aud": CLIENT, "sub": "2482", "nonce": self.asked["nonce"],
                  "exp": int(time.time()) + 10**9}  # fmt: skip
        claims |= {name: value for name, value in self.lies.items() if name not in {"key", "alg"}}
        key: Any = RSAKey.generate_key(2048, {"kid": "one"}) if "key" in self.lies else KEY
        header = {"alg": "RS256", "kid": "one"}
        if "alg" in self.lies:
            key, header = OctKey.import_key(SECRET), {"alg": "HS256"}
        return {"id_token": jwt.encode(header, claims, key), "token_type": "Bearer"}


@pytest.fixture
def idp() -> Iterator[Idp]:
    made = Idp()
    yield made
    made.server.shutdown()
    made.server.server_close()


@pytest.fixture
def hosted(database: Database, tenant: TenantId, floor: Floor, tmp_path: Path, idp: Idp) -> Hosted:
    return Hosted(database, tenant, tmp_path, floor=floor, oidc=(idp.issuer, CLIENT, SECRET))


def signed_in(hosted: Hosted, idp: Idp) -> Any:
    begun = hosted.post(None, "/v1/oidc/start", {}).json()
    code = idp.visit(begun["url"])
    return hosted.post(None, "/v1/oidc/finish", {"state": begun["state"], "code": code})


def linked(hosted: Hosted) -> None:
    person = hosted.floor.house.people["seller.maker"]
    name, password = Cleartext(PersonalKind.LOGIN, "li.na"), Cleartext(PersonalKind.SECRET, PASSWORD)
    login = hosted.floor.run(SYSTEM, add_login, person, name, password=password, vault=hosted.house.vault)
    from openscf.parties import PersonRole

    hosted.floor.house.person("operator.admin", hosted.floor.parties["operator"], PersonRole.ADMIN)
    said = {"login": str(login.id), "subject": "2482"}
    assert hosted.post("seller.maker", "/v1/oidc/subjects", said).json()["code"] == "office_may_not"
    assert hosted.post("operator.admin", "/v1/oidc/subjects", said).status_code == 200
    assert hosted.post("operator.admin", "/v1/oidc/subjects", said).json()["code"] == "subject_taken"


def test_whoever_the_provider_knows_comes_in_as_the_login_that_was_linked(hosted: Hosted, idp: Idp) -> None:
    stranger = signed_in(hosted, idp)
    assert (stranger.status_code, stranger.json()["code"]) == (403, "nobody_linked")
    linked(hosted)
    answer = signed_in(hosted, idp)
    assert answer.status_code == 201, answer.text
    bearer = {"Authorization": f"Bearer {answer.json()['token']}"}
    assert hosted.get(None, "/v1/me", headers=bearer).json()["person"] == str(hosted.floor.house.people["seller.maker"])


@pytest.mark.parametrize(
    "lie",
    [{"iss": "http://elsewhere"}, {"aud": "another"}, {"nonce": "another"}, {"exp": 1}, {"key": True}, {"alg": True},
     {"sub": None}],
)  # fmt: skip
def test_a_token_that_is_not_quite_right_opens_nothing(hosted: Hosted, idp: Idp, lie: dict[str, Any]) -> None:
    linked(hosted)
    idp.lies = lie
    answer = signed_in(hosted, idp)
    assert (answer.status_code, answer.json()["code"]) == (401, "provider_failed")


def test_a_state_is_used_once_and_one_that_nobody_began_opens_nothing(hosted: Hosted, idp: Idp) -> None:
    linked(hosted)
    begun = hosted.post(None, "/v1/oidc/start", {}).json()
    back = {"state": begun["state"], "code": idp.visit(begun["url"])}
    assert hosted.post(None, "/v1/oidc/finish", back).status_code == 201
    assert hosted.post(None, "/v1/oidc/finish", back).json()["code"] == "not_signed_in"
    assert hosted.post(None, "/v1/oidc/finish", back | {"state": "made-up"}).json()["code"] == "not_signed_in"


def test_without_a_provider_there_is_none(database: Database, tenant: TenantId, floor: Floor, tmp_path: Path) -> None:
    answer = Hosted(database, tenant, tmp_path, floor=floor).post(None, "/v1/oidc/start", {})
    assert (answer.status_code, answer.json()["code"]) == (404, "no_provider")
