# Every command of the project. `make` alone lists them.

PYTHON := .venv/bin/python
# As the workers have it, and whatever runs beside something else.
ONE_THREAD := OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1
AT_ONCE = $(shell expr $$(getconf _NPROCESSORS_ONLN) + 1)

.DEFAULT_GOAL := help
.PHONY: help run test environment setup check lint format bench eval eval-public train lock

help: ## Say what there is
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' Makefile

run: environment ## Serve the demo on 127.0.0.1 (PORT, or 8080): chat, desk and bot
	.venv/bin/assistant run --demo

# One more at a time than there are processors: a third of what servers and browsers do is waiting.
# A file's tests stay together, as do their servers.
# The model is trained meanwhile: the tests that come first need none, and the others wait for it.
test: environment ## Run all tests
	@$(ONE_THREAD) .venv/bin/assistant train & \
	$(PYTHON) -m pytest --numprocesses $(AT_ONCE) --maxprocesses 5 --dist loadfile \
		--no-loadscope-reorder; tested=$$?; wait; exit $$tested

setup: environment ## Make .venv from requirements.lock, if it is missing or the lock has changed
	@echo ".venv is ready."

# Costs 30 milliseconds when .venv is what the lock says, and says nothing then.
environment:
	@sh scripts/setup.sh

check: lint test ## Run everything that CI runs

lint: environment ## Run the linters, the type checker, the import contracts and the check of articles
	$(PYTHON) -m ruff check .
	$(PYTHON) -m ruff format --check .
	$(PYTHON) -m mypy
	.venv/bin/lint-imports
	.venv/bin/assistant knowledge check

format: environment ## Lay the code out and mend what ruff can mend
	$(PYTHON) -m ruff check --fix .
	$(PYTHON) -m ruff format .

bench: environment ## Measure a stock Rasa server and ours, side by side, and a large index
	$(PYTHON) -m bench
	$(PYTHON) -m bench.index

eval: environment ## Measure how well messages are understood, on sayings that training never sees
	$(ONE_THREAD) $(PYTHON) -m bench.understanding

eval-public: environment ## The same pipeline on BANKING77 and CLINC150: make eval-public DATA=folder
	$(PYTHON) -m bench.understanding --public $(or $(DATA),$(error say where the files are: DATA=folder))

train: environment ## Train the model, if its inputs have changed
	.venv/bin/assistant train

# Needs uv and a network. The lock names versions and hashes, never where they come from.
lock: ## Resolve the dependencies of pyproject.toml again into requirements.lock
	uv pip compile pyproject.toml --extra dev --universal --python-version 3.10 \
		--generate-hashes --no-emit-index-url --no-header --no-annotate --upgrade \
		--quiet --output-file requirements.lock
