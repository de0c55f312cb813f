"""The ``fastvec`` program, and ``python -m fastvec``: the command line."""

import signal
import sys

# until the program runs and says that it was interrupted, Ctrl-C ends it without a traceback
if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
    signal.signal(signal.SIGINT, signal.SIG_DFL)

from fastvec.cli import main

if __name__ == "__main__":
    sys.exit(main())
