# Two commands matter: `make demo` shows the terminal, `make test` runs everything that CI runs.
# Both install the Debian packages they need. What is built is kept outside the checkout.

CACHE ?= $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/civic-kiosk
export CARGO_TARGET_DIR ?= $(CACHE)/target
CARGO ?= cargo

.PHONY: demo test check bench setup

demo: setup
	$(CARGO) build --bins
	deploy/demo.sh "$(CACHE)/demo" "$(CARGO_TARGET_DIR)/debug"

test: setup check
	CIVIC_KIOSK_REQUIRE_AUDIO=1 $(CARGO) test --all-targets
	$(CARGO) test --doc
	tests/visit.sh "$(CARGO_TARGET_DIR)/debug"
	tests/power.py "$(CARGO_TARGET_DIR)/debug"
	tests/atspi.py "$(CARGO_TARGET_DIR)/debug"

check: setup
	$(CARGO) fmt --check
	$(CARGO) clippy --all-targets -- -D warnings
	# A terminal without a voice is built without one.
	$(CARGO) clippy --no-default-features --lib --bins -- -D warnings

# The build of the demo and the tests is measured: what holds there holds in a release too.
bench: setup
	$(CARGO) build --bins
	$(CARGO) bench --profile dev
	python3 benches/office.py "$(CARGO_TARGET_DIR)/debug"
	benches/terminal.sh "$(CARGO_TARGET_DIR)/debug"

setup:
	@deploy/setup.sh
