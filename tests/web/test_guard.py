"""Cookies, the token of forms, and places to go next.

Planted defect: a token of another session is taken.
"""

import os

import pytest
from starlette.requests import Request

from openscf.kernel.errors import Refusal
from openscf.web.guard import check_form, form_token, local_path
from tests.speaking import client_of
from tests.web.world import World


def request(**headers: str) -> Request:
    named = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return Request({"type": "http", "headers": named, "scheme": "http", "server": ("here", 80), "path": "/"})


def test_a_token_is_the_sessions_and_new_on_each_page() -> None:
    one, other = form_token("secret", os.urandom), form_token("secret", os.urandom)
    assert one != other
    check_form(request(), "secret", one)
    check_form(request(sec_fetch_site="same-origin"), "secret", other)


@pytest.mark.parametrize(
    ("secret", "token", "site"),
    [("another", None, "same-origin"), (None, None, "same-origin"), ("secret", "", "same-origin"),
     ("secret", "AAAA", "same-origin"), ("secret", "é", "same-origin"), ("secret", None, "cross-site"),
     ("secret", None, "same-site")],
)  # fmt: skip
def test_a_form_that_is_not_ours_is_refused(secret: str | None, token: str | None, site: str) -> None:
    said = form_token("secret", os.urandom) if token is None else token
    with pytest.raises(Refusal) as caught:
        check_form(request(sec_fetch_site=site), secret, said)
    assert caught.value.code == "form_not_ours"


@pytest.mark.parametrize(
    "said", ["//evil.example", "/\\evil.example", "https://evil.example", "", None, "/a\r\nb", "a"]
)
def test_one_goes_on_only_to_places_of_ours(said: str | None) -> None:
    assert local_path(said, "/home") == "/home"
    assert local_path("/invoices?text=a") == "/invoices?text=a"


def test_behind_https_the_cookie_belongs_to_this_host_alone(world: World) -> None:
    client = client_of(world.app, base_url="https://here.example")
    reply = client.get("/sign-in")
    (cookie,) = [one for one in reply.headers.get_list("set-cookie") if "visitor" in one]
    assert cookie.startswith("__Host-openscf-visitor=")
    assert all(word in cookie for word in ("HttpOnly", "Secure", "SameSite=lax", "Path=/"))
    policy = reply.headers["content-security-policy"]
    assert "unsafe-inline" not in policy
    assert "default-src 'none'" in policy


def test_nobody_is_asked_to_the_door_and_comes_back(world: World) -> None:
    client = client_of(world.app, base_url=world.url, follow_redirects=False)
    reply = client.get("/invoices?text=INV")
    assert reply.headers["location"] == "/sign-in?next=/invoices%3Ftext%3DINV"
    assert client.post("/do/accept_offer", data={}).headers["location"] == "/sign-in"


def test_a_page_that_is_not_ones_own_is_one_that_is_not_there(world: World) -> None:
    client = client_of(world.app, base_url=world.url)
    client.cookies.set("openscf", world.token("seller.maker"))
    own, absent = client.get("/onboarding"), client.get("/never-heard-of")
    assert (own.status_code, absent.status_code) == (404, 404)
    assert "no_such_page" in own.text
