"""The server as strangers meet it: who may ask, what it refuses, and that it stays up."""

from __future__ import annotations

import contextlib
import json
import re
import signal
import socket
import ssl
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.support.web import TOKEN, Server, server
from wattstack import __version__
from wattstack.cli import main
from wattstack.hosts.web.sizes import MOST_CALLS, MOST_CELLS

GAP = {"name": "POWER_GAP", "given": [[[47]], [[15]]]}


@pytest.fixture(scope="module")
def running() -> Iterator[Server]:
    with server() as found:
        yield found


@pytest.fixture(scope="module")
def client(running: Server) -> Iterator[httpx.Client]:
    trust = ssl.create_default_context(cafile=str(running.certificate))
    with httpx.Client(base_url=running.origin, verify=trust, timeout=60) as found:
        yield found


def asked(client: httpx.Client, body: Any, token: str = TOKEN) -> httpx.Response:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return client.post("/call", content=content, headers={"Authorization": f"Bearer {token}"})


def cell(client: httpx.Client, call: Any) -> Any:
    """The first cell of a call's answer, in a request whose other call must be answered all the same."""
    answers = asked(client, {"calls": [call, GAP]}).json()["answers"]
    assert answers[1] == [[32]]
    return answers[0][0][0]


def test_call_is_answered_over_https_with_a_certificate_that_can_be_checked(client: httpx.Client) -> None:
    told = asked(client, {"version": __version__, "calls": [GAP]})
    assert (told.status_code, told.json()) == (200, {"answers": [[[32]]]})


@pytest.mark.parametrize("token", ["", "another", TOKEN[:-1], TOKEN + "x", "ä"])
def test_wrong_token_is_401(client: httpx.Client, token: str) -> None:
    told = client.post("/call", content=b"{}", headers={b"Authorization": f"Bearer {token}".strip().encode()})
    assert (told.status_code, told.json()) == (401, {"detail": "the token is missing or wrong"})


def test_without_a_token_nothing_of_the_body_is_read(client: httpx.Client) -> None:
    assert client.post("/call", content=b"no JSON").status_code == 401


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (b"", "body must be JSON"),
        (b"no JSON", "body must be JSON"),
        (b"\xff\xfe", "body must be JSON"),
        (b'{"calls": [NaN]}', "body must be JSON"),
        (b"[" * 100_000, "body must be JSON"),
        (b"[]", "body must be an object with a list of calls"),
        (b'{"calls": 1}', "body must be an object with a list of calls"),
    ],
)
def test_body_that_is_no_request_is_400(client: httpx.Client, body: bytes, told: str) -> None:
    answer = asked(client, body)
    assert (answer.status_code, answer.json()["detail"]) == (400, told)


def test_page_of_another_version_is_409(client: httpx.Client) -> None:
    told = asked(client, {"version": "0.0.0", "calls": [GAP]})
    assert told.status_code == 409
    assert f"the server is of wattstack {__version__}" in told.json()["detail"]


def test_million_cells_are_413_and_the_limit_is_told(client: httpx.Client) -> None:
    told = asked(client, {"calls": [{"name": "POWER_GAP", "given": [[[1] * 1000] * 1000, [[15]]]}]})
    assert told.status_code == 413
    assert told.json()["detail"].endswith(f"must be {MOST_CELLS:,} or fewer in a request")
    assert asked(client, {"calls": [GAP] * (MOST_CALLS + 1)}).status_code == 413


COLUMN, ROW = [[1]] * 600, [[1] * 600]


@pytest.mark.parametrize(
    ("name", "given", "told"),
    [
        ("PUE_GROSS_UP", [COLUMN, ROW, [["IT"]]], "cells of the answer (360,000) must be 250,000 or fewer"),
        ("CORR_STRESS", [0.05, 0.15, ROW, ROW, 0.4], "cells of the answer (360,000) must be 250,000 or fewer"),
        ("EV_PER_WATT", [[[1] * 300] * 300, COLUMN], "ranges spread to 54,000,000 values"),
    ],
)
def test_few_cells_that_would_become_many_are_refused(
    client: httpx.Client, name: str, given: list[Any], told: str
) -> None:
    found = cell(client, {"name": name, "given": given})
    assert found["error"] == "#VALUE!"
    assert found["message"].startswith(told)


def test_block_of_as_many_columns_as_a_row_of_numbers_is_no_more_than_it_is(client: httpx.Client) -> None:
    given = [[[100] * 1000], [[1] * 1000] * 50]  # spread over each other these would be 50 million values
    assert asked(client, {"calls": [{"name": "POWER_GAP", "given": given}]}).json() == {"answers": [[[50] * 1000]]}


def test_body_beyond_all_measure_is_413(client: httpx.Client) -> None:
    with contextlib.suppress(httpx.WriteError):  # the server may answer and hang up before all is sent
        assert asked(client, b" " * (33 * 2**20)).status_code == 413
    assert asked(client, {"calls": [GAP]}).status_code == 200


def test_unknown_function_is_an_error_of_its_call_that_names_the_nearest(client: httpx.Client) -> None:
    told = cell(client, {"name": "POWER_GAPP", "given": []})
    assert told["error"] == "#N/A"
    assert "the nearest are POWER_GAP" in told["message"]


@pytest.mark.parametrize(
    ("call", "code", "told"),
    [
        (None, "#VALUE!", "a call must have a name"),
        ({"name": 1, "given": []}, "#VALUE!", "a call must have a name"),
        ({"name": "POWER_GAP", "given": {}}, "#VALUE!", "a call must have a name"),
        ({"name": "POWER_GAP", "given": []}, "#N/A", "demand_gw (blank) must be"),
        ({"name": "POWER_GAP", "given": [1, 2, 3, True, 5]}, "#VALUE!", "at most 4 arguments"),
        ({"name": "POWER_GAP", "given": [1, [[1, 2], [3]]]}, "#VALUE!", "rows of as many cells"),
        ({"name": "POWER_GAP", "given": [1, []]}, "#VALUE!", "rows of as many cells"),
        ({"name": "POWER_GAP", "given": [1, [[]]]}, "#VALUE!", "rows of as many cells"),
        ({"name": "POWER_GAP", "given": [1, [1, 2]]}, "#VALUE!", "rows of as many cells"),
        ({"name": "POWER_GAP", "given": [1, [[[1]]]]}, "#VALUE!", "a cell must be"),
        ({"name": "POWER_GAP", "given": [1, [[{"missing": True}]]]}, "#VALUE!", "a cell must be"),
        ({"name": "POWER_GAP", "given": [1, [[{"x": 1}]]]}, "#VALUE!", "must be a number, a text"),
        ({"name": "POWER_GAP", "given": [1, [[{"error": "#SPILL!"}]]]}, "#VALUE!", "must be one of"),
        ({"name": "POWER_GAP", "given": [1e999, [[1]]]}, "#NUM!", "demand_gw"),
        ({"name": "EV_PER_WATT", "given": [1, [[1, 2]], [[1, 1, 1]]]}, "#VALUE!", "weights"),
    ],
)
def test_call_that_is_wrong_is_an_error_that_says_so(client: httpx.Client, call: Any, code: str, told: str) -> None:
    if call and call["given"] and call["given"][0] == float("inf"):
        found = asked(client, b'{"calls": [{"name": "POWER_GAP", "given": [1e999, [[1]]]}]}').json()["answers"][0][0][0]
    else:
        found = cell(client, call)
    assert found["error"] == code
    assert told in found["message"]


def test_number_of_any_length_is_a_number(client: httpx.Client) -> None:
    body = b'{"calls": [{"name": "POWER_GAP", "given": [1' + b"0" * 5000 + b", [[1]]]}]}"
    assert asked(client, body).json()["answers"][0][0][0]["error"] == "#NUM!"


def test_fault_of_ours_is_told_without_its_trace(monkeypatch: pytest.MonkeyPatch) -> None:
    from wattstack.hosts.web import calls

    def broken(*_: Any) -> Any:
        raise ZeroDivisionError("secret")

    monkeypatch.setattr(calls, "answer", broken)
    told = calls.answered(json.dumps({"calls": [GAP]}).encode())
    assert b"the server's log says why" in told
    assert b"secret" not in told


@pytest.mark.parametrize("path", ["/nothing", "/static/page.js", "/../keys.py", "/%2e%2e/keys.py", "/page.py", "/docs"])
def test_page_that_is_not_there_is_404(client: httpx.Client, path: str) -> None:
    assert client.get(path).status_code == 404


def test_no_other_origin_may_ask(client: httpx.Client) -> None:
    """A browser asks before it sends a token across origins, and is told nothing that lets it."""
    told = client.options(
        "/call", headers={"Origin": "https://elsewhere.example", "Access-Control-Request-Method": "POST"}
    )
    assert told.status_code == 405
    assert not any(name.startswith("access-control") for name in told.headers)


def test_every_file_of_the_manifest_is_served(client: httpx.Client) -> None:
    base = str(client.base_url).rstrip("/")
    addresses = set(re.findall(f'DefaultValue="{base}/([^"]*)"', client.get("/manifest.xml").text))
    assert "functions.js" in addresses
    for address in addresses:
        assert client.get(f"/{address}").status_code == 200


def test_certificate_and_token_are_kept_for_the_user_alone(tmp_path: Path) -> None:
    with server(home=tmp_path) as first:
        made = first.certificate.read_bytes()
        kept = first.certificate.parent
        assert kept.stat().st_mode & 0o777 == 0o700
        assert {file.stat().st_mode & 0o777 for file in kept.iterdir()} == {0o600}
    with server(home=tmp_path) as second:
        assert second.certificate.read_bytes() == made


def test_interrupt_ends_the_server_in_peace() -> None:
    with server() as running:
        running.process.send_signal(signal.SIGINT)
        assert running.process.wait(timeout=60) == 0
        assert running.process.stderr is not None
        assert running.process.stderr.read() == ""


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--token", "short"], "token must be 16 or more letters"),
        (["--token", "sixteen or more ä"], "token must be 16 or more letters"),
        (["--host", "0.0.0.0"], "host (0.0.0.0) is not of this machine alone: give --certificate and --key"),
        (["--certificate", "x.pem"], "certificate and key must be given together"),
        (["--certificate", "x.pem", "--key", "x.key"], "certificate (x.pem) and key (x.key) cannot serve"),
        (["--port", "70000"], "port (70000) must be 0 to 65535"),
    ],
)
def test_wrong_option_is_told_in_one_line(
    options: list[str], told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    assert main(["serve", *options]) == 2
    error = capsys.readouterr().err
    assert error.startswith(f"wattstack: {told}")
    assert error.count("\n") == 1


def test_port_that_is_taken_is_told_in_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    with socket.create_server(("localhost", 0)) as taken:
        port = taken.getsockname()[1]
        assert main(["serve", "--port", str(port)]) == 2
    assert f"localhost:{port} cannot be listened on" in capsys.readouterr().err


def test_missing_extra_is_named(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    import sys

    monkeypatch.delitem(sys.modules, "wattstack.hosts.web.serve", raising=False)
    monkeypatch.setitem(sys.modules, "uvicorn", None)
    assert main(["serve"]) == 2
    cure = 'in the clone of the repository, pip install ".[web]"'
    assert capsys.readouterr().err == f"wattstack: uvicorn is not installed: {cure}\n"
