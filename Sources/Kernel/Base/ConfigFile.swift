import Glibc

/// What an operator wrote into the configuration file: JSON objects within one another, `{"session": {"idle": "8h"}}`, whose
/// leaves are texts, numbers, true, false or arrays of texts.
package struct ConfigFile: Sendable {
    package static let mostBytes = 1 << 20

    package let path: String
    /// Whether only its owner may read it; secrets may then stand in it.
    package let isPrivate: Bool
    /// Key and value in the order of the file.
    let settings: [(name: String, raw: ConfigRaw)]

    /// Throws `Failure(.invalid)`, saying where, for what is no such JSON; see `JSON.parse` for how strict that is.
    package init(path: String, bytes: [UInt8], isPrivate: Bool) throws(Failure) {
        self.path = path
        self.isPrivate = isPrivate
        do throws(JSONError) {
            let json = try JSON.parse(bytes, limits: .init(bytes: Self.mostBytes, depth: 8))
            var settings: [(String, ConfigRaw)] = []
            try collect(json, "", into: &settings)
            self.settings = settings
        } catch {
            throw Failure(
                .invalid, "config_file_invalid",
                Text(
                    es: "El archivo de configuración \(path) no es JSON válido (byte \(error.offset)): corríjalo ahí.",
                    en: "The configuration file \(path) is not valid JSON (\(error)): correct it there."))
        }
    }

    /// Reads a file. Throws `Failure`: `.unavailable` where it cannot be read, `.invalid` for what stands in it.
    package init(path: String) throws(Failure) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw Self.unreadable(path, errno) }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw Self.unreadable(path, errno) }
        var bytes = [UInt8](repeating: 0, count: Self.mostBytes + 1)
        var filled = 0
        while filled < bytes.count {
            let got = bytes.withUnsafeMutableBytes { read(descriptor, $0.baseAddress?.advanced(by: filled), $0.count - filled) }
            if got == 0 { break }
            guard got > 0 else {
                if errno == EINTR { continue }
                throw Self.unreadable(path, errno)
            }
            filled += got
        }
        try self.init(path: path, bytes: Array(bytes[..<filled]), isPrivate: status.st_mode & 0o077 == 0)
    }

    private static func unreadable(_ path: String, _ code: Int32) -> Failure {
        let reason = String(cString: strerror(code))
        return Failure(
            .unavailable, "config_file_unreadable",
            Text(
                es: "No se puede leer el archivo de configuración \(path) (\(reason)): corrija la ruta o los permisos.",
                en: "The configuration file \(path) cannot be read (\(reason)): correct the path or its permissions."))
    }
}

/// The leaves of `json`. What cannot be a value is told as a byte that cannot stand there, at the start of the file.
private func collect(_ json: JSON, _ name: String, into settings: inout [(String, ConfigRaw)]) throws(JSONError) {
    switch json {
    case .object(let object):
        for member in object.members {
            // A dot within a name would give one key two places.
            guard !member.name.contains(".") else { throw JSONError(.unexpectedByte, at: 0) }
            try collect(member.value, name.isEmpty ? member.name : "\(name).\(member.name)", into: &settings)
        }
    case _ where name.isEmpty: throw JSONError(.unexpectedByte, at: 0)
    case .string(let text): settings.append((name, .text(text)))
    case .bool(let value): settings.append((name, .text(value ? "true" : "false")))
    case .number, .largeInteger:
        var writer = JSONWriter()
        json.write(to: &writer)
        settings.append((name, .text(String(decoding: writer.bytes, as: UTF8.self))))
    case .array(let elements):
        let texts = elements.compactMap(\.string)
        guard texts.count == elements.count else { throw JSONError(.unexpectedByte, at: 0) }
        settings.append((name, .list(texts)))
    case .null: throw JSONError(.unexpectedByte, at: 0)
    }
}
