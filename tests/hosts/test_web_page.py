"""The page of functions in a real browser: the list, the token, a live call."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import pytest
from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.ui import WebDriverWait

from tests.support.office import missing
from tests.support.web import PATIENCE, TOKEN, Server, server
from wattstack.registry import registry

# a browser that asks nobody but the server, and takes the certificate that only a user could trust
FLAGS = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
         "--disable-background-networking", "--disable-component-update", "--disable-sync",
         "--ignore-certificate-errors", "--window-size=1000,900"]  # fmt: skip


# as much of Excel as the page uses
EXCEL_THAT_NOTES = """
const application = {calculate: (kind) => { window.recalculated = kind; }};
window.Excel = {run: async (job) => job({workbook: {application}})};
"""


@pytest.fixture(scope="module")
def running() -> Iterator[Server]:
    with server() as found:
        yield found


@pytest.fixture(scope="module")
def browser(running: Server) -> Iterator[webdriver.Chrome]:
    program, driver = shutil.which("chromium"), shutil.which("chromedriver")
    if program is None or driver is None:
        missing("Chromium")
    options = webdriver.ChromeOptions()
    options.binary_location = str(program)
    for flag in FLAGS:
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    found = webdriver.Chrome(options, Service(str(driver)))
    try:
        yield found
    finally:
        found.quit()


@pytest.fixture
def page(browser: webdriver.Chrome, running: Server) -> webdriver.Chrome:
    """The page, freshly opened, without a token."""
    browser.get(running.origin)
    browser.execute_script("localStorage.clear()")
    return opened(browser, running.origin)


def opened(browser: webdriver.Chrome, address: str) -> webdriver.Chrome:
    browser.get("about:blank")  # an address that differs in its fragment only would not be read anew
    browser.get(address)
    until(browser, lambda: browser.find_elements(By.TAG_NAME, "details"))
    return browser


def until(browser: webdriver.Chrome, condition: object) -> None:
    WebDriverWait(browser, PATIENCE, poll_frequency=0.02).until(lambda _: condition())  # type: ignore[operator]


def state(browser: webdriver.Chrome) -> str:
    return browser.find_element(By.ID, "token-state").text


def of(browser: webdriver.Chrome, name: str) -> WebElement:
    """The entry of a function, opened."""
    entry = browser.find_element(By.ID, name)
    if entry.get_attribute("open") is None:
        entry.find_element(By.TAG_NAME, "summary").click()
    until(browser, lambda: entry.find_elements(By.TAG_NAME, "form"))
    return entry


def calculated(browser: webdriver.Chrome, entry: WebElement, *typed: str) -> str:
    """What the form shows, once the fields named are typed over from the left."""
    for field, text in zip(entry.find_elements(By.TAG_NAME, "input"), typed, strict=False):
        field.clear()
        field.send_keys(text)
    entry.find_element(By.TAG_NAME, "button").click()
    output = entry.find_element(By.TAG_NAME, "output")
    until(browser, lambda: output.text not in ("", "…"))
    return output.text


def test_list_has_every_function_with_its_signature_and_what_it_does(page: webdriver.Chrome) -> None:
    summaries = [element.text for element in page.find_elements(By.TAG_NAME, "summary")]
    assert summaries == [f"{function.signature}\n{function.summary}" for function in registry()]
    assert page.find_element(By.ID, "found").text.startswith(f"{len(registry())} of {len(registry())} functions")


def test_list_is_searched_in_names_and_help(page: webdriver.Chrome) -> None:
    page.find_element(By.ID, "filter").send_keys("tranche spread")
    shown = [element.get_attribute("id") for element in page.find_elements(By.CSS_SELECTOR, "details:not([hidden])")]
    assert "TRANCHE_SPREAD" in shown
    assert "POWER_GAP" not in shown


def test_without_a_token_the_page_says_where_to_find_it_and_a_call_is_an_error(page: webdriver.Chrome) -> None:
    assert state(page) == 'None yet: "wattstack serve" shows it when it starts.'
    assert calculated(page, of(page, "POWER_GAP")).startswith("#N/A The token is missing or wrong")


def test_token_that_is_typed_is_checked_and_kept(page: webdriver.Chrome, running: Server) -> None:
    field = page.find_element(By.ID, "token")
    field.send_keys("a-wrong-token-of-a-user\n")
    until(page, lambda: "missing or wrong" in state(page))
    page.execute_script(EXCEL_THAT_NOTES)
    field.send_keys(f"{TOKEN}\n")
    until(page, lambda: state(page).startswith("The server takes the token"))
    until(page, lambda: page.execute_script("return window.recalculated") == "Full")
    assert field.get_attribute("value") == ""
    opened(page, running.origin)
    until(page, lambda: state(page).startswith("The server takes the token"))


def test_token_in_the_address_is_taken_and_wiped_from_it(page: webdriver.Chrome, running: Server) -> None:
    """The part of an address after # is never sent, so that no log has it; nor shall the history."""
    opened(page, f"{running.origin}/#token={TOKEN}")
    until(page, lambda: state(page).startswith("The server takes the token"))
    assert page.current_url == f"{running.origin}/"


@pytest.fixture
def known(page: webdriver.Chrome, running: Server) -> webdriver.Chrome:
    """The page with the token."""
    return opened(page, f"{running.origin}/#token={TOKEN}")


def test_live_call_of_the_worked_case(known: webdriver.Chrome) -> None:
    assert calculated(known, of(known, "POWER_GAP")) == "32"


def test_call_with_a_range_and_an_argument_left_out(known: webdriver.Chrome) -> None:
    assert calculated(known, of(known, "POWER_GAP"), "10", "7, 3, 5", "", "TRUE") == "0"


def test_error_is_shown_with_its_sentence(known: webdriver.Chrome) -> None:
    told = calculated(known, of(known, "POWER_GAP"), "47", "15", "0.9")
    assert told == "#NUM! ratio (0.9) must be a number, 1 or more"


def test_spill_is_shown_as_a_table(known: webdriver.Chrome) -> None:
    entry = of(known, "FUNDING_STACK")
    calculated(known, entry, "15", "10; 20", "")
    cells = [cell.text for cell in entry.find_elements(By.TAG_NAME, "td")]
    assert cells == ["layer", "used", "unused", "1", "10", "0", "2", "5", "15", "Unfunded", "0", "0"]


def test_every_worked_case_that_the_page_offers_can_be_calculated(known: webdriver.Chrome) -> None:
    for function in registry():
        if any(not case.code for case in function.cases):
            assert not calculated(known, of(known, function.excel_name)).startswith("#"), function.excel_name


def test_address_of_a_function_opens_it(known: webdriver.Chrome, running: Server) -> None:
    opened(known, f"{running.origin}/#DSCR")
    assert known.find_element(By.ID, "DSCR").get_attribute("open") is not None


def test_every_field_has_a_label_and_every_state_is_told_aloud(known: webdriver.Chrome) -> None:
    entry = of(known, "TRANCHE_LOSS")
    for field in [*entry.find_elements(By.TAG_NAME, "input"), known.find_element(By.ID, "filter")]:
        assert known.find_elements(By.CSS_SELECTOR, f'label[for="{field.get_attribute("id")}"]')
    assert known.find_element(By.ID, "token-state").aria_role == "status"
    assert entry.find_element(By.TAG_NAME, "output").aria_role == "status"


def test_page_within_excel_works_even_while_office_js_cannot_be_had(known: webdriver.Chrome, running: Server) -> None:
    opened(known, f"{running.origin}/functions.html")
    assert calculated(known, of(known, "POWER_GAP")) == "32"


def test_page_asks_nobody_but_its_server_and_has_no_fault(known: webdriver.Chrome, running: Server) -> None:
    known.get_log("browser")
    opened(known, running.origin)
    calculated(known, of(known, "POWER_GAP"))
    assert [entry["message"] for entry in known.get_log("browser")] == []
    asked = known.execute_script("return performance.getEntriesByType('resource').map((one) => one.name)")
    assert asked
    assert all(address.startswith(f"{running.origin}/") for address in asked)
