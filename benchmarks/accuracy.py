#!/usr/bin/env python3
"""Compares angles.csv with motion capture: accuracy.py --truth truth.csv NAME=FOLDER_OR_CSV...

One lag for the whole clip within 0.3 s, no offset taken away. Prints Markdown. Standard library only.
"""

import argparse
import statistics
from pathlib import Path

import angles as A


def row(name, measured, truth):
    lag = A.best_lag(measured, truth)
    within = [time for time in measured.times if truth.times[0] <= time + lag <= truth.times[-1]]
    cells, covered, hits, spreads = [], [], [], {}
    for joint in A.JOINTS:
        pairs = A.differences(measured, truth, joint, lag)
        if not pairs:
            cells.append("–")
            continue
        cells.append(f"{A.mean_absolute(pairs):.1f} ({A.mean(d for d, _ in pairs):+.1f})")
        covered.append(len(pairs) / len(within))
        known = [(d, sd) for d, sd in pairs if sd is not None]
        hits += [abs(d) <= 2 * sd for d, sd in known]
        if known:
            spreads[joint] = statistics.median(sd for _, sd in known)
    shared = [A.mean_absolute(A.differences(measured, truth, joint, lag)) for joint in A.SHARED]
    knees = [spreads[j] for j in ("knee_r", "knee_l") if j in spreads]
    hips = [spreads[j] for j in ("hip_r", "hip_l") if j in spreads]
    cells += [
        f"{A.mean(shared):.2f}",
        f"{100 * min(covered):.0f} %" if covered else "–",
        f"{100 * A.mean(hits):.0f} %" if hits else "–",
        " / ".join(f"{max(group):.1f}" for group in (knees, hips) if group) or "–",
        f"{lag:+.2f} s",
    ]
    return f"| {name} | " + " | ".join(cells) + " |"


def peaks(measured, truth):
    """How far each true knee peak is from the nearest measured one."""
    lag = A.best_lag(measured, truth)
    knees = ["knee_r", "knee_l"]
    true, found = truth.peaks(knees), measured.peaks(knees)
    errors = []
    for time, value in true:
        near = [other for at, other in found if abs(at + lag - time) < 0.5]
        errors.append(f"{near[0] - value:+.1f}" if near else "missed")
    return len(true), len(found), errors


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--truth", required=True)
    parser.add_argument("results", nargs="+", metavar="NAME=FOLDER_OR_CSV")
    options = parser.parse_args()
    truth = A.Series.read(options.truth)

    print("| MAE (bias), degrees | " + " | ".join(A.JOINTS)
          + " | LL6 | rows measured | truth within ±2 sd | median sd knee / hip | lag |")
    print("|---" * (len(A.JOINTS) + 6) + "|")
    notes = []
    for result in options.results:
        name, _, path = result.partition("=")
        file = Path(path) / "angles.csv" if Path(path).is_dir() else Path(path)
        measured = A.Series.read(file)
        print(row(name, measured, truth))
        true, found, errors = peaks(measured, truth)
        note = f"{name}: {found} knee peaks above 60° for {true} true ones, differences {', '.join(errors)}°"
        made = A.report(path) if Path(path).is_dir() else None
        if made:
            note += f"; the report counts {len(made.get('repetitions') or [])} repetitions"
        notes.append(note + ".")
    print()
    print("\n".join(f"- {note}" for note in notes))


if __name__ == "__main__":
    main()
