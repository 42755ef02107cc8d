# `make study` runs the main job, `make test` everything that CI runs. Both install what is missing.
SWIFT ?= swift
# Undeclared imports are errors, so that the module map stays true. One configuration for
# everything: engine and statistics are tested as they ship.
FLAGS := -c release --explicit-target-dependency-import-check error
REFEREE := .build/release/referee

.PHONY: study audit build packages lint test test-slow bench clean

study: audit

audit: build
	$(REFEREE) render data/published/moe-h-neurons --out reports/published-study

build: packages
	$(SWIFT) build $(FLAGS) --product referee

packages:
	@scripts/install-debian-packages.sh

lint:
	$(SWIFT) format lint --strict --recursive Package.swift Sources Tests

test: packages lint
	$(SWIFT) build $(FLAGS) --build-tests
	$(SWIFT) test $(FLAGS) --skip-build

test-slow: packages
	$(SWIFT) build $(FLAGS) --build-tests
	REFEREE_SLOW=1 $(SWIFT) test $(FLAGS) --skip-build

clean:
	rm -rf .build
