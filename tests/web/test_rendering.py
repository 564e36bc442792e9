"""Every page answers for everybody who has it, and for nobody else, without a browser.

Planted defect: an office is taken from a page's list, or a template names what it is not told (strict undefined).
"""

import logging

import pytest
import structlog

from tests.web.pages import answers_of
from tests.web.world import ROLES, World


@pytest.fixture(autouse=True)
def _plain_logs() -> None:
    structlog.configure(
        processors=[structlog.processors.format_exc_info, structlog.processors.KeyValueRenderer()],
        wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR),
    )


@pytest.mark.parametrize("language", ["en", "zh-CN"])
@pytest.mark.parametrize("role", ROLES)
def test_every_page_answers(role: str, language: str, world: World) -> None:
    statuses = {}
    for path, reply in answers_of(world, role, language):
        statuses[path] = reply.status_code
        assert reply.status_code in {200, 403, 404}, path
        assert "Content-Security-Policy" in reply.headers
    assert list(statuses.values()).count(200) >= 5, statuses
