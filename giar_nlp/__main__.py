"""The command `giar`; `python -m giar_nlp` is the same."""

import os
import sys

CTRL_C = 130


def main() -> None:
    """Run `giar`. Ctrl-C while its modules load ends it as Ctrl-C at work does, not with a traceback."""
    try:
        from giar_nlp.cli import main as run
    except KeyboardInterrupt:
        sys.stderr.write("giar: interrupted\n")
        sys.stderr.flush()
        os._exit(CTRL_C)  # nothing is open yet, and a module half loaded might spoil an orderly end
    run()


if __name__ == "__main__":
    main()
