"""SOURCE_OF."""

from typing import Annotated

from ... import assumptions
from ...arguments import Text
from ...errors import FunctionError
from ...formula import Expr, Index, Match, Name
from ...spec import function


@function(area="help", returns="text", elementwise=True)
def source_of(
    key: Annotated[Text, "Key of an assumption, such as gap_gw, or of a claim, such as K03"],
) -> str:
    """Where a figure comes from: value, unit, range, who said it, when, and how certain it is.

    The status of a claim is stated, corroborated, disputed or own arithmetic; that of an assumption article, other
    source or own.
    """
    sources = {name.casefold(): source for name, source in assumptions.sources().items()}
    if key.casefold() in sources:
        return sources[key.casefold()].describe()
    hint = assumptions.nearest(key.casefold(), sources)
    raise FunctionError("#N/A", f'key ("{key}") must be a key of the assumptions or a claim, K01 to K67{hint}')


@source_of.twin
def _(key: Expr) -> Expr:
    return Index(Name("source_text"), Match(key, Name("source_key"), 0))


source_of.gives(
    "Gap = nearly eight NYCs: 7.83 NYC (7.67 to 7.83); source article; 2025-11-21; status: own arithmetic", "k06"
)
source_of.gives("Other IT: 0 $bn/GW (0 to 0); own: inside the GPU figure; 2025-11-21; status: own", "other_it_per_gw")
source_of.fails("#N/A", "K68")
source_of.fails("#VALUE!", 3)
