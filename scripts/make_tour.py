"""Make the pictures of the README's tour: the screens of a fresh demo, in both languages, through a real browser.

`python scripts/make_tour.py` runs the demo, serves it, signs in as each role with a click and photographs; about two
minutes. `--url` photographs a demo that is served already. It needs the test tools (Playwright) and a Chromium.
"""

import argparse
import contextlib
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

TARGET = Path(__file__).parents[1] / "docs" / "tour"
LOCALES = {"en": "en-US", "zh": "zh-CN"}
ROLES = {
    "supplier": {"en": "Supplier", "zh": "供应商"},
    "anchor": {"en": "Core enterprise", "zh": "核心企业"},
    "funder": {"en": "Tongzhou Factoring", "zh": "同舟商业保理"},
    "operator": {"en": "Operator", "zh": "运营方"},
}
STOPS = (
    ("1-supplier", "supplier", "/"),
    ("2-invoices", "supplier", "/invoices"),
    ("3-core-enterprise", "anchor", "/"),
    ("4-funder", "funder", "/"),
    ("5-exposure", "funder", "/exposure"),
    ("6-network", "operator", "/network"),
)
SIZE = {"width": 1280, "height": 860}
PATIENCE_S = 600


def main() -> None:
    """Photograph, and say where the pictures are."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--url", help="of a demo that is served already")
    parser.add_argument("--target", type=Path, default=TARGET, help="folder of the pictures, a folder per language")
    chosen = parser.parse_args()
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        parser.error("no chromium is installed; name one by CHROMIUM")
    with contextlib.ExitStack() as open_:
        url = chosen.url or open_.enter_context(demo())
        driver = open_.enter_context(sync_playwright())
        browser = driver.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        for language in LOCALES:
            folder = chosen.target / language
            folder.mkdir(parents=True, exist_ok=True)
            for name, role, path in STOPS:
                photograph(browser, (url, path), folder / f"{name}.png", role=role, language=language)
                print(folder / f"{name}.png")
        browser.close()


@contextlib.contextmanager
def demo() -> Iterator[str]:
    """The address of a fresh demo, served until the block ends."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    words = [str(Path(sys.executable).parent / "openscf"), "demo", "--serve", "--port", str(port)]
    with contextlib.ExitStack() as open_:
        said = open_.enter_context(tempfile.TemporaryFile())
        running = open_.enter_context(subprocess.Popen(words, stdout=said, start_new_session=True))  # noqa: S603 - our own
        try:
            url, deadline = f"http://127.0.0.1:{port}", time.monotonic() + PATIENCE_S
            while not answers(url):
                if running.poll() is not None or time.monotonic() > deadline:
                    sys.exit("the demo does not serve")
                time.sleep(0.5)
            yield url
        finally:
            os.killpg(running.pid, 2)  # as Ctrl-C does


def answers(url: str) -> bool:
    """Whether somebody serves there."""
    try:
        with urllib.request.urlopen(f"{url}/healthz", timeout=2) as answer:  # noqa: S310 - our own address
            return bool(answer.status == 200)
    except OSError:
        return False


def photograph(browser: Browser, at: tuple[str, str], file: Path, *, role: str, language: str) -> None:
    """One page as somebody of a role sees it."""
    url, path = at
    context = browser.new_context(locale=LOCALES[language], viewport=SIZE)  # type: ignore[arg-type]
    page: Page = context.new_page()
    page.goto(f"{url}/sign-in")
    page.locator(".faces button", has_text=ROLES[role][language]).first.click()
    page.wait_for_load_state()
    answer = page.goto(url + path)
    if answer is None or answer.status != 200:
        sys.exit(f"{path} as {role}: {answer and answer.status}")
    page.wait_for_load_state("networkidle")
    page.screenshot(path=file)
    context.close()


if __name__ == "__main__":
    main()
