"""`python -m app` does what `framekiln` does."""

from app.cli.main import main

if __name__ == "__main__":
    main()
