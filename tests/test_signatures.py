"""Names, order and defaults are a contract: people's workbooks call them."""

from __future__ import annotations

from pathlib import Path

from wattstack.registry import registry

CONTRACT = (Path(__file__).parent / "signatures.txt").read_text(encoding="utf-8").splitlines()


def test_every_function_has_the_signature_of_the_contract() -> None:
    assert [function.signature for function in registry() if function.signature not in CONTRACT] == []


def test_every_function_of_the_contract_is_there() -> None:
    assert [signature for signature in CONTRACT if signature.split("(")[0] not in registry()] == []
