"""``python -m fastvec``: the command line."""

import sys

from fastvec.cli import main

sys.exit(main())
