# The commands that the README names. Each installs what it needs and is missing.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help run test bench picture fmt lint openapi

# HiGHS is compiled with cmake, and its bindings are made with libclang.
BUILD_PACKAGES := build-essential cmake clang libclang-dev
# The test of the README runs its shell lines.
TEST_PACKAGES := postgresql curl jq
BENCH_PACKAGES := wrk time curl jq

help: ## List the commands
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

run: ## Build, plan a demo week and serve it on 127.0.0.1:8080
	@.ci/install $(BUILD_PACKAGES)
	cargo build --release --locked
	DATABASE_URL="$${DATABASE_URL:-sqlite://paiban-demo.db?mode=rwc}" target/release/paiban demo --serve

test: ## Run every test, on SQLite and on a PostgreSQL of its own
	@.ci/install $(BUILD_PACKAGES) $(TEST_PACKAGES)
	@cargo nextest --version >/dev/null 2>&1 || cargo install --locked cargo-nextest
	.ci/with-postgres cargo nextest run --workspace --locked --no-fail-fast

bench: ## Measure what the README states
	@.ci/install $(BUILD_PACKAGES) $(BENCH_PACKAGES)
	cargo build --release --locked --bins --examples
	examples/measure.sh

picture: ## Draw the README's picture anew, from the demo
	@.ci/install $(BUILD_PACKAGES) curl jq
	cargo build --release --locked
	examples/picture.sh

fmt: ## Format the code
	cargo fmt --all

lint: ## Check format and lints
	cargo fmt --all --check
	cargo clippy --workspace --all-targets --locked -- -D warnings

openapi: ## Write the OpenAPI document anew
	cargo run --quiet --locked -- openapi > openapi/openapi.json
