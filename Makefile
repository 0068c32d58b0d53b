# Every target sets up what it needs first (scripts/setup; the second time that takes a moment).
PYTHON := .venv/bin/python

.PHONY: help setup demo test check bench dist dist-test translations kernels test-gpu bench-gpu clean

help:
	@echo "make demo    submit the captioned Big Buck Bunny film to a queue, render it by a node, print where it is"
	@echo "make test    pass the whole test suite"
	@echo "make check   ruff, mypy (strict) and import-linter"
	@echo "make bench   the engine against the least any renderer must do; effects, transitions and the window against their goals"
	@echo "make dist    the program with all it needs in one folder, dist/framekiln (no Python has to be there)"
	@echo "make dist-test  builds it, then starts a copy of it: renders, queue and node, the window"
	@echo "make kernels build the CUDA kernels into resources/, after one of them was changed"
	@echo "make test-gpu    what a card here draws beside the CPU; writes docs/gpu-results.md"
	@echo "make bench-gpu   how fast that card is; writes docs/gpu-results.md"
	@echo "make setup   only set up .venv (every target above does it too)"
	@echo "make clean   remove what was made, .venv too"

setup:
	@scripts/setup

# As a studio does it: submit, agent, result. The second time the job is there already, and its result.
demo: export FRAMEKILN_HOME = $(CURDIR)/out/node
demo: setup
	@.venv/bin/framekiln submit captioned-video --id demo
	@.venv/bin/framekiln node --drain
	@.venv/bin/framekiln jobs show demo

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
	-@$(PYTHON) -m tests.bench.queue
	-@$(PYTHON) -m tests.bench.preview
	-@$(PYTHON) -m tests.bench.window

# About two minutes.
dist: setup
	@$(PYTHON) -m PyInstaller --noconfirm --log-level ERROR --workpath build/frozen --distpath dist build.spec
	@du -sh dist/framekiln

dist-test: export FRAMEKILN_DIST = $(CURDIR)/dist/framekiln
dist-test: dist
	@scripts/setup tests
	@$(PYTHON) -m pytest -p no:cacheprovider -s tests/dist

# LANGUAGE=de begins one; translators write into resources/translations/*.ts, with pyside6-linguist for one.
translations: setup
	@scripts/translations $(LANGUAGE)

kernels: setup
	@$(PYTHON) scripts/build_kernels.py

test-gpu: setup
	@QT_QPA_PLATFORM=offscreen $(PYTHON) -m tests.cuda.on_card

bench-gpu: setup
	@QT_QPA_PLATFORM=offscreen $(PYTHON) -m tests.cuda.speed

clean:
	rm -rf .venv out build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
