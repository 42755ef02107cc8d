#!/bin/sh
# Referee's statistics benchmarks beside their numpy peers: seconds, ratios, memory, environment.
#   compare.sh [rounds] [repeats]
# Builds the release binary unless STATISTICS_BENCHMARKS names one. PYTHON names the interpreter of
# the peers; without numpy and scipy there, a virtual environment under .build gets them.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../../.." && pwd)
python=${PYTHON:-python3}
if ! "$python" -c 'import numpy, scipy' 2>/dev/null; then
  environment=$root/.build/benchmark-python
  if [ ! -x "$environment/bin/python" ]; then
    "$python" -m venv "$environment"
  fi
  "$environment/bin/python" -m pip install --quiet 'numpy>=2' 'scipy>=1.15'
  python=$environment/bin/python
fi
if [ -z "${STATISTICS_BENCHMARKS:-}" ]; then
  swift build --package-path "$root" -c release --product StatisticsBenchmarks
  STATISTICS_BENCHMARKS=$root/.build/release/StatisticsBenchmarks
fi
PYTHONDONTWRITEBYTECODE=1 exec "$python" "$here/compare.py" "$STATISTICS_BENCHMARKS" "$@"
