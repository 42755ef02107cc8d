#!/bin/bash
# A trial of the bundled study on a real Slurm, with the script that referee writes, against an unsharded
# run: rows, findings and report must be the same bytes. As root on Debian; needs only loopback.
# Usage: test-slurm.sh REFEREE ; LIMIT=items of each file, SHARDS=jobs of each array, PLAN=another plan.
set -euo pipefail
cd "$(dirname "$0")/.."
referee=$(realpath "$1")
plan=${PLAN:-data/studies/reference}
limit=${LIMIT:-120}
shards=${SHARDS:-3}
if ! command -v slurmctld slurmd sbatch munged > /dev/null; then
  DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends \
    slurmctld slurmd slurm-client munge > /dev/null
fi

work=$(mktemp -d)
chmod 755 "$work" # munge wants its socket to be reachable
stop() {
  local file
  for file in "$work"/slurm/run/*.pid; do
    if [ -f "$file" ]; then kill "$(cat "$file")" 2> /dev/null || true; fi
  done
  sleep 1
  rm -rf "$work"
}
trap stop EXIT
scripts/slurm-up.sh "$work/slurm" 2> "$work/slurm.log"
export SLURM_CONF=$work/slurm/etc/slurm.conf
sinfo --version

"$referee" run "$plan" --out "$work/jobs" --limit "$limit" --slurm-script --shards "$shards" > "$work/submit.sh"
# A cluster that another user set up would be asked with options; here each job takes one core.
REFEREE=$referee bash "$work/submit.sh" --time=30
jobs_left() { squeue --noheader --format=%i | wc -l; }
SECONDS=0
while [ "$(jobs_left)" -gt 0 ]; do
  if [ $SECONDS -gt 3000 ]; then
    echo "the jobs did not end" >&2
    squeue >&2
    exit 1
  fi
  sleep 2
done
echo "jobs ended after $SECONDS s"
for log in "$work"/jobs/slurm/*.log; do echo "== $(basename "$log")"; tail -n 4 "$log" | sed "s|$work|WORK|g"; done
if ! [ -f "$work/jobs/report/findings.json" ]; then
  echo "the last job wrote no report" >&2
  exit 1
fi

SECONDS=0
"$referee" run "$plan" --out "$work/whole" --limit "$limit" --quiet > /dev/null
"$referee" render "$work/whole/raw.sqlite" --plan "$plan" --out "$work/whole/report" > /dev/null
echo "unsharded run: $SECONDS s"
# Whole folders: run.json has the times and the machine, and is the only thing that may differ.
for part in stages report; do
  diff --recursive --brief --exclude=run.json "$work/whole/$part" "$work/jobs/$part"
  echo "$part: $(find "$work/whole/$part" -type f ! -name run.json | wc -l) files, the same bytes"
done
for out in whole jobs; do "$referee" store info "$work/$out/raw.sqlite" | tail -n 1; done > "$work/contents"
[ "$(sort -u "$work/contents" | wc -l)" = 1 ]
echo "raw.sqlite: $(head -n 1 "$work/contents"), the same"

# A merge without one of the shards names it.
if "$referee" store merge "$work"/jobs/shards/[12]-of-"$shards"/units.sqlite --into "$work/two.sqlite" 2> "$work/refusal"; then
  echo "a merge of two shards of $shards was accepted" >&2
  exit 1
fi
echo "without a shard: $(cut -c1-150 < "$work/refusal")"
