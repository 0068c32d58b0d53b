# Every target sets up what it needs first (scripts/setup; the second time that takes a moment).
PYTHON := .venv/bin/python
DEMO := out/demo.mp4

.PHONY: help setup demo test check bench clean

help:
	@echo "make demo    render the captioned Big Buck Bunny film and print where it is"
	@echo "make test    pass the whole test suite"
	@echo "make check   ruff, mypy (strict) and import-linter"
	@echo "make bench   the engine against the least any renderer must do; effects and transitions against their goals"
	@echo "make setup   only set up .venv (every target above does it too)"
	@echo "make clean   remove what was made, .venv too"

setup:
	@scripts/setup

demo: setup
	@mkdir -p $(dir $(DEMO))
	@.venv/bin/framekiln render captioned-video -o $(DEMO)
	@echo "The film is $(CURDIR)/$(DEMO)"

test:
	@scripts/setup tests
	@$(PYTHON) -m pytest -n 2 -p no:cacheprovider

check: setup
	@$(PYTHON) -m ruff check
	@$(PYTHON) -m ruff format --check
	@$(PYTHON) -m mypy
	@.venv/bin/lint-imports

# One after another, since they would spoil each other's figures; a goal that is missed stops none of them.
bench: setup
	@$(PYTHON) -m tests.bench
	-@$(PYTHON) -m tests.bench.effects
	-@$(PYTHON) -m tests.bench.transitions

clean:
	rm -rf .venv out build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
