"""WHY."""

from typing import Annotated

from ...arguments import Rest, Text
from ...errors import FunctionError
from ...spec import Functions, function


@function(area="help", returns="text", elementwise=True, native_limit="the messages are the package's own")
def why(
    name: Annotated[Text, "Name of a function, such as POWER_GAP"],
    *argument: Annotated[Rest, "The arguments of its call, in order"],
    registry: Functions,
) -> str:
    """What is wrong with these arguments, in a sentence, or "ok"."""
    function = registry[name]
    try:
        function(*argument)
    except FunctionError as error:
        return str(error) if str(error) != error.code else f"an error came in: {error.code}"
    except TypeError:
        return f"{function.excel_name} takes at most {len(function.arguments)} arguments, got {len(argument)}"
    return "ok"


why.gives("ok", "POWER_GAP", 47, [15])
why.gives("ratio (0.9) must be a number, 1 or more", "POWER_GAP", 47, [15], 0.9)
why.gives("detach (0.05) must exceed attach (0.08)", "TRANCHE_LOSS", 0.08, 0.05, 0.067, 0.4, 0.15)
why.gives("supply_gw[1] (blank) must be a range of numbers, any number", "POWER_GAP", 47, [15, None])
why.fails("#N/A", "POWER")
