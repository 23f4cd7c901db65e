import Foundation
import Testing

@Suite("Features")
struct FeatureTests {
    @Test("no feature may use another, and each has a row")
    func apart() throws {
        let features = try Manifest.load().targets.filter { $0.folder.hasPrefix("Sources/Features/") }.map(\.name)
        #expect(features.contains("ExerciseLibrary"))
        for feature in features {
            let row = try #require(Layer.table.first { $0.target == feature }, "\(feature) has no row")
            #expect(row.mayImport?.isDisjoint(with: features) == true, "\(feature) may use another feature")
        }
    }

    @Test("a new one is made in the house style, in every place that lists features")
    func newFeature() throws {
        let tree = try Self.copy()
        defer { try? FileManager.default.removeItem(at: tree) }
        #expect(try Self.make("made_for_a_test", in: tree).status == 0)
        let made = try FileManager.default.subpathsOfDirectory(atPath: tree.path)
            .filter { $0.hasPrefix("Sources/Features/MadeForATest/") || $0.hasPrefix("Tests/MadeForATestTests/") }
        let pattern = try FileManager.default.subpathsOfDirectory(atPath: tree.path)
            .filter { $0.hasPrefix("Support/Skeleton/") || $0.hasPrefix("Tests/SkeletonTests/") }
        #expect(made.count == pattern.count && pattern.count >= 7)
        for path in made {
            let text = try String(contentsOf: tree.appending(path: path), encoding: .utf8)
            #expect(StyleRules.faults(of: path, text) == [])
            #expect(!text.lowercased().contains("skeleton"), "\(path)")
        }
        for place in ["Package.swift", "Tests/ArchitectureTests/Layer.swift", "Sources/App/Composition/Features/Roster.swift"] {
            #expect(try String(contentsOf: tree.appending(path: place), encoding: .utf8).contains("MadeForATest"), "\(place)")
        }
        #expect(try String(contentsOf: tree.appending(path: "docs/data-model.md"), encoding: .utf8).contains("`made_for_a_test_counts`"))
        // The package manager and the formatter read what was made.
        let lint = ["format", "lint", "--strict", "--recursive", "Sources", "Tests", "Package.swift"]
        #expect(try Self.run("swift", lint, in: tree).status == 0)
        let dumped = try Self.run("swift", ["package", "--package-path", tree.path, "dump-package"], in: tree)
        #expect(dumped.status == 0 && dumped.text.contains("MadeForATestTests"))
        #expect(try Self.make("made_for_a_test", in: tree).text.contains("there is a MadeForATest already"))
    }

    @Test(
        "a name that cannot be is refused, and nothing is written",
        arguments: [
            "", "MadeForATest", "wound care", "wound-care", "_wound", "wound_", "1st", "a__b", "foundation", "base", "../x", "niño",
            "skeleton",
            "abcdefghijklmnopqrstuvwxyz",
        ])
    func refusals(name: String) throws {
        let tree = try Self.copy()
        defer { try? FileManager.default.removeItem(at: tree) }
        let before = try FileManager.default.subpathsOfDirectory(atPath: tree.path).sorted()
        let outcome = try Self.make(name, in: tree)
        #expect(outcome.status == 64 && outcome.text.hasPrefix("new-feature: ") && outcome.text.split(separator: "\n").count == 1)
        #expect(try FileManager.default.subpathsOfDirectory(atPath: tree.path).sorted() == before)
    }

    /// What the script reads and writes.
    private static func copy() throws -> URL {
        let tree = FileManager.default.temporaryDirectory.appending(path: "new-feature-\(UUID().uuidString)")
        for path in [
            "Package.swift", ".swift-format", "Support/Skeleton", "Tests/SkeletonTests", "Tests/ArchitectureTests/Layer.swift",
            "Sources/App/Composition/Features/Roster.swift", "docs/data-model.md",
        ] {
            let target = tree.appending(path: path)
            try FileManager.default.createDirectory(at: target.deletingLastPathComponent(), withIntermediateDirectories: true)
            try FileManager.default.copyItem(at: Repository.root.appending(path: path), to: target)
        }
        return tree
    }

    private static func make(_ name: String, in tree: URL) throws -> (status: Int32, text: String) {
        try run(Repository.root.appending(path: "scripts/new-feature").path, [name], in: tree)
    }

    /// Its status and what it said, both streams.
    private static func run(_ program: String, _ arguments: [String], in tree: URL) throws -> (status: Int32, text: String) {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [program] + arguments
        process.currentDirectoryURL = tree
        process.environment = ProcessInfo.processInfo.environment.merging(["ZANCADA_TREE": tree.path]) { $1 }
        let output = Pipe()
        (process.standardOutput, process.standardError) = (output, output)
        try process.run()
        let text = String(decoding: try output.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
        process.waitUntilExit()
        return (process.terminationStatus, text)
    }
}
