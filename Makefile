# The lead's Makefile takes this target over.
.PHONY: bench-classifier
bench-classifier:
	swift build -c release --product referee
	python3 -m venv .venv
	.venv/bin/pip install --quiet scikit-learn skglm celer adelie
	for width in 20000 100000; do \
	  .venv/bin/python Tests/Benchmarks/classifier/bench.py --referee .build/release/referee --width $$width || exit 1; \
	done
	.venv/bin/python Tests/Benchmarks/classifier/bench.py --referee .build/release/referee --width 100000 --scale max-abs --peers celer,skglm,adelie
	.venv/bin/python Tests/Benchmarks/classifier/bench.py --referee .build/release/referee --width 100000 --scale z --peers skglm,adelie
