# What a person types here; `make help` lists it. Needs Python >= 3.11 and make, nothing else.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PYTEST_ARGS ?=

FUZZ_EXAMPLES ?= 20000

IMAGE ?= autotagger
SBOM ?= autotagger.cdx.json
TRIVY ?= trivy
VERSION = $(shell sed -n 's/^version = "\(.*\)"/\1/p' pyproject.toml)
REVISION = $(shell git rev-parse HEAD 2>/dev/null || echo unknown)

.DEFAULT_GOAL := help
.PHONY: help install demo test faults fuzz check format docs chart bench image sbom lock clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

install: $(VENV)/.installed ## Make the .venv from the hash-locked requirements

$(VENV)/.installed: requirements/dev.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "autotagger needs Python 3.11 or newer; this is " + sys.version.split()[0] + ". Name another with: make PYTHON=python3.12 " + "$(MAKECMDGOALS)")'
	@$(PYTHON) -m venv $(VENV)
	@echo "Installing the locked requirements into $(VENV) (the first time takes a minute)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps --editable .
	@touch $@

demo: install ## Webhooks in, tags out: the whole service with a stand-in for Intercom
	@$(BIN)/autotagger demo $(DEMO_ARGS)

test: install ## Run the tests (PYTEST_ARGS="-k name" for some of them)
	@$(BIN)/python -m pytest -n auto $(PYTEST_ARGS)

faults: install ## Break things on purpose: the fault matrix and a soak (FAULTS_ARGS="1 5 14", "soak --minutes 10")
	@$(BIN)/python -m tests.faults $(FAULTS_ARGS)

fuzz: install ## Feed anything to rules and receiver, and events in any order to a worker, for long (FUZZ_EXAMPLES=20000)
	@FUZZ_EXAMPLES=$(FUZZ_EXAMPLES) $(BIN)/python -m pytest -n auto --timeout 0 tests/rules/fuzz tests/service/fuzz tests/workers/test_any_order.py $(PYTEST_ARGS)

check: install ## Lint, format, types, walls between the rooms
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache
	@$(BIN)/autotagger rules check rules/examples
	@$(BIN)/autotagger rules test rules/examples

format: install ## Format the code and mend what ruff can mend
	@$(BIN)/ruff check --fix-only .
	@$(BIN)/ruff format .

docs: install ## Write the pages that come from the code
	@$(BIN)/python -m tests.metrics_page > docs/metrics.md.new && mv docs/metrics.md.new docs/metrics.md
	@$(BIN)/python -m tests.settings_page > docs/settings.md.new && mv docs/settings.md.new docs/settings.md

chart: install ## Renew what follows from the Helm chart: its README, schema and golden files (gets helm first)
	@$(BIN)/python -m tests.chart.reference
	@CHART_TOOLS=$${CHART_TOOLS:-$$(.ci/tools)} $(BIN)/python -m tests.chart.golden_files

bench: install ## Measure against the baselines (BENCH_ARGS="receiver --json" for one)
	@$(BIN)/python -m tests.bench $(BENCH_ARGS)

image: ## Build the image (IMAGE=name:tag, IMAGE_ARGS="--build-arg BASE_IMAGE=..."; needs docker)
	docker build --build-arg VERSION=$(VERSION) --build-arg REVISION=$(REVISION) $(IMAGE_ARGS) --tag $(IMAGE) .

sbom: ## Write down all that is in the image, as CycloneDX (IMAGE=name:tag, SBOM=file; needs docker and trivy)
	$(TRIVY) image --quiet --offline-scan --skip-db-update --skip-check-update --format cyclonedx --output $(SBOM) $(IMAGE)

lock: install ## Renew requirements/*.txt (needs uv)
	uv pip compile --quiet --universal --generate-hashes --python-version 3.11 --no-emit-index-url --no-header --no-annotate pyproject.toml -o requirements/run.txt
	uv pip compile --quiet --universal --generate-hashes --python-version 3.11 --no-emit-index-url --no-header --no-annotate pyproject.toml --group dev -o requirements/dev.txt
	uv pip compile --quiet --universal --generate-hashes --python-version 3.11 --no-emit-index-url --no-header --no-annotate pyproject.toml --extra otel -c requirements/dev.txt -o requirements/otel.txt
	uv pip compile --quiet --universal --generate-hashes --python-version 3.11 --no-emit-index-url --no-header --no-annotate --group build -c requirements/dev.txt -o requirements/build.txt

clean: ## Remove what the commands above made
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .import_linter_cache
