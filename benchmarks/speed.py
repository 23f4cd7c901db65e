#!/usr/bin/env python3
"""Whole processes, from a video to a report, against MediaPipe's Python: speed.py --zancada BIN --peer PYTHON [--repeat N] VIDEO...

Everything runs on one core, in turns, in the same run; medians are printed as Markdown. MediaPipe has landmarks at its
end and Zancada a report, so the comparison is to Zancada's disadvantage. Standard library only.
"""

import argparse
import json
import os
import statistics
import sys
import tempfile
from pathlib import Path

import measured

HERE = Path(__file__).resolve().parent
ALL_FRAMES = "240"


def analysed(folder):
    """Frames analysed, as the last line of the observations says."""
    with open(Path(folder) / "observations.jsonl", encoding="utf-8") as file:
        return json.loads(file.readlines()[-1])["end"]["frames"]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--zancada", required=True)
    parser.add_argument("--peer", required=True, help="a Python that has MediaPipe")
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("videos", nargs="+")
    options = parser.parse_args()
    core = max(os.sched_getaffinity(0))

    print("| video | program | frames | wall s | CPU s | ms a frame | peak MiB | times faster than MediaPipe on all frames: wall | CPU |")
    print("|---|---|---|---|---|---|---|---|---|")
    for video in options.videos:
        with tempfile.TemporaryDirectory() as scratch:
            def zancada(verb, rate):
                folder = f"{scratch}/{verb}-{rate}"
                cost = measured.run(
                    [options.zancada, verb, video, "--out", folder, "--max-fps", rate, "--quiet"], core)
                return cost, analysed(folder)

            def measure(source):
                cost = measured.run(
                    [options.zancada, "measure", f"{scratch}/{source}/observations.jsonl", "--out", f"{scratch}/again", "--quiet"],
                    core)
                return cost, analysed(f"{scratch}/{source}")

            def peer(*more):
                cost = measured.run([options.peer, str(HERE / "mediapipe_peer.py"), video, *more], core)
                return cost, int(cost.output.split()[1])

            rows = {
                "MediaPipe Python, all frames": lambda: peer(),
                "zancada evaluate, all frames": lambda: zancada("evaluate", ALL_FRAMES),
                "zancada evaluate, 30 Hz": lambda: zancada("evaluate", "30"),
                "MediaPipe Python, 30 Hz": lambda: peer("--max-fps", "30"),
                "zancada measure alone, 30 Hz": lambda: measure("evaluate-30"),
            }
            costs = {name: [] for name in rows}
            for _ in range(options.repeat):
                for name, run in rows.items():
                    try:
                        costs[name].append(run())
                    except RuntimeError as problem:
                        print(f"{name}: {problem}", file=sys.stderr)
            def median(name, value):
                return statistics.median(value(cost) for cost, _ in costs[name])
            for name, found in costs.items():
                if not found:
                    print(f"| {Path(video).name} | {name} | failed | | | | | | |")
                    continue
                wall, frames = median(name, lambda cost: cost.wall), found[0][1]
                base = costs["MediaPipe Python, all frames"]
                ratios = [
                    f"{statistics.median(of(cost) for cost, _ in base) / median(name, of):.2f}" if base else "–"
                    for of in (lambda cost: cost.wall, lambda cost: cost.cpu)]
                print(
                    f"| {Path(video).name} | {name} | {frames} | {wall:.2f} | {median(name, lambda cost: cost.cpu):.2f} "
                    f"| {1000 * wall / frames:.1f} | {median(name, lambda cost: cost.memory):.0f} | {' | '.join(ratios)} |", flush=True)


if __name__ == "__main__":
    main()
