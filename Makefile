# Two commands: `make run` and `make test`. Both set up everything they need, and take seconds when it is there. `make quick` is for
# every change on the way.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.ready
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check

# Two test processes with whole files each: what a file's tests share is made once. docs/tests.md says which tests are quick.
WORKERS ?= 2
PYTEST := $(BIN)/python -m pytest --numprocesses=$(WORKERS) --dist=loadfile --no-loadscope-reorder

# What PySide6, the renderer and the sound files need of a bare Debian 12 or 13, and what the tests drive the window with.
SYSTEM_RUN := libglib2.0-0 libgl1 libegl1 libegl-mesa0 libgl1-mesa-dri libxkbcommon0 libdbus-1-3 libfontconfig1 \
  libxcb-cursor0 libxcb-icccm4 libxcb-keysyms1 libxcb-shape0 libxkbcommon-x11-0 libportaudio2 libgomp1
SYSTEM_TEST := pulseaudio pulseaudio-utils libasound2-plugins xvfb openbox xdotool ffmpeg git gcc libc6-dev gcc-avr avr-libc simavr libsimavr-dev libelf-dev

# The tests start some hundred processes. Where bytecode must not be kept, each of them would compile every module again.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: run test quick check docs fast pictures clean

run: $(STAMP)
	@tools/system_packages.sh $(SYSTEM_RUN)
	@$(BIN)/python main.py setup >/dev/null
	@$(BIN)/python main.py

test: $(STAMP)
	@tools/system_packages.sh $(SYSTEM_RUN) $(SYSTEM_TEST)
	@$(BIN)/python main.py setup >/dev/null
	@$(MAKE) --no-print-directory check
	@$(PYTEST)

quick: $(STAMP)
	@$(PYTEST) --hypothesis-profile=quick -m 'not process and not render and not long'

check: $(STAMP)
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache --config pyproject.toml >/dev/null || $(BIN)/lint-imports --no-cache --config pyproject.toml

docs: $(STAMP)
	@$(BIN)/python -m tools.make_docs
	@$(BIN)/python -m tools.make_site

fast: $(STAMP)
	@$(BIN)/python -m tools.fast

pictures: $(STAMP)
	@$(BIN)/python tools/make_screenshots.py

$(STAMP): pyproject.toml requirements.lock
	@command -v $(PYTHON) >/dev/null || tools/system_packages.sh python3 python3-venv
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed, this is $$($(PYTHON) --version)"; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || tools/system_packages.sh python3-venv
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "setting up $(VENV) (some minutes the first time)"
	@$(PIP) --no-deps --require-hashes --use-pep517 --requirement requirements.lock
	@$(PIP) --no-deps --no-build-isolation --editable .
	@touch $@

clean:
	rm -rf $(VENV) runs
