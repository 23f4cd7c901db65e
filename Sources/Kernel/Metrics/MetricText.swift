/// Prometheus' text format, version 0.0.4 (prometheus.io/docs/instrumenting/exposition_formats), as it grows.
package struct MetricText {
    private(set) var bytes: [UInt8] = []

    mutating func header(_ name: String, _ help: String, _ type: MetricType) {
        bytes += "# HELP \(name) \(Self.escaped(help, quote: false))\n# TYPE \(name) \(type.rawValue)\n".utf8
    }

    /// `labels` as `MetricText.labels` gives them.
    mutating func sample(_ name: String, _ labels: String, _ value: Double) { sample(name, labels, text: Self.number(value)) }

    mutating func sample(_ name: String, _ labels: String, _ value: UInt64) { sample(name, labels, text: String(value)) }

    private mutating func sample(_ name: String, _ labels: String, text: String) {
        bytes += name.utf8
        if !labels.isEmpty { bytes += "{\(labels)}".utf8 }
        bytes += " \(text)\n".utf8
    }

    static func labels(_ names: [String], _ values: [String]) -> String {
        zip(names, values).map { "\($0)=\"\(escaped($1, quote: true))\"" }.joined(separator: ",")
    }

    static func joined(_ labels: String, _ name: String, _ value: String) -> String {
        (labels.isEmpty ? "" : labels + ",") + "\(name)=\"\(value)\""
    }

    static func number(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        guard value.isFinite else { return value < 0 ? "-Inf" : "+Inf" }
        return value == value.rounded() && value.magnitude < 0x1p53 ? String(Int64(value)) : value.description
    }

    private static func escaped(_ text: String, quote: Bool) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\"" where quote: result += "\\\""
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
