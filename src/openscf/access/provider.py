"""An identity provider as OpenID Connect Core 1.0 describes it: its addresses, its keys, its answers.

Code flow with PKCE (RFC 7636). The provider is the operator's choice and comes from the settings, so its addresses are
believed; what it sends is not, until its signature, issuer, audience, time and nonce have been checked.
"""

import base64
import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Protocol
from urllib.parse import urlencode

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from openscf.kernel.errors import refusal

ALGORITHMS: Final = [
    "RS256",
    "PS256",
    "ES256",
    "EdDSA",
]  # none symmetric: our secret must not sign for it
DISCOVERY: Final = "/.well-known/openid-configuration"
LEEWAY_S: Final = 60

PROVIDER_FAILED = refusal(
    "provider_failed",
    en="The identity provider did not answer as it should ({what}).",
    zh="身份提供方未正确应答（{what}）。",
    fix_en="Sign in again; if it stays so, tell the operator.",
    fix_zh="请重新登录；如仍失败，请联系平台运营方。",
    status=401,
)


class Fetch(Protocol):
    """Sends a request to the provider."""

    def __call__(self, method: str, url: str, form: Mapping[str, str] | None = None, /) -> bytes:
        """The body of a successful answer.

        Raises:
            OSError: There was none.
        """
        ...


@dataclass(frozen=True, slots=True)
class Provider:
    """An identity provider.

    Attributes:
        issuer: Its address.
        client_id, client_secret: What it knows us by.
        redirect_url: Where it sends people back to.
        fetch: Sends requests to it.
        now_s: The time, in seconds since 1970, for what it says of its own.
    """

    issuer: str
    client_id: str
    client_secret: str
    redirect_url: str
    fetch: Fetch
    now_s: Callable[[], int]

    def start_url(self, *, state: str, nonce: str, verifier: str) -> str:
        """Where a person is sent to.

        Raises:
            Refusal: `provider_failed`.
        """
        challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
        asked = {
            "response_type": "code", "scope": "openid", "client_id": self.client_id, "redirect_uri": self.redirect_url,
            "state": state, "nonce": nonce, "code_challenge": challenge, "code_challenge_method": "S256",
        }  # fmt: skip
        return f"{self._known()['authorization_endpoint']}?{urlencode(asked)}"

    def subject(self, code: str, *, nonce: str, verifier: str) -> str:
        """Who came back with this code.

        Raises:
            Refusal: `provider_failed`.
        """
        known = self._known()
        form = {
            "grant_type": "authorization_code", "code": code, "redirect_uri": self.redirect_url,
            "client_id": self.client_id, "client_secret": self.client_secret, "code_verifier": verifier,
        }  # fmt: skip
        answer = self._object("POST", str(known["token_endpoint"]), form)
        keys = self._object("GET", str(known["jwks_uri"]))
        return self._judged(str(answer.get("id_token", "")), keys, nonce=nonce)

    def _judged(self, token: str, keys: Any, *, nonce: str) -> str:
        wanted = jwt.JWTClaimsRegistry(
            now=self.now_s(), leeway=LEEWAY_S, iss={"essential": True, "value": self.issuer},
            aud={"essential": True, "value": self.client_id}, exp={"essential": True}, sub={"essential": True},
            nonce={"essential": True, "value": nonce},
        )  # fmt: skip
        try:
            found = jwt.decode(token, KeySet.import_key_set(keys), algorithms=ALGORITHMS)
            wanted.validate(found.claims)
        except (JoseError, ValueError, TypeError, KeyError) as error:
            raise PROVIDER_FAILED(what=type(error).__name__) from None
        return str(found.claims["sub"])

    def _known(self) -> Mapping[str, Any]:
        found = self._object("GET", self.issuer.rstrip("/") + DISCOVERY)
        if found.get("issuer") != self.issuer:
            raise PROVIDER_FAILED(what="issuer")
        missing = {"authorization_endpoint", "token_endpoint", "jwks_uri"} - found.keys()
        if missing:
            raise PROVIDER_FAILED(what=", ".join(sorted(missing)))
        return found

    def _object(self, method: str, url: str, form: Mapping[str, str] | None = None) -> dict[str, Any]:
        try:
            found = json.loads(self.fetch(method, url, form))
        except (OSError, ValueError) as error:
            raise PROVIDER_FAILED(what=type(error).__name__) from None
        if not isinstance(found, dict):
            raise PROVIDER_FAILED(what="JSON")
        return found
