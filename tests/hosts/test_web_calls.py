"""Cells through the add-in's JavaScript, in node, against the real server."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.support.typed import Limit, Typed, every_case
from tests.support.web import Server, in_node, server, through_office_js, typed_in
from wattstack.errors import FunctionError
from wattstack.hosts.sheet import MISSING, answer
from wattstack.registry import registry

GAP = ["POWER_GAP", [47, 15]]


@pytest.fixture(scope="module")
def running() -> Iterator[Server]:
    with server() as found:
        yield found


def shown(running: Server, name: str, *given: Any) -> Any:
    return typed_in(running, [Typed(registry()[name], given)])["cells"][0]


def test_every_case_gives_what_python_gives() -> None:
    cases = every_case()
    for case, cells in zip(cases, through_office_js(cases), strict=True):
        if not isinstance(cells, Limit):
            # the same code on the same doubles, which JSON writes so that they read back as they were
            assert codes(cells) == codes(answer(case.function, list(case.given))), case


def codes(cells: Any) -> Any:
    return [[cell.code if isinstance(cell, FunctionError) else cell for cell in row] for row in cells]


def test_what_excel_cannot_hand_over_is_a_limit_with_its_reason() -> None:
    gap = registry()["POWER_GAP"]
    limits = through_office_js([Typed(gap, (float("inf"), [[15]])), Typed(gap, (1, [[1]], 1, False, 1))])
    assert [isinstance(limit, Limit) and limit.reason for limit in limits] == [
        "a cell holds no infinite number", "Excel refuses a formula with too many arguments as it is typed",
    ]  # fmt: skip


def test_number_and_spill_and_text(running: Server) -> None:
    assert shown(running, "POWER_GAP", 47, 15) == [[32]]
    assert shown(running, "FLEX_HOURS", [[0.005, 0.01]]) == [pytest.approx([43.8, 87.6])]
    assert shown(running, "FUNDING_STACK", 15, [[10], [20]])[0] == ["layer", "used", "unused"]
    assert shown(running, "WHY", "POWER_GAP", 47, [[15]]) == [["ok"]]


def test_error_is_typed_and_says_why(running: Server) -> None:
    assert shown(running, "POWER_GAP", 47, 15, 0.9) == [
        [{"error": "#NUM!", "message": "ratio (0.9) must be a number, 1 or more"}]
    ]
    assert shown(running, "POWER_GAP", 10, 15, MISSING, "x") == [
        [{"error": "#VALUE!", "message": 'floor ("x") must be a truth value'}]
    ]
    assert shown(running, "PROJECT_CASHFLOW", 12, None, 5, 20)[0][0]["message"].startswith("noi (blank) must be")
    assert shown(running, "FLEX_HOURS", [[0.1, 2]])[0][1]["error"] == "#NUM!"


def test_incoming_error_goes_out(running: Server) -> None:
    for code in ("#DIV/0!", "#NUM!", "#N/A", "#NULL!", "#VALUE!"):
        assert shown(running, "POWER_GAP", 47, [[1, FunctionError(code)]])[0][0]["error"] == code


@pytest.mark.parametrize("code", ["#REF!", "#NAME?"])
def test_error_that_excel_takes_from_no_function_comes_as_a_value_error_that_names_it(
    running: Server, code: str
) -> None:
    cell = shown(running, "POWER_GAP", 47, FunctionError(code))[0][0]
    assert cell["error"] == "#VALUE!"
    assert cell["message"].startswith(code)


def test_blank_cell_and_an_argument_left_out_differ(running: Server) -> None:
    assert shown(running, "POWER_GAP", 10, 15, MISSING, True) == [[0]]
    assert shown(running, "POWER_GAP", 10, 15, None, True)[0][0]["error"] == "#N/A"


def test_thousand_formulas_are_few_requests_in_their_order(running: Server) -> None:
    formulas = [Typed(registry()["POWER_GAP"], (number, [[1]])) for number in range(1000)]
    found = typed_in(running, formulas)
    assert found["requests"] == 2  # 500 calls go in one
    assert [cells[0][0] for cells in found["cells"]] == [number - 1 for number in range(1000)]


def test_requests_are_bounded_in_cells_too(running: Server) -> None:
    formulas = [Typed(registry()["POWER_GAP"], (1, [[number] * 60])) for number in range(10)]
    found = typed_in(running, formulas, limits={"cells": 150})  # two ranges of 60 fit, with a number each
    assert found["requests"] == 5
    assert [cells[0][0] for cells in found["cells"]] == [1 - 60 * number for number in range(10)]


def test_calls_that_wait_for_their_turn_come_in_order_too(running: Server) -> None:
    formulas = [Typed(registry()["POWER_GAP"], (number, [[1]])) for number in range(100)]
    found = typed_in(running, formulas, limits={"calls": 10, "requests": 2})
    assert found["requests"] == 10
    assert [cells[0][0] for cells in found["cells"]] == [number - 1 for number in range(100)]


def test_call_that_is_too_large_is_refused_by_itself(running: Server) -> None:
    gap = registry()["POWER_GAP"]
    found = typed_in(running, [Typed(gap, (47, [[1] * 251_000])), *[Typed(gap, (47, 15))] * 3], limits={"requests": 1})
    assert [cells[0][0] for cells in found["cells"][1:]] == [32, 32, 32]
    assert "must be 250,000 or fewer in a request" in found["cells"][0][0][0]["message"]


def test_one_call_that_fails_leaves_the_others(running: Server) -> None:
    gap = registry()["POWER_GAP"]
    found = typed_in(running, [Typed(gap, (47, 15)), Typed(gap, ("x", 15)), Typed(gap, (48, 15))])
    assert found["requests"] == 1
    assert [found["cells"][0], found["cells"][2]] == [[[32]], [[33]]]
    assert found["cells"][1][0][0]["error"] == "#VALUE!"


def failure(certificate: Path, origin: str, **job: Any) -> str:
    """The message of the one cell, which must be #N/A: a text would be skipped by SUM."""
    [[[cell]]] = in_node(certificate, origin=origin, formulas=[GAP], **job)["cells"]
    assert cell["error"] == "#N/A"
    return str(cell["message"])


def test_wrong_token_is_an_error_that_names_the_cure(running: Server) -> None:
    told = failure(running.certificate, running.origin, token="another")
    assert told == 'The token is missing or wrong: enter in the pane the one that "wattstack serve" shows.'


def test_page_of_another_version_is_told_to_reload(running: Server) -> None:
    script = (Path(__file__).parents[2] / "python/wattstack/hosts/web/static/functions.js").read_text(encoding="utf-8")
    told = failure(
        running.certificate, running.origin, script=f'{script}wattstack.associate("0", {{"POWER_GAP": false}});'
    )
    assert "reload the add-in" in told


def test_server_that_is_not_there_is_an_error_that_names_the_cure(running: Server) -> None:
    assert 'start "wattstack serve"' in failure(running.certificate, "http://localhost:9")


@contextmanager
def stranger(answer: bytes | None) -> Iterator[str]:
    """A server that answers its first request so, or never."""
    with socket.create_server(("localhost", 0)) as listening:

        def once() -> None:
            caller, _ = listening.accept()
            with caller:
                caller.recv(65536)
                caller.sendall(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + answer)

        thread = threading.Thread(target=once)
        if answer is not None:
            thread.start()
        yield f"http://localhost:{listening.getsockname()[1]}"
    if answer is not None:
        thread.join()


def test_server_that_does_not_answer_is_given_up(running: Server) -> None:
    with stranger(None) as origin:
        assert "No answer within 0.2 s" in failure(running.certificate, origin, limits={"timeout": 200})


def test_formulas_that_wait_are_given_up_with_it_and_not_one_after_the_other(running: Server) -> None:
    with stranger(None) as origin:
        job = {"origin": origin, "formulas": [GAP] * 100, "limits": {"timeout": 200, "calls": 1, "requests": 2}}
        found = in_node(running.certificate, **job)
    assert found["requests"] == 2
    assert {cells[0][0]["error"] for cells in found["cells"]} == {"#N/A"}


@pytest.mark.parametrize("answer", [b"<html>", b"null", b"{}", b'{"answers": []}'])
def test_server_that_is_another_is_found_out(running: Server, answer: bytes) -> None:
    with stranger(answer) as origin:
        assert "is not wattstack" in failure(running.certificate, origin)
