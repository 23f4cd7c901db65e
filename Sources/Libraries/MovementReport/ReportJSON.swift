import Base
import Movement

extension Report {
    /// `report.json`, as `docs/report.schema.json` describes it. Angles and uncertainties in degrees, two decimals;
    /// times in seconds, three decimals. The same report gives the same bytes.
    package func json() -> [UInt8] {
        var json = JSONWriter(layout: .pretty, reservingBytes: 16_384)
        let isRefused = measurement.capture.refused != nil
        json.object { json in
            json.member("format", "zancada.report")
            json.member("version", 2)
            json.member("language", language.rawValue)
            json.member("exercise", (isRefused ? nil : measurement.recognition.exercise)?.rawValue ?? "unknown")
            json.member(
                "exercise_confidence", isRefused || measurement.recognition.exercise == nil ? nil : measurement.recognition.confidence,
                decimals: 3)
            json.member("exercise_requested", provenance.exerciseRequested?.rawValue ?? "auto")
            json.member("family", isRefused ? nil : measurement.family.rawValue)
            writeProtocol(to: &json)
            json.member("repetitions", array: { json in if !isRefused { writeRepetitions(to: &json) } })
            json.member("angles", object: writeAngles)
            writeSymmetry(to: &json)
            writeGait(to: &json)
            json.member("faults", array: writeFaults)
            writeScore(to: &json)
            json.member("capture", object: writeCapture)
            json.member("gaps", array: writeGaps)
            json.member("notes", array: writeNotes)
            json.member("provenance", object: provenance.write)
        }
        json.endLine()
        return json.bytes
    }

    private func writeRepetitions(to json: inout JSONWriter) {
        for repetition in measurement.repetitions {
            json.object { json in
                json.member("start_s", repetition.startSeconds, decimals: 3)
                json.member("end_s", repetition.endSeconds, decimals: 3)
                json.member("peak", repetition.peakDegrees, decimals: 2)
                json.member("peak_s", repetition.peakSeconds, decimals: 3)
                json.member("peak_uncertainty", repetition.peakUncertaintyDegrees, decimals: 2)
                json.member("tempo_s", repetition.tempoSeconds, decimals: 3)
                json.member("range", repetition.rangeDegrees, decimals: 2)
                json.member("peak_r", repetition.peakBySide[.right], decimals: 2)
                json.member("peak_l", repetition.peakBySide[.left], decimals: 2)
                json.member("smoothness", repetition.smoothness, decimals: 3)
            }
        }
    }

    private func writeAngles(to json: inout JSONWriter) {
        for angle in JointAngle.allCases {
            let extent = measurement.extent(of: angle)
            json.member(
                angle.column,
                object: { json in
                    json.member("min", extent?.least, decimals: 2)
                    json.member("max", extent?.greatest, decimals: 2)
                    json.member("range", extent?.range, decimals: 2)
                    json.member("uncertainty", extent?.uncertainty, decimals: 2)
                    json.member("withheld", extent == nil ? reasonWithheld(angle)(language) : nil)
                })
        }
    }

    /// Why there is no value for an angle that has none.
    func reasonWithheld(_ angle: JointAngle) -> Text {
        measurement.capture.refused?.message ?? measurement.withheld[angle] ?? Words.neverSeen
    }

    private func writeSymmetry(to json: inout JSONWriter) {
        guard let symmetry = measurement.symmetry, measurement.capture.refused == nil else {
            json.key("symmetry")
            return json.null()
        }
        json.member(
            "symmetry",
            array: { json in
                for difference in symmetry.differences {
                    json.object { json in
                        json.member("joint", difference.joint.rawValue)
                        json.member(
                            "range_right_minus_left", difference.rangeRightMinusLeftDegrees, decimals: 2)
                        json.member("uncertainty", difference.standardUncertaintyDegrees, decimals: 2)
                        json.member("is_real", difference.isReal)
                    }
                }
            })
    }

    private func writeGait(to json: inout JSONWriter) {
        guard let gait = measurement.gait, measurement.capture.refused == nil else {
            json.key("gait")
            return json.null()
        }
        json.member(
            "gait",
            object: { json in
                json.member("cadence_steps_per_min", gait.cadenceStepsPerMinute, decimals: 1)
                json.member("speed_m_per_s", gait.speedMetresPerSecond, decimals: 3)
                json.member("step_length_r_m", gait.stepLengthMetres[.right], decimals: 3)
                json.member("step_length_l_m", gait.stepLengthMetres[.left], decimals: 3)
                json.member("stance_fraction_r", gait.stanceFraction[.right], decimals: 3)
                json.member("stance_fraction_l", gait.stanceFraction[.left], decimals: 3)
                json.member(
                    "events",
                    array: { json in
                        for event in gait.events {
                            json.object { json in
                                json.member("kind", event.kind.rawValue)
                                json.member("side", event.side.rawValue)
                                json.member("time_s", event.seconds, decimals: 3)
                            }
                        }
                    })
            })
    }

    private func writeCapture(to json: inout JSONWriter) {
        let capture = measurement.capture
        json.member("fps", capture.analysedHertz, decimals: 3)
        json.member("frames", capture.frames)
        json.member("frames_with_person", capture.framesWithPerson)
        json.member("view", capture.view?.rawValue)
        json.member("camera_side", capture.cameraSide?.rawValue)
        json.member("warnings", array: { json in for warning in capture.warnings { write(warning, to: &json) } })
        json.key("refused")
        if let refused = capture.refused { write(refused, to: &json) } else { json.null() }
    }

    private func writeGaps(to json: inout JSONWriter) {
        for gap in measurement.gaps {
            json.object { json in
                json.member("start_s", gap.startSeconds, decimals: 3)
                json.member("end_s", gap.endSeconds, decimals: 3)
                json.member("is_filled", gap.isFilled)
            }
        }
    }

    private func writeNotes(to json: inout JSONWriter) {
        for caveat in caveats { write(caveat, to: &json) }
    }

    private func write(_ remark: CaptureQuality.Remark, to json: inout JSONWriter) {
        json.object { json in
            json.member("code", remark.code)
            json.member("message", remark.message(language))
        }
    }
}

extension Provenance {
    fileprivate func write(to json: inout JSONWriter) {
        json.member("program", program)
        json.member("program_version", programVersion)
        json.member("method_version", methodVersion)
        json.member("observations_sha256", observationsSHA256)
        json.member("video_sha256", videoSHA256)
        json.member("observed_by", observedBy)
        json.member(
            "models",
            object: { json in
                for (name, hash) in models.sorted(by: { $0.key < $1.key }) { json.member(name, hash) }
            })
        json.member("height_cm", heightCentimetres, decimals: 1)
        json.member("gravity_known", knowsGravity)
        json.member("focal_length_known", knowsFocalLength)
    }
}
