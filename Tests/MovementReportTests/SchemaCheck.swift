import Base
import Foundation

/// The part of JSON Schema 2020-12 that `docs/report.schema.json` uses. An unknown keyword is a finding, so that the
/// schema cannot say something that is not checked.
struct SchemaCheck {
    let schema: JSON

    /// What is wrong with `value`, each with a JSON pointer; nothing where it is valid.
    func findings(_ value: JSON) -> [String] { findings(value, schema, "") }

    private func findings(_ value: JSON, _ schema: JSON, _ path: String) -> [String] {
        var found: [String] = []
        for member in schema.object?.members ?? [] {
            switch member.name {
            case "$schema", "$id", "$defs", "title", "description": break
            case "$ref":
                let name = (member.value.string ?? "").replacingOccurrences(of: "#/$defs/", with: "")
                guard let target = self.schema["$defs"]?[name] else { return ["\(path): no definition \(name)"] }
                found += findings(value, target, path)
            case "anyOf":
                let options = member.value.array ?? []
                if !options.contains(where: { findings(value, $0, path).isEmpty }) {
                    found.append("\(path): fits nothing")
                }
            case "const": if value != member.value { found.append("\(path): not the constant") }
            case "enum": if !(member.value.array ?? []).contains(value) { found.append("\(path): not in the list") }
            case "type": if !has(value, type: member.value.string ?? "") { found.append("\(path): of another type") }
            case "minimum":
                if let number = value.number, number < member.value.number ?? 0 { found.append("\(path): too small") }
            case "maximum":
                if let number = value.number, number > member.value.number ?? 0 { found.append("\(path): too large") }
            case "pattern":
                if let text = value.string,
                    text.range(of: member.value.string ?? "", options: .regularExpression) == nil
                {
                    found.append("\(path): does not match")
                }
            case "items":
                for (index, element) in (value.array ?? []).enumerated() {
                    found += findings(element, member.value, "\(path)/\(index)")
                }
            case "required":
                for name in member.value.array ?? [] where value.object != nil && value[name.string ?? ""] == nil {
                    found.append("\(path): lacks \(name.string ?? "")")
                }
            case "properties":
                for property in member.value.object?.members ?? [] {
                    if let inner = value[property.name] {
                        found += findings(inner, property.value, "\(path)/\(property.name)")
                    }
                }
            case "additionalProperties":
                for inner in value.object?.members ?? [] where schema["properties"]?[inner.name] == nil {
                    if member.value == .bool(false) { found.append("\(path)/\(inner.name): not foreseen") }
                    if member.value.object != nil {
                        found += findings(inner.value, member.value, "\(path)/\(inner.name)")
                    }
                }
            default: found.append("\(path): the schema uses \(member.name), which is not checked")
            }
        }
        return found
    }

    private func has(_ value: JSON, type: String) -> Bool {
        switch type {
        case "object": value.object != nil
        case "array": value.array != nil
        case "string": value.string != nil
        case "number": value.number != nil
        case "integer": value.integer != nil
        case "boolean": value.bool != nil
        case "null": value.isNull
        default: false
        }
    }
}

/// A file of the repository, by its path from the root.
func repositoryFile(_ path: String) throws -> [UInt8] {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()
    return [UInt8](try Data(contentsOf: root.appendingPathComponent(path)))
}
