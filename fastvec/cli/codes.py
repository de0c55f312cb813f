"""Exit codes; those above 64 are from sysexits.h."""

DONE = 0
WRONG = 1
USAGE = 2
DATA = 65
NO_INPUT = 66
FAILED = 70
NO_OUTPUT = 74
SIGNALLED = 128  # and the number of the signal:
HUNG_UP = 129
INTERRUPTED = 130
BROKEN_PIPE = 141
TERMINATED = 143
