# One command per chore. `make run` and `make test` set up what they need.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
INBOX  ?= inbox
PIP    := $(BIN)/python -m pip --disable-pip-version-check install --quiet

.PHONY: setup run test lint bench eval chaos fuzz lock clean

setup: $(VENV)/.run
$(VENV)/.run: deploy/requirements.txt pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(PIP) --require-hashes --only-binary=:all: -r deploy/requirements.txt
	$(PIP) --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.dev: $(VENV)/.run deploy/requirements-dev.txt
	$(PIP) --require-hashes --only-binary=:all: -r deploy/requirements-dev.txt
	@touch $@

# The program itself never puts a file into its inbox; this fills an empty one for a first look.
run: $(VENV)/.run
	@mkdir -p $(INBOX)
	@if [ -z "$$(ls -A $(INBOX))" ]; then cp seeds/*.txt $(INBOX)/; fi
	@echo "Watching $(INBOX)/ by the rules of rules.yaml. Drop an article in; Ctrl-C stops."
	@WATCHER_LOG_LEVEL=$${WATCHER_LOG_LEVEL:-warning} exec $(BIN)/watcher run --inbox $(INBOX) $(ARGS)

test: $(VENV)/.dev
	$(BIN)/python -m pytest --numprocesses auto --dist worksteal $(ARGS)

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(VENV)/.dev
	$(BIN)/python -m tests.benchmarks $(ARGS)

eval: $(VENV)/.dev
	$(BIN)/python -m tests.eval $(ARGS)

chaos: $(VENV)/.dev
	$(BIN)/python -m tests.chaos --kills 100 --articles 500 $(ARGS)
	$(BIN)/python -m tests.outage --kills 50 --alerts 1000

# Looks for inputs that the readers fail on, a minute for each parsing library; Linux on x86_64 only.
fuzz: $(VENV)/.dev
	$(PIP) --require-hashes --only-binary=:all: --no-deps -r deploy/requirements-fuzz.txt
	$(BIN)/python -m tests.fuzz $(ARGS)

# Pins everything, with hashes, for Linux on x86_64 and aarch64 and Python 3.11 to 3.13.
LOCK := $(BIN)/uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-header --quiet
lock: $(VENV)/.dev
	$(LOCK) --extra build -o deploy/requirements.txt
	$(LOCK) --extra build --extra dev -c deploy/requirements.txt -o deploy/requirements-dev.txt
	echo atheris==3.0.0 | $(BIN)/uv pip compile - --universal --python-version 3.11 --generate-hashes --no-header --quiet \
		-o deploy/requirements-fuzz.txt

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
