import Base
import Movement

extension Report {
    /// `angles.csv` (RFC 4180 with line feeds): `time_s`, then each angle in degrees and its standard uncertainty, in
    /// the order of `JointAngle`. A row for each analysed picture; empty where it was not measured or is withheld.
    package func anglesCSV() -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(measurement.times.count * 160 + 512)
        bytes += "time_s".utf8
        for angle in JointAngle.allCases { bytes += ",\(angle.column),\(angle.column)_sd".utf8 }
        bytes.append(newline)
        let series = JointAngle.allCases.map { measurement.measured($0) }
        for (index, time) in measurement.times.enumerated() {
            bytes.append(decimal: time, decimals: 6)
            for series in series {
                bytes.append(comma)
                let degrees = series?.degrees[index] ?? .nan
                if degrees.isFinite { bytes.append(decimal: degrees, decimals: 2) }
                bytes.append(comma)
                if degrees.isFinite, let series {
                    bytes.append(decimal: series.standardUncertaintyDegrees[index], decimals: 2)
                }
            }
            bytes.append(newline)
        }
        return bytes
    }
}

extension ReportFile {
    /// `keypoints.csv`: `time_s`, then for each of the 33 landmarks its place in the upright picture in pixels from
    /// the top left corner and its visibility, 0 … 1. Empty where nobody was seen.
    package static func keypointsCSV(of observations: Observations) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(observations.frames.count * 700 + 1_500)
        bytes += "time_s".utf8
        for landmark in Landmark.allCases {
            let name = landmark.name
            bytes += ",\(name)_x,\(name)_y,\(name)_score".utf8
        }
        bytes.append(newline)
        for frame in observations.frames {
            bytes.append(decimal: frame.time, decimals: 6)
            if frame.hasPerson {
                for landmark in Landmark.allCases {
                    let point = observations.point(landmark, in: frame)
                    bytes.append(comma)
                    bytes.append(decimal: point.x, decimals: 2)
                    bytes.append(comma)
                    bytes.append(decimal: point.y, decimals: 2)
                    bytes.append(comma)
                    bytes.append(decimal: point.visibility, decimals: 3)
                }
            } else {
                bytes += repeatElement(comma, count: 3 * Landmark.count)
            }
            bytes.append(newline)
        }
        return bytes
    }

    /// `motion.trc`: the fitted body's points in OpenSim's marker format, tab-separated, in millimetres, y up, 30 Hz.
    /// Empty where nothing was measured, which OpenSim reads as a missing marker.
    ///
    /// Format: OpenSim documentation, "Marker (.trc) Files": three lines of header, two of column labels, an empty
    /// line, then frame number (from 1), time and coordinates.
    package static func trc(of motion: FittedMotion) -> [UInt8] {
        let frames = motion.times.count
        let rateHertz = motion.rateHertz
        var bytes: [UInt8] = []
        bytes.reserveCapacity(frames * BodyPoint.count * 24 + 2_048)
        bytes += "PathFileType\t4\t(X/Y/Z)\tmotion.trc\n".utf8
        bytes +=
            "DataRate\tCameraRate\tNumFrames\tNumMarkers\tUnits\tOrigDataRate\tOrigDataStartFrame\tOrigNumFrames\n".utf8
        bytes +=
            [rateHertz, "\t", rateHertz, "\t\(frames)\t\(BodyPoint.count)\tmm\t", rateHertz, "\t1\t\(frames)\n"]
            .joined().utf8
        bytes += "Frame#\tTime".utf8
        for point in BodyPoint.allCases { bytes += "\t\(point.markerName)\t\t".utf8 }
        bytes += "\n\t".utf8
        for number in 1...BodyPoint.count { bytes += "\tX\(number)\tY\(number)\tZ\(number)".utf8 }
        bytes += "\n\n".utf8
        for frame in 0..<frames {
            bytes += "\(frame + 1)\t".utf8
            bytes.append(decimal: motion.times[frame], decimals: 6)
            for point in BodyPoint.allCases {
                let metres = motion.point(point, at: frame)
                let isKnown = motion.isMeasured[frame] && metres.x.isFinite && metres.y.isFinite && metres.z.isFinite
                for axis in 0..<3 {
                    bytes.append(tab)
                    if isKnown { bytes.append(decimal: metres[axis] * 1_000, decimals: 2) }
                }
            }
            bytes.append(newline)
        }
        return bytes
    }
}

extension FittedMotion {
    /// Of its regular times, as text with two decimals; 30 where there are too few to tell.
    fileprivate var rateHertz: String {
        guard let first = times.first, let last = times.last, last > first else { return "30.00" }
        var bytes: [UInt8] = []
        bytes.append(decimal: Double(times.count - 1) / (last - first), decimals: 2)
        return String(decoding: bytes, as: UTF8.self)
    }
}

extension BodyPoint {
    /// As OpenSim's marker sets write it: `LeftHip`.
    fileprivate var markerName: String {
        let name = String(describing: self)
        return name.prefix(1).uppercased() + name.dropFirst()
    }
}

private let comma = UInt8(ascii: ",")
private let tab = UInt8(ascii: "\t")
private let newline = UInt8(ascii: "\n")
