"""The charts of the demo as PNG files."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from .declaration import Declaration, Picture
from .files import write_through
from .model.evaluate import Evaluation
from .model.funding import SOURCES
from .model.leases import LEASES
from .model.lines import Model
from .model.power import MONTHS, PATHS
from .model.scenarios import Scenarios
from .model.securitisation import TRANCHES
from .model.systemic import DEBTORS, NODES
from .model.valuation import WATT

POINTS = 201  # of a plotted line
COLORS = ("#1F3864", "#2E75B6", "#9DC3E6", "#C55A11", "#F4B183", "#7F7F7F", "#BF9000", "#548235")


@contextmanager
def _figures() -> Iterator[Any]:
    """matplotlib's Figure, its caches kept in a folder that goes again."""
    with tempfile.TemporaryDirectory() as folder:
        before = os.environ.get("MPLCONFIGDIR")
        os.environ["MPLCONFIGDIR"] = before or folder
        try:
            from matplotlib.figure import Figure

            yield Figure
        finally:
            if before is None:
                del os.environ["MPLCONFIGDIR"]


def draw(model: Model, scenarios: Scenarios, folder: Path) -> list[Path]:
    """Draw all charts into a folder; the first scenario is the one shown alone."""
    evaluation = scenarios.evaluation(model)
    charts = {
        "power_gap.png": _power,
        "capex.png": _capex,
        "ev_per_watt.png": _watt,
        "funding.png": _funding,
        "tranche_losses.png": _tranches,
        "leases.png": _leases,
        "contagion.png": _contagion,
    }
    with _figures() as figure:
        for name, chart in charts.items():
            drawn = figure(figsize=(9, 5), layout="constrained")
            chart(drawn.subplots(), evaluation, scenarios.names)
            write_through(folder / name, lambda file, drawn=drawn: drawn.savefig(file, dpi=110, format="png"))  # type: ignore[misc]
    return [folder / name for name in charts]


def draw_functions(functions: Iterable[Declaration[Any]], folder: Path) -> list[Path]:
    """Draw the plots of the reference's pages."""
    drawn = []
    with _figures() as figure:
        for function in functions:
            if function.picture is not None:
                chart = figure(figsize=(7, 4), layout="constrained")
                _along(chart.subplots(), function, function.picture)
                drawn.append(folder / f"{function.name}.png")
                write_through(drawn[-1], lambda file, chart=chart: chart.savefig(file, dpi=90, format="png"))  # type: ignore[misc]
    return drawn


def _along(axes: Any, function: Any, picture: Picture) -> None:
    values = np.linspace(picture.low, picture.high, POINTS)
    for (label, given), color in zip(picture.lines.items(), COLORS, strict=False):
        result = [float(np.sum(function(**given, **{picture.along: value}))) for value in values]
        axes.plot(values, result, label=label.replace("_", " "), color=color, linewidth=2)
    argument = function.argument(picture.along)
    axes.set(title=picture.title, xlabel=f"{picture.along} [{argument.unit}]", ylabel=function.returns)
    axes.legend(frameon=False)
    axes.spines[["top", "right"]].set_visible(False)


def _each(evaluation: Evaluation, key: str, count: int) -> Any:
    """A line in all scenarios; an error is left out."""
    column = evaluation[key]
    values = np.broadcast_to(column.values, (count,)).astype(float)
    return values if column.codes is None else np.where(np.broadcast_to(column.codes, (count,)) != 0, np.nan, values)


def _first(evaluation: Evaluation, key: str) -> float:
    return float(_each(evaluation, key, max(evaluation[key].values.size, 1))[0])


def _power(axes: Any, evaluation: Evaluation, names: list[str]) -> None:
    supplies = [[_first(evaluation, f"{path}_m{month}") for month in MONTHS] for path in PATHS]
    axes.stackplot(MONTHS, supplies, labels=PATHS.values(), colors=COLORS)
    need = [_first(evaluation, f"net_demand_m{month}") for month in MONTHS]
    axes.plot(MONTHS, need, color="#C00000", linewidth=2.5, label="Power needed at home")
    axes.set(title=f"Supply by path against the need ({names[0]})", xlabel="months from December 2025", ylabel="GW")
    axes.set_xticks(MONTHS)
    axes.margins(x=0)
    axes.legend(loc="upper left", bbox_to_anchor=(1, 1), frameon=False)


def _capex(axes: Any, evaluation: Evaluation, names: list[str]) -> None:
    bottom = np.zeros(len(names))
    parts = {"gpu_per_gw": "GPUs", "other_it_per_gw": "Other IT", "site_per_gw": "Site",
             "power_cooling_per_gw": "Power and cooling"}  # fmt: skip
    for (key, label), color in zip(parts.items(), COLORS, strict=False):
        values = _each(evaluation, key, len(names))
        axes.bar(names, values, bottom=bottom, label=label, color=color, width=0.6)
        bottom = bottom + values
    axes.set(title="What a gigawatt costs", ylabel="$bn per GW")
    _scenario_axis(axes)


def _watt(axes: Any, evaluation: Evaluation, names: list[str]) -> None:
    _grouped(axes, evaluation, names, WATT)
    axes.set(title="EV per watt against the cost of building", ylabel="$ per watt")


def _funding(axes: Any, evaluation: Evaluation, names: list[str]) -> None:
    bottom = np.zeros(len(names))
    for (source, label), color in zip([*SOURCES.items(), ("unfunded", "Unfunded")], COLORS, strict=False):
        values = _each(evaluation, f"headline_{source}", len(names))
        axes.bar(names, values, bottom=bottom, label=label, color=color, width=0.6)
        bottom = bottom + values
    axes.set(title="Who would fund the whole gap", ylabel="$bn")
    _scenario_axis(axes)


def _tranches(axes: Any, evaluation: Evaluation, names: list[str]) -> None:
    _grouped(axes, evaluation, names, {f"{tranche}_mixed_loss": label for tranche, label in TRANCHES.items()})
    axes.set_yscale("log")
    axes.set(title="Expected loss by tranche, crisis possible", ylabel="share of tranche, log scale")


def _leases(axes: Any, evaluation: Evaluation, names: list[str]) -> None:
    lines = {f"irr_{lease}": label for lease, label in LEASES.items()}
    _grouped(
        axes,
        evaluation,
        names,
        lines | {f"irr_{lease}_fail": f"{label}, no renewal" for lease, label in LEASES.items()},
    )
    axes.axhline(0, color="#7F7F7F", linewidth=0.8)
    axes.set(title="IRR of the same site under two leases", ylabel="rate")


def _contagion(axes: Any, evaluation: Evaluation, names: list[str]) -> None:
    _grouped(axes, evaluation, names, {f"{node}_contagion_loss": NODES[node] for node in DEBTORS})
    axes.set(title="What each node leaves unpaid", ylabel="share of what it owes")


def _grouped(axes: Any, evaluation: Evaluation, names: list[str], lines: dict[str, str]) -> None:
    width = 0.8 / len(lines)
    places = np.arange(len(names))
    for number, ((key, label), color) in enumerate(zip(lines.items(), COLORS, strict=False)):
        axes.bar(places + number * width, _each(evaluation, key, len(names)), width, label=label, color=color)
    axes.set_xticks(places + 0.4 - width / 2, names)
    _scenario_axis(axes)


def _scenario_axis(axes: Any) -> None:
    axes.tick_params(axis="x", labelrotation=20)
    axes.legend(loc="upper left", bbox_to_anchor=(1, 1), frameon=False)
    axes.spines[["top", "right"]].set_visible(False)
