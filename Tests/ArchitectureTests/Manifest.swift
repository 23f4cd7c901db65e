import Foundation

/// What Package.swift declares, as the package manager itself understands it.
struct Manifest: Decodable {
    struct Target: Decodable {
        let name: String
        let type: String
        let path: String?
        let dependencies: [Dependency]

        /// Tests, and programs that exist only for tests, may use what they like.
        var isProduct: Bool { folder.hasPrefix("Sources/") }
        var folder: String { path ?? "Sources/\(name)" }
        var uses: Set<String> { Set(dependencies.compactMap(\.name)) }
    }

    /// `{"byName": ["Base", null]}` or `{"product": ["Crypto", "swift-crypto", null, null]}`.
    struct Dependency: Decodable {
        let name: String?

        init(from decoder: any Decoder) throws {
            let kinds = try decoder.singleValueContainer().decode([String: [Ignored]].self)
            name = kinds.values.first?.first?.text
        }

        private struct Ignored: Decodable {
            let text: String?

            init(from decoder: any Decoder) throws {
                text = try? decoder.singleValueContainer().decode(String.self)
            }
        }
    }

    let targets: [Target]

    /// Asks the package manager, in a scratch folder of its own: that of this test run is locked.
    static func load() throws -> Manifest {
        let scratch = FileManager.default.temporaryDirectory.appending(path: "manifest-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: scratch) }
        let json = try Repository.output(
            of: "swift", "package", "--scratch-path", scratch.path, "--package-path", Repository.root.path,
            "dump-package")
        return try JSONDecoder().decode(Manifest.self, from: json)
    }
}
