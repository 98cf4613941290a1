# One door for everything. `make help` lists it.
SHELL := /bin/bash
.DEFAULT_GOAL := help

UV_VERSION := 0.13.9
UV := .uv/bin/uv
BIN := .venv/bin
export VIGIL_HOME ?= $(CURDIR)/data
export DAGSTER_HOME ?= $(VIGIL_HOME)/dagster
export DBT_SEND_ANONYMOUS_USAGE_STATS := false
export GX_ANALYTICS_ENABLED := false
# Some environments forbid bytecode, which makes every import 3 to 10 times slower.
unexport PYTHONDONTWRITEBYTECODE

help:  ## This list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 18

refresh: setup  ## Bring every new data cut to a release; writes SYNTHETIC extracts first if landing/ is empty
	@$(BIN)/vigil refresh --demonstration

# Dagster says of its own command that another package's is newer; that one would be one more to install, and does the same.
DEV_IS_SUPERSEDED := ignore:Function `dev_command` is superseded:FutureWarning

ui: setup  ## Dagster's UI with webserver and daemon, on http://127.0.0.1:3000
	@PYTHONWARNINGS='$(DEV_IS_SUPERSEDED)' $(BIN)/dagster dev -w workspace.yaml -h 127.0.0.1 -p $(or $(PORT),3000)

test: .venv/.installed  ## Every test but the slow simulations
	@$(BIN)/pytest -n 2 --dist loadfile --no-loadscope-reorder

# sqlfmt knows case-sensitive names in this dialect only; ADaM's are upper case.
SQLFMT := sqlfmt --reset-cache --quiet --line-length 110 --no-jinjafmt --dialect clickhouse
SQL := dbt_project/models dbt_project/analyses dbt_project/tests dbt_project/macros

check: .venv/.installed  ## Format, lint, types, who imports whom, declared dependencies, tests that load
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/lint-imports --no-logo --no-cache
	@$(BIN)/deptry .
	@$(BIN)/mypy
	@$(BIN)/$(SQLFMT) --check $(SQL)
	@found=$$($(BIN)/pytest --collect-only -qqqq .) || { echo "$$found"; exit 1; }

format: .venv/.installed  ## Format the code
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .
	@$(BIN)/$(SQLFMT) $(SQL)

faults: .venv/.installed  ## Kills at many places and an operator's odd orders (up to 90 minutes)
	@$(BIN)/pytest -n 2 --dist load tests/sweeps

tables-looked-at: setup  ## Pages of the tables and figures that writers get, as LibreOffice shows them, in build/tables (10 minutes)
	@$(BIN)/pytest tests/looked_at

mutants: .venv/.installed  ## Faults put into copies of the code, and which the tests notice (up to 90 minutes)
	@$(BIN)/python -m tests.mutants.run

validate: .venv/.installed  ## The simulation study behind docs/validation.md (slow)
	@$(BIN)/python -m tests.validation.run

week: setup  ## A week of nights by the daemon itself, and the same by the command line (half an hour)
	@$(BIN)/python -m tests.week.run

growth: setup  ## Sixty nights in one small home, and how large it has grown (half an hour)
	@$(BIN)/python -m tests.growth.run

ODD_RECORDS := $(addprefix tests/integration/,registry proact quality words marts)
engines: .venv/.installed  ## The odd records of the tests on DuckDB and on Sail, every table compared (half an hour)
	@$(BIN)/python -m pytest -p tests.spark.both_engines $(ODD_RECORDS)

# All of Spark lies in an environment of its own; Java comes from the machine (apt-get install default-jre-headless).
spark-test: setup .spark/.installed  ## Nights on a Spark cluster of this machine, whole and broken off (half an hour)
	@SPARK_HOME=$$(echo $(CURDIR)/.spark/lib/python*/site-packages/pyspark) SPARK_CONF_DIR=$(CURDIR)/tests/cluster/conf \
	  $(BIN)/python -m pytest tests/cluster

.spark/.installed: uv.lock $(UV)
	@UV_PROJECT_ENVIRONMENT=.spark $(UV) sync --frozen --quiet --only-group spark-server
	@touch $@

bench: setup  ## Benchmarks: one data cut at full scale, and each engine against its peers
	@for script in tests/benchmarks/bench_*.py; do echo "== $$script"; $(BIN)/python $$script || exit 1; done

# dbt compiles against a database; an empty one of its own will do, since every column is declared.
SITE := site
docs: setup  ## The dictionary of the current release and dbt's own pages, in site/
	@$(BIN)/vigil releases dictionary --out $(SITE)/index.html
	@mkdir -p $(SITE)/made
	@VIGIL_BUILD_DB=$(SITE)/made/vigil.duckdb $(BIN)/dbt --quiet docs generate --static --empty-catalog \
		--project-dir dbt_project --profiles-dir dbt_project --target-path $(CURDIR)/$(SITE)/made --log-path $(SITE)/made
	@mv $(SITE)/made/static_index.html $(SITE)/dbt.html && rm -r $(SITE)/made
	@echo "dbt's models are described in $(SITE)/dbt.html"

setup: .venv/.installed  ## Everything a fresh clone needs
	@$(BIN)/vigil setup

clean:  ## Remove the environment and what was built; data/ stays
	rm -rf .venv .uv .mutants site dbt_project/target dbt_project/logs .pytest_cache .ruff_cache .mypy_cache .hypothesis

$(UV):
	@python3 -m venv .uv && .uv/bin/pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)

.venv/.installed: $(UV) pyproject.toml uv.lock
	@echo "installing the locked dependencies"
	@$(UV) sync --frozen --quiet
	@touch $@

.PHONY: help refresh ui test check format faults tables-looked-at mutants validate week growth engines spark-test bench docs setup clean
