"""The reference for one-camera results on the four-camera walk: one body fitted to landmarks triangulated from all views.

The body and the solver are those of the research prototype (a folder that has model.py, solver.py, pipeline.py and prep.py);
its fit to points in space takes the place of pictures and depth. Needs NumPy and SciPy.
"""

import math
import os
import sys

import numpy

import angles as A

NAMES = ["left_shoulder", "right_shoulder", "left_hip", "right_hip", "left_knee", "right_knee", "left_ankle", "right_ankle",
         "left_heel", "right_heel", "left_foot_index", "right_foot_index"]
LONG_SIDE, DISTANCE_METRES, HEIGHT_METRES = 1920, 5.0, 1.2


def triangulated(projections, clouds, threshold_pixels=25.0):
    """[frames x 12 x 3] metres, world axes of the calibration (z up): least squares over the views, without one that disagrees."""
    frames = min(len(rows) for rows in clouds.values())
    points = numpy.full((frames, 12, 3), numpy.nan)
    for frame in range(frames):
        for index, name in enumerate(NAMES):
            seen = []
            for camera, rows in clouds.items():
                row = rows[frame]
                x, y = row.get(f"{name}_x", math.nan), row.get(f"{name}_y", math.nan)
                if math.isfinite(x) and math.isfinite(y):
                    seen.append((projections[camera][0], x, y))
            best = None
            subsets = [seen] + [[v for v in seen if v is not out] for out in seen]
            for views in subsets:
                if len(views) < 3:
                    continue
                lines = numpy.array([r for m, x, y in views for r in (x * m[2] - m[0], y * m[2] - m[1])])
                solution = numpy.linalg.svd(lines)[2][-1]
                point = solution / solution[3]
                error = max(math.hypot((m[0] @ point) / (m[2] @ point) - x, (m[1] @ point) / (m[2] @ point) - y) for m, x, y in views)
                if best is None or error < best[0]:
                    best = (error, point[:3])
                if best[0] < threshold_pixels and len(views) == len(seen):
                    break
            if best is not None and best[0] < 4 * threshold_pixels:
                points[frame, index] = best[1]
    return points


def fit(prototype, times, points):
    """Angles by joint on a 30 Hz grid."""
    for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"):
        os.environ.setdefault(name, "1")
    sys.path.insert(0, str(prototype))
    import model as M
    import pipeline as PL
    import solver as S
    times = numpy.asarray(times)[:len(points)]
    grid = numpy.arange(times[0], times[-1] + 1e-6, 1 / 30)

    def resampled(values):
        good = numpy.isfinite(values)
        return numpy.interp(grid, times[good], values[good])

    world = numpy.stack([[resampled(points[:, k, axis]) for axis in range(3)] for k in range(12)]).transpose(2, 0, 1)
    # A level camera in front of the walk: right, down, away; the calibration's z is up and its origin lies on the floor.
    middle = numpy.median(world[:, 2:4].mean(1), axis=0)
    right, towards = numpy.array([1.0, 0, 0]), numpy.array([0.0, -1, 0])
    offset = world - middle * numpy.array([1, 1, 0])
    camera = numpy.stack([offset @ right, HEIGHT_METRES - offset[..., 2], DISTANCE_METRES - offset @ towards], -1)
    focal = 0.8 * LONG_SIDE
    uv = focal * camera[..., :2] / camera[..., 2:]
    hips = uv[:, 2:4].mean(1)
    import prep
    turn = prep.ray_rot(numpy.concatenate([hips / focal, numpy.ones((len(grid), 1))], 1))
    relative = camera - camera[:, 2:4].mean(1, keepdims=True)
    data = dict(t=grid, t0=grid, uv=uv, z2=uv[..., 0], pw=numpy.einsum("tba,tkb->tka", turn, relative),
                vis=numpy.ones((len(grid), 12)), W=LONG_SIDE, H=LONG_SIDE, maxdim=LONG_SIDE, fps=30.0)
    known = {M.G_PITCH: (0.0, 1e-4), M.G_ROLL: (0.0, 1e-4), M.G_LOGF: (math.log(focal), 1e-4), M.G_H: (HEIGHT_METRES, 1e-3),
             M.G_S: (0.0, 0.1)}
    start = PL.fit(None, ex="generic", data=data, known=known)
    problem = S.Problem(grid, None, numpy.ones((len(grid), 12)), None, LONG_SIDE, start["contact"], X3=camera, known=known,
                        **PL.exopts("generic"))
    states, constants = problem.solve(start["x"], start["g"])
    seen = M.to_cam(M.fk(states, constants), constants)[:, :12]
    error = float(numpy.median(numpy.linalg.norm(seen - camera, axis=2)))
    result = PL.series(dict(x=states, g=constants, o=data, contact=start["contact"]))
    degrees = {joint: [float(v) for v in result[joint]] for joint in A.JOINTS}
    return A.Series([float(t) for t in grid], degrees, {joint: [None] * len(grid) for joint in A.JOINTS}), error
