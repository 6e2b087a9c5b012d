"""DC_CAPEX."""

from typing import Annotated, Any

from ...arguments import Array, Scalar
from ...assumptions import base, power_cooling
from ...spec import Assumed, function

GPU: Any = Assumed("base gpu_per_gw", lambda: base("gpu_per_gw"))
OTHER_IT: Any = Assumed("base other_it_per_gw", lambda: base("other_it_per_gw"))
SITE: Any = Assumed("base site_shell_per_gw", lambda: base("site_shell_per_gw"))
POWER_COOLING: Any = Assumed("the rest of base total_per_gw", power_cooling)


@function(area="capital", returns="$bn", claims=("K07", "K08", "K30", "K31", "K34", "K35"))
def dc_capex(
    it_gw: Annotated[Scalar, "GW", "0 or more", "IT load"],
    gpu: Annotated[Scalar, "$bn/GW", "0 or more", "GPUs"] = GPU,
    other_it: Annotated[Scalar, "$bn/GW", "0 or more", "Other IT"] = OTHER_IT,
    site: Annotated[Scalar, "$bn/GW", "0 or more", "Site"] = SITE,
    power_cooling: Annotated[Scalar, "$bn/GW", "0 or more", "Power and cooling"] = POWER_COOLING,
    generation: Annotated[Scalar, "$bn/GW", "0 or more", "On-site plant not inside power_cooling"] = 0.0,
    ratio: Annotated[Scalar, "ratio", "1 or more", "Gross-up from IT load to what plant must carry"] = 1.0,
) -> Array:
    """Investment in data centres of an IT load.

    it_gw · (gpu + other_it + site + power_cooling) + it_gw · ratio · generation. A component left out is the base case
    of the assumptions: together 50 $bn/GW.
    """
    return it_gw * (gpu + other_it + site + power_cooling) + it_gw * ratio * generation


dc_capex.gives(2350, 47)
dc_capex.gives(50, 1, 37.5, 0, 1.5, 11, 0, 1.15)
dc_capex.gives(55.06, 1, 40, 0, 15, 0, 0.05, 1.2)
dc_capex.gives(0, 0)
dc_capex.fails("#NUM!", 1, 37.5, 0, 1.5, -1)
dc_capex.fails("#NUM!", 1, 37.5, 0, 1.5, 11, 1, 0.5)
dc_capex.fails("#N/A", None)
