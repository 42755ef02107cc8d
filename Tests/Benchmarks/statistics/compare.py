"""Runs Referee's statistics benchmarks and their numpy peers alternately and prints ratios.

    python3 compare.py BINARY [rounds] [repeats]

Every benchmark is a process of its own, so that the peak memory is its own; start-up and imports
are not timed. Wall seconds are what a user waits for on this machine; CPU seconds (user + system,
all threads) do not depend on what else the machine is doing.
"""
import json
import os
import platform
import statistics
import subprocess
import sys
from importlib.metadata import PackageNotFoundError, version

HERE = os.path.dirname(os.path.abspath(__file__))
RESAMPLING = ["auroc-bca", "slope-bootstrap", "studentised-permutation"]
OTHERS = ["exact-cochran-armitage", "clopper-pearson", "clopper-pearson-distinct"]
REQUIRED_RATIO = 20
MEMORY_LIMIT = 200


def measure(command, repeats, name):
    output = subprocess.run(
        [*command, str(repeats), name], check=True, capture_output=True, text=True).stdout
    return json.loads(output.splitlines()[-1])


def processor():
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as lines:
            return next(line.split(":")[1].strip() for line in lines if "model name" in line)
    except (OSError, StopIteration):
        return platform.processor() or platform.machine()


def package(name):
    try:
        return f"{name} {version(name)}"
    except PackageNotFoundError:
        return f"{name} missing"


def environment():
    load = " ".join(f"{value:.1f}" for value in os.getloadavg())
    return (f"{processor()}, {os.cpu_count()} cores, load average {load}; "
            f"{platform.system()} {platform.release()}; Python {platform.python_version()}, "
            f"{package('numpy')}, {package('scipy')}")


def main():
    binary = sys.argv[1]
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 3
    repeats = int(sys.argv[3]) if len(sys.argv) > 3 else 5
    print(environment())
    sides = {"referee": [binary]}
    for side, script in (("peer", "peer.py"), ("tuned", "peer_tuned.py")):
        sides[side] = [sys.executable, os.path.join(HERE, script)]
    rows = {}
    for _ in range(rounds):
        for name in RESAMPLING + OTHERS:
            for side, command in sides.items():
                if side == "tuned" and name not in RESAMPLING:
                    continue
                # One repeat for the slow sides: rounds give the median.
                count = repeats if side == "referee" and not name.startswith("clopper") else 1
                rows.setdefault((name, side), []).append(measure(command, count, name))

    def median(name, side, what):
        return statistics.median(value for row in rows[name, side] for value in row[what])

    print(f"median seconds, wall (CPU), {rounds} rounds; ratio = peer / Referee\n")
    print(f"{'benchmark':<25}{'Referee':>17}{'peer':>16}{'ratio':>14}{'tuned peer':>16}"
          f"{'ratio':>13}{'MB':>5}{'peer MB':>9}   values")
    failures = []
    for name in RESAMPLING + OTHERS:
        present = [side for side in sides if (name, side) in rows]
        wall = {side: median(name, side, "wall") for side in present}
        cpu = {side: median(name, side, "cpu") for side in present}
        ratio = {side: (wall[side] / wall["referee"], cpu[side] / cpu["referee"])
                 for side in present}
        peak = {side: max(row["peakMegabytes"] for row in rows[name, side]) for side in present}

        def seconds(side):
            return f"{wall[side]:.4f} ({cpu[side]:.4f})" if side in wall else "-"

        def times(side):
            return f"{ratio[side][0]:.1f} ({ratio[side][1]:.1f})" if side in ratio else "-"

        values = " ".join(f"{rows[name, side][0]['value']:.6g}" for side in present)
        print(f"{name:<25}{seconds('referee'):>17}{seconds('peer'):>16}{times('peer'):>14}"
              f"{seconds('tuned'):>16}{times('tuned'):>13}{peak['referee']:>5.0f}"
              f"{peak['peer']:>9.0f}   {values}")
        if name in RESAMPLING and ratio["peer"][0] < REQUIRED_RATIO:
            failures.append(f"{name}: {ratio['peer'][0]:.1f} times faster, "
                            f"{REQUIRED_RATIO} are required")
        if peak["referee"] >= MEMORY_LIMIT:
            failures.append(f"{name}: {peak['referee']:.0f} MB, the limit is {MEMORY_LIMIT} MB")
    print("\n" + ("\n".join(failures) if failures else
                  f"all resampling benchmarks at least {REQUIRED_RATIO} times faster, "
                  f"memory below {MEMORY_LIMIT} MB"))
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
