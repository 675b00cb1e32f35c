"""The command line as ``python -m backproof``."""

from backproof.cli import main

if __name__ == "__main__":
    main()
