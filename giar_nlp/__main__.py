"""`python -m giar_nlp` is `giar`."""

from giar_nlp.cli import main

if __name__ == "__main__":
    main()
