#!/bin/sh
# Runs Referee and its numpy peer alternately on this machine and prints seconds and ratios.
#   compare.sh [rounds] [python]
# Build first: swift build -c release --product StatisticsBenchmarks
set -eu
rounds=${1:-3}
python=${2:-python3}
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../../.." && pwd)
binary=${STATISTICS_BENCHMARKS:-$root/.build/release/StatisticsBenchmarks}
results=$(mktemp)
trap 'rm -f "$results"' EXIT
round=0
while [ "$round" -lt "$rounds" ]; do
  "$binary" 3 | sed 's/^{/{"side": "referee", /' >>"$results"
  "$python" "$here/peer.py" 3 | sed 's/^{/{"side": "peer", /' >>"$results"
  round=$((round + 1))
done
"$python" - "$results" <<'PYTHON'
import json
import sys

best, value = {}, {}
for line in open(sys.argv[1]):
    row = json.loads(line)
    key = (row["name"], row["side"])
    best[key] = min(best.get(key, float("inf")), row["seconds"])
    value[key] = row["value"]
print(f"{'benchmark':<26}{'referee s':>11}{'peer s':>9}{'ratio':>8}   values")
for name in dict.fromkeys(name for name, _ in best):
    ours, theirs = best[name, "referee"], best[name, "peer"]
    print(f"{name:<26}{ours:>11.4f}{theirs:>9.3f}{theirs / ours:>8.1f}   "
          f"{value[name, 'referee']:.4f} {value[name, 'peer']:.4f}")
PYTHON
