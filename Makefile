# The two commands that matter: `make run` and `make test` (CONTRACT §1). State lives in var/, the environment in .venv/.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8000
DATABASE_URL_TEST ?= $(or $(DATABASE_URL),postgres://postgres@127.0.0.1:5432/postgres)
REDIS_URL_TEST ?= $(or $(REDIS_URL),redis://127.0.0.1:6379/0)
PYTEST_ARGS ?= -q -n auto
export PORT

.PHONY: run test test-pg e2e lint format reset-demo bench

run: $(VENV)/.run-stamp
	@exec $(BIN)/python tools/run.py

reset-demo: $(VENV)/.run-stamp
	@exec $(BIN)/python tools/run.py --reset

test: $(VENV)/.dev-stamp
	$(BIN)/python -m pytest --ignore=tests/e2e $(PYTEST_ARGS)

test-pg: $(VENV)/.dev-stamp
	DATABASE_URL=$(DATABASE_URL_TEST) BROKER_URL=$(REDIS_URL_TEST) CACHE_URL=$(REDIS_URL_TEST) \
		$(BIN)/python -m pytest --ignore=tests/e2e $(PYTEST_ARGS)

e2e: $(VENV)/.dev-stamp
	@tools/install_chromium.sh
	$(BIN)/python -m pytest tests/e2e -q $(E2E_ARGS)

lint: $(VENV)/.dev-stamp
	$(BIN)/python -m ruff check .
	$(BIN)/python -m ruff format --check .
	DEMO=1 $(BIN)/python -m mypy
	$(BIN)/lint-imports
	$(BIN)/djlint templates --lint --quiet
	$(BIN)/python tools/lint_html.py templates
	DEMO=1 $(BIN)/python manage.py makemigrations --check --dry-run
	cd static/vendor && sha256sum --check --quiet SHA256SUMS

format: $(VENV)/.dev-stamp
	$(BIN)/python -m ruff check --fix .
	$(BIN)/python -m ruff format .

# make bench NAME="push pages import" (pages and import: see docs/operations.md)
bench: $(VENV)/.run-stamp
	DEMO=1 $(BIN)/python manage.py bench $(NAME)

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "需要 Python 3.11 或更高版本：请安装后用 PYTHON=python3.11 make run 重试。"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null \
		|| { echo "Python 缺少 venv 模块：请先运行 apt-get install python3-venv，然后重试。"; exit 1; }
	@echo "正在创建 Python 环境……"
	@$(PYTHON) -m venv $(VENV)

# The stamps hold what was installed: a changed requirement file installs again, an unchanged one costs nothing.
$(VENV)/.run-stamp: requirements/base.txt | $(BIN)/python
	@cmp -s $< $@ || $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $<
	@cp $< $@

$(VENV)/.dev-stamp: requirements/dev.txt | $(VENV)/.run-stamp
	@cmp -s $< $@ || $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $<
	@cp $< $@
