"""`python -m penscript`."""

from penscript.cli import main

if __name__ == "__main__":
    main()
