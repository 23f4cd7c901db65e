"""Writes what MediaPipe's own Python sees in single pictures of the sample videos, for PoseParityTests.

    python make-goldens.py FOLDER_WITH_SAMPLES > static.json

Needs mediapipe==0.10.21 (with its OpenCV). Every picture is looked at by itself (static_image_mode), with the
"full" network and without smoothing; x, y and depth are in pixels, the last three numbers in metres.
"""

import json
import sys

import cv2
import mediapipe

FRAMES = {
    "cam01.mp4": [0, 30, 60, 90],
    "cam02.mp4": [0, 25, 50, 80],
    "cam03.mp4": [10, 40, 70, 95],
    "cam04.mp4": [5, 35, 65, 99],
    "demo.mp4": [20, 70, 75, 110, 160, 225],
}


def main(folder):
    pose = mediapipe.solutions.pose.Pose(static_image_mode=True, model_complexity=1, smooth_landmarks=False)
    result = []
    for name, wanted in FRAMES.items():
        capture = cv2.VideoCapture(f"{folder}/{name}")
        for index in range(max(wanted) + 1):
            ok, picture = capture.read()
            assert ok, (name, index)
            if index not in wanted:
                continue
            height, width = picture.shape[:2]
            seen = pose.process(cv2.cvtColor(picture, cv2.COLOR_BGR2RGB))
            points = []
            if seen.pose_landmarks:
                for at, world in zip(seen.pose_landmarks.landmark, seen.pose_world_landmarks.landmark):
                    numbers = [at.x * width, at.y * height, at.z * width, at.visibility, world.x, world.y, world.z]
                    points.append([round(number, 5) for number in numbers])
            result.append({"video": name, "frame": index, "width": width, "height": height, "points": points})
    rows = ",\n".join(json.dumps(row, separators=(",", ":")) for row in result)
    print("[\n" + rows + "\n]")


if __name__ == "__main__":
    main(sys.argv[1])
