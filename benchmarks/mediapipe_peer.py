#!/usr/bin/env python3
"""The peer: MediaPipe's Python Solutions over a video, as its users write it. mediapipe_peer.py VIDEO [--max-fps N] [--out CSV]

Decodes with OpenCV, tracks with the full model without smoothing, and writes the angles between its world landmarks,
which is what "the raw landmarks" means in the tables. Prints the frames it analysed and those with a person.
"""

import argparse
import math
import os

os.environ.setdefault("GLOG_minloglevel", "3")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import cv2  # noqa: E402
import mediapipe  # noqa: E402

SHOULDER, ELBOW, HIP, KNEE, ANKLE, HEEL, TOE = 11, 13, 23, 25, 27, 29, 31


def minus(a, b):
    return [p - q for p, q in zip(a, b)]


def between(a, b):
    dot = sum(p * q for p, q in zip(a, b))
    size = math.dist(a, [0, 0, 0]) * math.dist(b, [0, 0, 0])
    return math.degrees(math.acos(max(-1, min(1, dot / size)))) if size else math.nan


def raw_angles(points):
    """Angles between landmarks (x right, y down, z away): knee, hip, ankle of both sides, inclination of the trunk."""
    found = {}
    for side, odd in (("l", 0), ("r", 1)):
        shoulder, hip, knee = points[SHOULDER + odd], points[HIP + odd], points[KNEE + odd]
        ankle, heel, toe = points[ANKLE + odd], points[HEEL + odd], points[TOE + odd]
        thigh, shank = minus(knee, hip), minus(ankle, knee)
        found[f"knee_{side}"] = between(thigh, shank)
        found[f"hip_{side}"] = between(minus(hip, shoulder), thigh)
        found[f"ankle_{side}"] = 90 - between(minus(knee, ankle), minus(toe, heel))
    middle = [[(p + q) / 2 for p, q in zip(points[k], points[k + 1])] for k in (HIP, SHOULDER)]
    forward = [(p + q) / 2 - (r + s) / 2 for p, q, r, s in zip(points[TOE], points[TOE + 1], points[HEEL], points[HEEL + 1])]
    trunk = minus(middle[1], middle[0])
    ahead = trunk[0] * forward[0] + trunk[2] * forward[2] >= 0
    found["trunk"] = between(trunk, [0, -1, 0]) * (-1 if ahead else 1)
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("video")
    parser.add_argument("--max-fps", type=float, default=0)
    parser.add_argument("--out")
    options = parser.parse_args()

    cv2.setNumThreads(1)
    capture = cv2.VideoCapture(options.video)
    pose = mediapipe.solutions.pose.Pose(model_complexity=1, smooth_landmarks=False)
    due, frames, people, rows = -math.inf, 0, 0, []
    while capture.grab():
        time = capture.get(cv2.CAP_PROP_POS_MSEC) / 1000
        if options.max_fps:
            if time < due - 1e-4:
                continue
            due = max(due + 1 / options.max_fps, time) if math.isfinite(due) else time + 1 / options.max_fps
        _, picture = capture.retrieve()
        frames += 1
        result = pose.process(cv2.cvtColor(picture, cv2.COLOR_BGR2RGB))
        if result.pose_world_landmarks:
            people += 1
            rows.append((time, raw_angles([[p.x, p.y, p.z] for p in result.pose_world_landmarks.landmark])))

    if options.out:
        joints = ["knee_r", "knee_l", "hip_r", "hip_l", "ankle_r", "ankle_l", "trunk"]
        with open(options.out, "w", encoding="utf-8") as file:
            file.write("time_s," + ",".join(f"{joint}_deg" for joint in joints) + "\n")
            for time, found in rows:
                file.write(f"{time:.4f}," + ",".join(f"{found[joint]:.3f}" for joint in joints) + "\n")
    print(f"frames {frames} people {people}")


if __name__ == "__main__":
    main()
