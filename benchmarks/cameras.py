#!/usr/bin/env python3
"""One walk seen by four calibrated cameras: do four one-camera results agree? cameras.py --zancada BIN --samples FOLDER [--peer PYTHON]

Two tables: how far the cameras are from each other, and how far each is from angles between landmarks triangulated
from the four views. With --prototype a third: how far each is from one body fitted to all four views. There is no motion
capture of this walk. Needs NumPy, with --prototype SciPy; with --peer also the raw landmarks' row.
"""

import argparse
import csv
import json
import math
import tempfile
import xml.etree.ElementTree as XML
from pathlib import Path

import numpy

import angles as A
import four_camera_fit
import measured

HERE = Path(__file__).resolve().parent
CAMERAS = ["cam01", "cam02", "cam03", "cam04"]
SUBPIXELS = 64  # the calibration file counts in 64ths of a pixel


def calibration(path):
    """Projection matrix (metres to pixels) and gravity in camera axes (right, down, away) of each camera."""
    found = {}
    for camera in XML.parse(path).getroot().iter("camera"):
        place, lens = camera.find("transform").attrib, camera.find("intrinsic").attrib
        # Rows: the camera's axes right, up, back in the world, whose z points up.
        rows = numpy.array([[float(place[f"r{i}{j}"]) for j in (1, 2, 3)] for i in (1, 2, 3)])
        axes = numpy.diag([1, -1, -1]) @ rows
        centre = numpy.array([float(place[k]) for k in "xyz"]) / 1000
        inner = numpy.array([
            [float(lens["focalLengthU"]), 0, float(lens["centerPointU"])],
            [0, float(lens["focalLengthV"]), float(lens["centerPointV"])],
            [0, 0, SUBPIXELS]]) / SUBPIXELS
        found[camera.attrib["serial"]] = (
            inner @ axes @ numpy.hstack([numpy.eye(3), -centre[:, None]]), axes @ numpy.array([0, 0, -1.0]))
    return found


def keypoints(path):
    with open(path, newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    return [{k: float(v) if v not in (None, "") else math.nan for k, v in row.items()} for row in rows]


def triangulate(views, name):
    """Least squares over the views that saw the landmark; None with fewer than three."""
    lines = []
    for matrix, row in views:
        x, y = row.get(f"{name}_x", math.nan), row.get(f"{name}_y", math.nan)
        if math.isfinite(x) and math.isfinite(y):
            lines += [x * matrix[2] - matrix[0], y * matrix[2] - matrix[1]]
    if len(lines) < 6:
        return None
    solution = numpy.linalg.svd(numpy.array(lines))[2][-1]
    return solution[:3] / solution[3]


def unit(a):
    return a / numpy.linalg.norm(a)


def between(a, b):
    return math.degrees(math.acos(numpy.clip(unit(a) @ unit(b), -1, 1)))


def reference(projections, folders):
    """Angles between triangulated landmarks at the times of the first camera."""
    clouds = {camera: keypoints(folder / "keypoints.csv") for camera, folder in folders.items()}
    times, degrees = [], {joint: [] for joint in A.JOINTS}
    for rows in zip(*clouds.values()):
        views = [(projections[camera][0], row) for camera, row in zip(clouds, rows)]
        times.append(rows[0]["time_s"])
        for side, letter in (("right", "r"), ("left", "l")):
            names = ["shoulder", "hip", "knee", "ankle", "heel", "foot_index"]
            points = [triangulate(views, f"{side}_{name}") for name in names]
            if any(point is None for point in points):
                for joint in ("knee", "hip", "ankle"):
                    degrees[f"{joint}_{letter}"].append(None)
                continue
            shoulder, hip, knee, ankle, heel, toe = points
            ahead = unit(knee - hip) @ (toe - heel) - unit(hip - shoulder) @ (toe - heel)
            degrees[f"knee_{letter}"].append(between(knee - hip, ankle - knee))
            degrees[f"hip_{letter}"].append(math.copysign(between(hip - shoulder, knee - hip), ahead))
            degrees[f"ankle_{letter}"].append(90 - between(knee - ankle, toe - heel))
        degrees["trunk"].append(None)
    return A.Series(times, degrees, {joint: [None] * len(times) for joint in A.JOINTS})


def spread(series, joint):
    """Mean over time of the standard deviation between the cameras that measured the joint, at least three of them."""
    values = []
    for time in max(series, key=lambda one: len(one.times)).times:
        here = [v for v in (one.at(joint, time) for one in series) if v is not None]
        if len(here) >= 3:
            middle = A.mean(here)
            values.append(math.sqrt(A.mean((v - middle) ** 2 for v in here)))
    return A.mean(values)


def print_spread(results):
    print("| spread between the cameras (sd), degrees | " + " | ".join(A.SHARED) + " | LL6 |")
    print("|---" * 8 + "|")
    for name, series in results.items():
        cells = [spread(list(series.values()), joint) for joint in A.SHARED]
        print(f"| {name} | " + " | ".join(f"{cell:.1f}" for cell in cells) + f" | {A.mean(cells):.2f} |")
    print()


def print_reference(results, truth):
    print("Against angles between landmarks triangulated from the four views. A hip between landmarks is not a hip against "
          "the pelvis, so each joint's mean difference is given apart, in brackets, and taken away before the MAE.\n")
    print("| degrees | " + " | ".join(A.SHARED) + " | LL6 | LL6, mean difference left in |")
    print("|---" * 9 + "|")
    for name, series in results.items():
        overall = []
        for camera, one in series.items():
            cells, means, plain = [], [], []
            for joint in A.SHARED:
                found = [d for d, _ in A.differences(one, truth, joint, 0)]
                bias = A.mean(found)
                means.append(A.mean(abs(d - bias) for d in found))
                plain.append(A.mean(abs(d) for d in found))
                cells.append(f"{means[-1]:.1f} ({bias:+.1f})")
            overall.append((A.mean(means), A.mean(plain)))
            print(f"| {name}, {camera} | " + " | ".join(cells) + f" | {overall[-1][0]:.2f} | {overall[-1][1]:.2f} |")
        best = sorted(overall)[:3]
        print(f"| **{name}, three best cameras** | | | | | | | {A.mean(a for a, _ in best):.2f} | {A.mean(b for _, b in best):.2f} |")
    print()


def print_fit(results, truth, error):
    print(f"Against the same body fitted to the landmarks triangulated from the four views ({100 * error:.1f} cm from them in "
          "the median, so it is itself worth 4-5 degrees). MAE, mean difference in brackets.\n")
    print("| degrees | " + " | ".join(A.SHARED) + " | LL6 |")
    print("|---" * 8 + "|")
    for name, series in results.items():
        overall = []
        for camera, one in series.items():
            found = [[d for d, _ in A.differences(one, truth, joint, 0)] for joint in A.SHARED]
            overall.append(A.mean(A.mean(map(abs, joint)) for joint in found))
            cells = [f"{A.mean(map(abs, joint)):.1f} ({A.mean(joint):+.1f})" for joint in found]
            print(f"| {name}, {camera} | " + " | ".join(cells) + f" | {overall[-1]:.2f} |")
        print(f"| **{name}, three best cameras** | | | | | | | {A.mean(sorted(overall)[:3]):.2f} |")
    print()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--zancada", required=True)
    parser.add_argument("--samples", required=True)
    parser.add_argument("--exercise", default="auto")
    parser.add_argument("--peer")
    parser.add_argument("--prototype", help="folder of the research prototype, for a four-camera fit as reference")
    options = parser.parse_args()
    samples = Path(options.samples)
    projections = calibration(samples / "Calib.qca.txt")
    results, folders = {}, {}
    with tempfile.TemporaryDirectory() as scratch:
        for name in ("zancada, gravity given", "zancada, nothing given"):
            results[name] = {}
            for camera in CAMERAS:
                folder = Path(scratch) / f"{len(results)}-{camera}"
                command = [
                    options.zancada, "evaluate", str(samples / f"{camera}.mp4"), "--out", str(folder), "--quiet",
                    "--exercise", options.exercise, "--max-fps", "240"]
                if "gravity" in name:
                    capture = Path(scratch) / f"{camera}.json"
                    capture.write_text(json.dumps({"gravity": list(projections[camera][1])}), encoding="utf-8")
                    command += ["--capture", str(capture)]
                try:
                    measured.run(command)
                except RuntimeError as problem:
                    print(f"{name}, {camera}: not measured ({str(problem).rsplit('zancada: ', 1)[-1]})\n")
                    continue
                results[name][camera] = A.Series.read(folder / "angles.csv")
                if "gravity" in name:
                    folders[camera] = folder
        if options.peer:
            results["raw landmarks"] = {}
            for camera in CAMERAS:
                out = f"{scratch}/{camera}.csv"
                measured.run([options.peer, str(HERE / "mediapipe_peer.py"), str(samples / f"{camera}.mp4"), "--out", out])
                results["raw landmarks"][camera] = A.Series.read(out)
        if len(folders) < 3:
            print("Skipped: fewer than three cameras were measured, so there is nothing to triangulate from.")
            return
        truth = reference(projections, folders)
        fitted = None
        if options.prototype:
            clouds = {camera: keypoints(folder / "keypoints.csv") for camera, folder in folders.items()}
            points = four_camera_fit.triangulated(projections, clouds)
            times = [row["time_s"] for row in next(iter(clouds.values()))]
            fitted = four_camera_fit.fit(options.prototype, times, points)
    print_spread(results)
    print_reference(results, truth)
    if fitted:
        print_fit(results, *fitted)
    else:
        print("Not compared with a four-camera fit: the research prototype is not here.")


if __name__ == "__main__":
    main()
