"""Reading angles.csv and truth.csv, and what two series of angles have to do with each other. Standard library only."""

import bisect
import csv
import json
import math
from pathlib import Path

JOINTS = ["knee_r", "knee_l", "hip_r", "hip_l", "ankle_r", "ankle_l", "trunk"]
SHARED = JOINTS[:6]  # LL6: the mean over knees, hips and ankles of both sides


class Series:
    """Angles over time by joint; None where a cell is empty."""

    def __init__(self, times, degrees, deviations):
        self.times, self.degrees, self.deviations = times, degrees, deviations

    @staticmethod
    def read(path):
        with open(path, newline="", encoding="utf-8") as file:
            rows = list(csv.DictReader(file))

        def column(name):
            return [float(row[name]) if row.get(name) not in (None, "") else None for row in rows]

        times = column("time_s")
        return Series(
            times,
            {joint: column(f"{joint}_deg") for joint in JOINTS},
            {joint: column(f"{joint}_deg_sd") for joint in JOINTS})

    def at(self, joint, time):
        """The value between its two neighbours in time; None outside, or where a neighbour is empty or 0.25 s away."""
        times, values = self.times, self.degrees[joint]
        after = bisect.bisect_left(times, time)
        if after < len(times) and times[after] == time:
            return values[after]
        if after == 0 or after == len(times):
            return None
        t0, t1, v0, v1 = times[after - 1], times[after], values[after - 1], values[after]
        if v0 is None or v1 is None or t1 - t0 > 0.25:
            return None
        return v0 + (v1 - v0) * (time - t0) / (t1 - t0)

    def mirrored(self):
        """The same movement with the sides exchanged."""
        def other(joint):
            return joint[:-1] + {"r": "l", "l": "r"}[joint[-1]] if joint != "trunk" else joint
        return Series(
            self.times,
            {joint: self.degrees[other(joint)] for joint in JOINTS},
            {joint: self.deviations[other(joint)] for joint in JOINTS})

    def peaks(self, joints, least=60.0, apart=1.0):
        """Times and values of the tops of the mean of some joints: above `least` degrees, `apart` seconds from a higher one."""
        curve = []
        for index, time in enumerate(self.times):
            values = [self.degrees[joint][index] for joint in joints]
            if all(value is not None for value in values):
                curve.append((time, sum(values) / len(values)))
        tops = []
        for time, value in sorted(curve, key=lambda point: -point[1]):
            if value < least:
                break
            if all(abs(time - top) >= apart for top, _ in tops):
                tops.append((time, value))
        return sorted(tops)


def differences(measured, truth, joint, lag):
    """(measured - true, sd) at every row that was measured and for which the truth is known at time + lag."""
    found = []
    for time, value, deviation in zip(measured.times, measured.degrees[joint], measured.deviations[joint]):
        true = truth.at(joint, time + lag)
        if value is not None and true is not None:
            found.append((value - true, deviation))
    return found


def mean(values):
    values = list(values)
    return math.fsum(values) / len(values) if values else math.nan


def mean_absolute(pairs):
    return mean(abs(difference) for difference, _ in pairs)


def best_lag(measured, truth, joints=JOINTS, most=0.3):
    """The one lag of the clip, in seconds, at which the mean absolute difference over the joints is least."""
    def cost(lag):
        values = [mean_absolute(differences(measured, truth, joint, lag)) for joint in joints]
        return mean(value for value in values if not math.isnan(value))
    return min((step / 100 for step in range(-round(most * 100), round(most * 100) + 1)), key=cost)


def report(folder):
    path = Path(folder) / "report.json"
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else None
