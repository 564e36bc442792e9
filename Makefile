# Every command sets up what it needs; see scripts/setup.sh. `make` alone lists them.
RUN := scripts/setup.sh
PYTEST_ARGS ?=
DEMO_ARGS ?=
WORKERS ?= 2

.DEFAULT_GOAL := help
.PHONY: help setup demo test check fix reference lock clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## /{printf "  make %-10s %s\n", $$1, $$2}' Makefile

setup: ## make or refresh the environment (.venv); every other command does it by itself
	@$(RUN)

demo: ## a small industry through the real platform on a fresh database (DEMO_ARGS="--no-serve")
	@$(RUN) openscf demo $(DEMO_ARGS)

test: ## the CI lane: lint, types, contracts and every test but the long ones (PYTEST_ARGS="-k ledger")
	@$(RUN) pytest -m "not long" -n $(WORKERS) --dist loadfile --no-loadscope-reorder $(PYTEST_ARGS)

check: ## the fast lane: lint, format, types, contracts, fast tests
	@$(RUN) ruff check
	@$(RUN) ruff format --check
	@$(RUN) mypy
	@$(RUN) lint-imports --no-cache --no-logo
	@$(RUN) pytest -m "not slow and not long" -n $(WORKERS) --dist loadfile --no-loadscope-reorder $(PYTEST_ARGS)

fix: ## mend what ruff can mend, and format
	@$(RUN) ruff check --fix
	@$(RUN) ruff format

reference: ## write the generated pages of docs/reference again
	@$(RUN) python scripts/generate_reference.py

lock: ## resolve the dependencies of pyproject.toml again
	@$(RUN) --lock

clean: ## remove the environment, caches and artefacts (no data folder, no database)
	rm -rf .venv .tools .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .coverage build dist artefacts
	find src tests benchmarks scripts -name __pycache__ -type d -prune -exec rm -rf {} + 2>/dev/null || true
