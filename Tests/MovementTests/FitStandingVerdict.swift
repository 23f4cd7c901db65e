import Foundation
import Movement
import MovementSimulation
import Testing

/// Makes the table of `docs/movement.md`, "An anchor on standing frames". Takes a minute or two; run with
/// `ZANCADA_ANCHOR=1`, or `ZANCADA_ANCHOR=folder` to take further observations of the squat from `folder/*.jsonl`
/// (`zancada observe`), those named `mirror…` of the mirrored video.
@Suite("What the anchor on standing frames brings", .enabled(if: AnchorRequest.folder != nil, "needs ZANCADA_ANCHOR"))
struct FitStandingVerdict {
    /// How the fit is changed, given what the person before the camera truly stands like.
    private struct Variant: Sendable {
        var name: String
        var change: @Sendable (inout FitOptions, Standing) -> Void
    }

    private struct Standing: Sendable {
        var (knee, hip, trunk) = (3.0, 4.0, -5.0)
    }

    private static let variants: [Variant] = [
        Variant(name: "literature") { options, _ in options.standing = StandingAnchor() },
        Variant(name: "knee alone") { options, _ in
            options.standing = StandingAnchor()
            options.standing?.hipDeviationDegrees = .infinity
            options.standing?.trunkDeviationDegrees = .infinity
        },
        Variant(name: "hip alone") { options, _ in
            options.standing = StandingAnchor()
            options.standing?.kneeDeviationDegrees = .infinity
            options.standing?.trunkDeviationDegrees = .infinity
        },
        Variant(name: "trunk alone") { options, _ in
            options.standing = StandingAnchor()
            options.standing?.kneeDeviationDegrees = .infinity
            options.standing?.hipDeviationDegrees = .infinity
        },
        Variant(name: "rhythm free, no anchor") { options, _ in options.constants.rhythmDeviationDegrees = 6 },
        Variant(name: "literature, rhythm free") { options, _ in
            options.standing = StandingAnchor()
            options.constants.rhythmDeviationDegrees = 6
        },
        Variant(name: "simulated people's mean") { options, _ in
            options.standing = StandingAnchor()
            options.standing?.kneeDegrees = 3
            options.standing?.hipDegrees = 4
            options.standing?.trunkDegrees = -5
        },
        Variant(name: "person known to 2°, rhythm free") { options, own in
            var anchor = StandingAnchor()
            (anchor.kneeDegrees, anchor.hipDegrees, anchor.trunkDegrees) = (own.knee, own.hip, own.trunk)
            (anchor.kneeDeviationDegrees, anchor.hipDeviationDegrees, anchor.trunkDeviationDegrees) = (2, 2, 2)
            options.standing = anchor
            options.constants.rhythmDeviationDegrees = 6
        },
    ]

    @Test("on simulated people", arguments: [Exercise.squat, .sitToStand, .gait], [false, true])
    func simulated(exercise: Exercise, differs: Bool) throws {
        let family: ExerciseFamily = exercise == .gait ? .gait : .bilateral
        var plain: [[JointAngle: Double]] = []
        var changed = [[[JointAngle: Double]]](repeating: [], count: Self.variants.count)
        var standing: [Double] = []
        for person in 0..<16 {
            var scene = SimulatedScene(yawDegrees: Double(person % 8) * 45 - 90, seed: UInt64(700 + person))
            scene.distanceMetres = exercise == .gait ? 4.5 : 3
            var movement = SimulatedMovement(exercise, seconds: exercise == .gait ? 4 : 8)
            var generator = SeededGenerator(seed: UInt64(900 + person))
            if differs { movement.person = SimulatedPerson(using: &generator) }
            let recording = scene.record(movement)
            let own = Self.truth(recording, exercise)
            let track = try LandmarkTrack(recording.observations)
            var options = FitOptions(family)
            options.plantedAnkleGain = 0
            plain.append(Self.errors(BodyFit.solve(track, family: family, options: options), recording))
            for (index, variant) in Self.variants.enumerated() {
                var other = options
                variant.change(&other, own)
                let solution = BodyFit.solve(track, family: family, options: other)
                if index == 0 {
                    let weights = StandingAnchor.weights(solution.states, contact: solution.contact[...])
                    standing.append(weights.reduce(0, +) * LandmarkTrack.stepSeconds)
                }
                changed[index].append(Self.errors(solution, recording))
            }
        }
        Self.report("\(exercise), \(differs ? "people differ" : "all stand alike")", plain, changed, standing)
    }

    @Test("on the recorded squat", .enabled(if: FitGolden.isHere, "\(FitGolden.absence)"))
    func squat() throws {
        var tracks = [(name: "MediaPipe's landmarks", track: try FitGolden.track())]
        let folder = URL(fileURLWithPath: AnchorRequest.folder ?? "")
        let files = (try? FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)) ?? []
        for file in files.sorted(by: { $0.path < $1.path }) where file.pathExtension == "jsonl" {
            let observations = try ObservationsReader.read(Array(try Data(contentsOf: file)))
            tracks.append((file.deletingPathExtension().lastPathComponent, try LandmarkTrack(observations)))
        }
        var plain: [[JointAngle: Double]] = []
        var changed = [[[JointAngle: Double]]](repeating: [], count: Self.variants.count)
        var standing: [Double] = []
        for (name, track) in tracks {
            func errors(_ options: FitOptions) throws -> [JointAngle: Double] {
                let solution = BodyFit.solve(track, family: .bilateral, options: options)
                if options.standing == StandingAnchor(), options.constants == ConstantPriors() {
                    standing.append(
                        StandingAnchor.weights(solution.states, contact: solution.contact[...]).reduce(0, +) / 30)
                }
                var motion = solution.motion()
                if name.hasPrefix("mirror") { motion.swapSides() }
                let errors = try FitGolden.errorsAgainstTruth(motion)
                let isFree = options.constants != ConstantPriors()
                if !isFree, options.standing == nil || options.standing == StandingAnchor() {
                    print(name, options.standing == nil ? "off" : "anchor", Self.levels(errors))
                }
                return errors.mapValues(\.mean)
            }
            plain.append(try errors(FitOptions(.bilateral)))
            for (index, variant) in Self.variants.enumerated() where index < 6 {
                var options = FitOptions(.bilateral)
                variant.change(&options, Standing())
                changed[index].append(try errors(options))
            }
        }
        Self.report("recorded squat", plain, Array(changed.prefix(6)), standing)
    }

    private static func levels(_ errors: [JointAngle: FitGolden.AngleError]) -> String {
        [JointAngle.kneeLeft, .kneeRight, .hipLeft, .hipRight, .ankleLeft, .ankleRight, .trunk].map {
            String(format: "%@ %.2f (%+.2f)", $0.column, errors[$0]?.mean ?? .nan, errors[$0]?.bias ?? .nan)
        }.joined(separator: ", ")
    }

    /// Angles at the moment of straightest knees.
    private static func truth(_ recording: SimulatedRecording, _ exercise: Exercise) -> Standing {
        let knees = recording.degrees(.kneeRight)
        guard exercise != .gait, let at = knees.indices.min(by: { knees[$0] < knees[$1] }) else { return Standing() }
        var own = Standing()
        (own.knee, own.hip, own.trunk) = (
            knees[at], recording.degrees(.hipRight)[at], recording.degrees(.trunk)[at]
        )
        return own
    }

    private static func errors(_ solution: BodySolution, _ recording: SimulatedRecording) -> [JointAngle: Double] {
        JointAngle.allCases.filter { $0.joint != .shoulder && $0.joint != .elbow }.reduce(into: [:]) { result, angle in
            let truth = SignalSmoothing.interpolate(
                recording.degrees(angle), knots: recording.times, at: solution.track.times)
            let found = solution.degrees(angle)
            result[angle] = zip(found, truth).reduce(0) { $0 + abs($1.0 - $1.1) } / Double(found.count)
        }
    }

    /// Means over clips, and paired differences with their standard errors.
    private static func report(
        _ name: String, _ plain: [[JointAngle: Double]], _ changed: [[[JointAngle: Double]]], _ standing: [Double]
    ) {
        let columns: [(String, [JointAngle])] = [
            ("knee", [.kneeLeft, .kneeRight]), ("hip", [.hipLeft, .hipRight]), ("ankle", [.ankleLeft, .ankleRight]),
            ("trunk", [.trunk]), ("LL6", [.kneeLeft, .kneeRight, .hipLeft, .hipRight, .ankleLeft, .ankleRight]),
        ]
        func mean(_ errors: [JointAngle: Double], _ angles: [JointAngle]) -> Double {
            angles.reduce(0) { $0 + (errors[$1] ?? .nan) } / Double(angles.count)
        }
        let seconds = standing.reduce(0, +) / Double(max(standing.count, 1))
        if let literature = changed.first {
            let trunks = zip(plain, literature).map { before, after in
                String(format: "%.1f>%.1f", mean(before, [.trunk]), mean(after, [.trunk]))
            }
            print("trunk by clip, off and literature:", trunks.joined(separator: " "))
        }
        print("## \(name): \(plain.count) clips, \(String(format: "%.2f", seconds)) s standing")
        print(
            "off:",
            columns.map { column in
                let all = plain.map { mean($0, column.1) }
                return String(format: "%@ %.2f", column.0, all.reduce(0, +) / Double(all.count))
            }.joined(separator: "  "))
        for (variant, errors) in zip(variants, changed) {
            print(
                "\(variant.name):",
                columns.map { column in
                    let paired = zip(errors, plain).map { mean($0, column.1) - mean($1, column.1) }
                    let count = Double(paired.count)
                    let average = paired.reduce(0, +) / count
                    let squares = paired.reduce(0) { $0 + ($1 - average) * ($1 - average) }
                    let better = paired.count { $0 < 0 }
                    return String(
                        format: "%@ %+.2f ± %.2f (median %+.2f, %d better)", column.0, average,
                        (squares / max(count - 1, 1) / count).squareRoot(), SignalSmoothing.quantile(paired, 0.5), better)
                }.joined(separator: "  "))
        }
    }
}

extension FittedMotion {
    /// The same motion seen in a mirror.
    fileprivate mutating func swapSides() {
        for (left, right) in [
            (JointAngle.kneeLeft, JointAngle.kneeRight), (.hipLeft, .hipRight), (.ankleLeft, .ankleRight),
        ] {
            (angles[left], angles[right]) = (angles[right], angles[left])
        }
    }
}

private enum AnchorRequest {
    static let folder = ProcessInfo.processInfo.environment["ZANCADA_ANCHOR"]
}
