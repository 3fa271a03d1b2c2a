# Two commands matter: `make start` and `make test`; `make serve` is for a look at the observatory. The rest is for those who change the code.

PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
RUN := $(VENV)/bin/python
OUT := out/halt-ms
SITE := out/site

# What is compiled once is kept: otherwise every process that a test starts would compile all of it anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: start serve test quick check format docs bench validation differential fuzz faults sabotage cohorts lock clean

# The report of HALT-MS, and the site of the library; the atlas would take two minutes more (site export --with-atlas).
start: $(VENV)/.run
	@$(VENV)/bin/remission report halt-ms --endpoint halt-ms-efs -o $(OUT)
	@$(VENV)/bin/remission site export $(SITE)
	@echo "Open $(OUT)/index.html and $(SITE)/index.html, or see the site with people's own records beside it: make serve"

# The observatory on this computer, at http://localhost:8000 until Ctrl-C; PORT=8001 make serve for another port.
serve: $(VENV)/.web
	@$(VENV)/bin/remission serve

test: check
	$(RUN) -m pytest -n auto

# What to run before each commit, under a minute: all checks, and the tests of the rooms that every other stands on.
quick: check
	$(RUN) -m pytest -n auto -q --durations=3 tests/inputs tests/library tests/stats tests/test_house.py tests/test_docs.py

check: $(VENV)/.dev
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/ruff check .
	$(VENV)/bin/mypy
	$(VENV)/bin/lint-imports
	$(VENV)/bin/oxlint --quiet src

format: $(VENV)/.dev
	$(VENV)/bin/ruff format .
	$(VENV)/bin/ruff check --fix .

# Writes the pages of docs/ that are made from the library; a test says when they are behind.
docs: $(VENV)/.run
	$(RUN) docs/write.py

bench: $(VENV)/.dev
	$(RUN) benchmarks/run.py
	$(RUN) benchmarks/multiverse.py
	$(RUN) benchmarks/atlas_views.py
	$(RUN) benchmarks/atlas_page.py
	$(RUN) benchmarks/atlas_export.py
	$(RUN) benchmarks/atlas_ingest.py
	$(RUN) benchmarks/criteria.py
	$(RUN) benchmarks/eligibility_page.py
	$(RUN) benchmarks/emulation.py
	$(RUN) benchmarks/trials.py
	$(RUN) benchmarks/web.py

# Asks R again (needs Debian's r-base-core, r-cran-survival, -survey, -metafor, -vegan, -vcd and -mass), and compares with the stored answers.
validation: $(VENV)/.dev
	$(RUN) validation/run.py

# Asks pymsprog and msclinical about thousands of invented people; makes their environments in out/peers, once.
differential: $(VENV)/.dev
	$(RUN) validation/msprog/compare.py --make out/peers

# The agreement of engine and plain twin, and of script and library, on many more random cases than `make test` takes.
fuzz: $(VENV)/.dev
	REMISSION_FUZZ_CASES=5000 $(RUN) -m pytest tests/evidence/test_eligibility_script.py -q
	REMISSION_PROFILE=wild REMISSION_FUZZ_CASES=20000 $(RUN) -m pytest tests/outcomes/test_engine_agrees_with_twin.py -q -s

# Kills every command that writes, fills disks, starts two at once, spoils 500 inputs, and counts what went wrong.
faults: $(VENV)/.dev
	PYTHONPATH=tests $(RUN) -m faults

# Breaks the code on purpose, one line at a time, and expects the named test to fail each time.
sabotage: $(VENV)/.dev
	$(RUN) tests/sabotage.py

# Makes the bundled cohorts again; a test compares them with the committed files.
cohorts: $(VENV)/.dev
	$(RUN) -m remission.simulation.cohorts.reconstruct_halt_ms src/remission/library/cohorts/halt-ms
	$(RUN) -m remission.simulation.cohorts.two_arm src/remission/library/cohorts/two-arm
	$(RUN) -m remission.simulation.cohorts.two_arm_truth > src/remission/library/cohorts/two-arm/truth.toml
	$(RUN) -m remission.simulation.cohorts.hsct_500 src/remission/library/cohorts/hsct-500
	$(RUN) -m remission.simulation.cohorts.hsct_500_truth > src/remission/library/cohorts/hsct-500/truth.toml
	$(RUN) -m remission.simulation.cohorts.registry_late src/remission/library/cohorts/registry-late
	$(RUN) -m remission.simulation.cohorts.registry_late_truth > src/remission/library/cohorts/registry-late/truth.toml
	$(VENV)/bin/remission simulate cohort --design hsct-against-therapy -n 156 --seed 1 -o src/remission/library/cohorts/hsct-against-therapy

lock:
	uv pip compile --universal --generate-hashes --no-annotate -q --group build pyproject.toml \
	  -o requirements.lock --custom-compile-command "make lock"
	uv pip compile --universal --generate-hashes --no-annotate -q --group build --extra web pyproject.toml \
	  -o requirements-web.lock --custom-compile-command "make lock"
	uv pip compile --universal --generate-hashes --no-annotate -q --group build --group dev --extra web pyproject.toml \
	  -o requirements-dev.lock --custom-compile-command "make lock"

clean:
	rm -rf $(VENV) out build .mypy_cache .ruff_cache .pytest_cache .hypothesis
	find . -name __pycache__ -prune -exec rm -rf {} +

# The environment: pinned and hashed; `.run` is enough to use Remission, `.web` adds what serves people's own records,
# and `.dev` what the tests need.
$(VENV)/bin/python:
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.run: requirements.lock pyproject.toml | $(VENV)/bin/python
	@echo "Setting up in $(VENV), once: about a minute..."
	@$(RUN) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(RUN) -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.web: requirements-web.lock $(VENV)/.run
	@$(RUN) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-web.lock
	@touch $@

$(VENV)/.dev: requirements-dev.lock $(VENV)/.run
	@$(RUN) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@
