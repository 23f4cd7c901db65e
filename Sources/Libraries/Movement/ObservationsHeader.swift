import Base

/// The first line of `observations.jsonl`, checked member by member.
enum ObservationsHeader {
    /// nil where a member is missing, of another type or out of its range.
    static func read(_ json: JSON) -> (Capture, MeasureRequest)? {
        guard let width = json["picture"]?["width"]?.integer, (1...16_384).contains(width),
            let height = json["picture"]?["height"]?.integer, (1...16_384).contains(height),
            let rotation = json["picture"]?["rotation_deg"]?.integer, [0, 90, 180, 270].contains(rotation),
            let sha256 = json["video"]?["sha256"]?.string, isDigest(sha256),
            let bytes = json["video"]?["bytes"]?.integer, bytes >= 0,
            let codec = name(json["video"]?["codec"]), let container = name(json["video"]?["container"]),
            let program = name(json["program"]),
            let models = models(json["models"]), let request = request(json["asked"]),
            let rate = optional(json["rate_hz"], 0...10_000),
            let limit = optional(json["analysed_rate_limit_hz"], 1...10_000),
            let duration = optional(json["duration_s"], 0...86_400),
            let focal = optional(json["focal_length_over_long_side"], 0.1...10),
            let gravity = gravity(json["gravity"]), let isSimulated = json["simulated"].map(\.bool) ?? false
        else { return nil }
        let capture = Capture(
            width: width, height: height, rotationDegrees: rotation, rateHertz: rate.value,
            analysedRateLimitHertz: limit.value, durationSeconds: duration.value, codec: codec, container: container,
            focalLengthOverLongSide: focal.value, gravity: gravity.value, videoSHA256: sha256, videoBytes: bytes,
            models: models, program: program, isSimulated: isSimulated)
        return (capture, request)
    }

    /// A value that may be null, told apart from one that is wrong.
    private struct Maybe<Value> { var value: Value? }

    private static func optional(_ json: JSON?, _ range: ClosedRange<Double>) -> Maybe<Double>? {
        guard let json, !json.isNull else { return Maybe(value: nil) }
        return json.number.flatMap { range.contains($0) ? Maybe(value: $0) : nil }
    }

    private static func gravity(_ json: JSON?) -> Maybe<SIMD3<Double>>? {
        guard let json, !json.isNull else { return Maybe(value: nil) }
        guard let axes = json.array?.compactMap(\.number), axes.count == 3 else { return nil }
        let vector = SIMD3(axes[0], axes[1], axes[2])
        return abs((vector * vector).sum() - 1) < 1e-3 ? Maybe(value: vector) : nil
    }

    private static func models(_ json: JSON?) -> [String: String]? {
        guard let members = json?.object?.members, members.count <= 16 else { return nil }
        var models: [String: String] = [:]
        for member in members {
            guard let sha256 = member.value.string, isDigest(sha256), name(.string(member.name)) != nil else { return nil }
            models[member.name] = sha256
        }
        return models
    }

    private static func request(_ json: JSON?) -> MeasureRequest? {
        guard let json, let exercise = json["exercise"]?.string, exercise == "auto" || Exercise(rawValue: exercise) != nil,
            let language = json["language"]?.string.flatMap(Language.init(rawValue:)),
            let height = optional(json["height_cm"], 50...250)
        else { return nil }
        return MeasureRequest(
            exercise: Exercise(rawValue: exercise), heightMetres: height.value.map { $0 / 100 }, language: language)
    }

    /// A short name of printable ASCII: it is shown in reports.
    private static func name(_ json: JSON?) -> String? {
        guard let text = json?.string, text.utf8.count <= 80, text.utf8.allSatisfy({ (0x20..<0x7F).contains($0) }) else {
            return nil
        }
        return text
    }

    private static func isDigest(_ text: String) -> Bool {
        text.utf8.count == 64 && text.allSatisfy { ("0"..."9").contains($0) || ("a"..."f").contains($0) }
    }
}
