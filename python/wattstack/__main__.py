"""`python -m wattstack` is `wattstack`."""

import sys

from .cli import main

sys.exit(main())
