import Foundation
import Testing

@Suite("Who may import whom")
struct LayerTests {
    @Test("every file imports only what its target's row allows")
    func imports() throws {
        let manifest = try Manifest.load()
        var faults: [String] = []
        for target in manifest.targets where target.isProduct && target.type != "system" {
            let files = try Repository.swiftFiles([target.folder])
            for file in files {
                faults += Layer.faults(of: target.name, at: target.folder, using: SwiftText.imports(file.text))
                    .map { "\(file.path): \($0)" }
            }
        }
        #expect(faults == [])
    }

    @Test("every target depends only on what its row allows")
    func dependencies() throws {
        let targets = try Manifest.load().targets.filter(\.isProduct)
        #expect(targets.count >= 5, "the manifest was not understood")
        let faults = targets.flatMap { Layer.faults(of: $0.name, at: $0.folder, using: $0.uses) }
        #expect(faults == [])
    }

    @Test("no target depends on what none of its files imports")
    func unused() throws {
        var faults: [String] = []
        for target in try Manifest.load().targets where target.isProduct && !target.uses.isEmpty {
            let imported = try Repository.swiftFiles([target.folder]).reduce(into: Set<String>()) {
                $0.formUnion(SwiftText.imports($1.text))
            }
            faults += target.uses.subtracting(imported).sorted().map { "\(target.name) does not import \($0)" }
        }
        #expect(faults == [])
    }

    @Test("a feature imports no other feature: the kernel, libraries, C islands and the system alone")
    func features() throws {
        let targets = try Manifest.load().targets
        func names(in folder: String) -> Set<String> { Set(targets.filter { $0.folder.hasPrefix("Sources/\(folder)/") }.map(\.name)) }
        let features = names(in: "Features")
        let inner = names(in: "Kernel").union(names(in: "Libraries")).union(names(in: "C")).union(Layer.system)
            .union(["HTTPTypes", "Crypto"])
        for feature in features.sorted() {
            let row = try #require(Layer.table.first { $0.target == feature }, "\(feature) has no row")
            let beyond = try #require(row.mayImport, "\(feature) may import everything").subtracting(inner)
            #expect(beyond.isEmpty, "\(feature) may import \(beyond.sorted())")
        }
    }

    @Test("every Swift file under Sources belongs to a declared target")
    func strays() throws {
        let folders = try Manifest.load().targets.map { $0.folder + "/" }
        let strays = try Repository.swiftFiles(["Sources"]).map(\.path)
            .filter { path in !folders.contains(where: path.hasPrefix) }
        #expect(strays == [])
    }

    @Test(
        "a made-up violation is seen",
        arguments: [
            ("Movement", "Sources/Libraries/Movement", "Vision", "Movement may not use Vision"),
            ("Base", "Sources/Kernel/Base", "Movement", "Base may not use Movement"),
            ("zancada", "Sources/App/zancada", "Vision", "zancada may not use Vision"),
            ("CFFmpeg", "Sources/C/CFFmpeg", "Base", "CFFmpeg is a C island and may not use Base"),
            ("Astrology", "Sources/Libraries/Astrology", "Base", "Astrology has no row in the table of layers"),
        ])
    func seen(target: String, path: String, other: String, fault: String) {
        #expect(Layer.faults(of: target, at: path, using: [other]) == [fault])
    }

    @Test("imports are read as the compiler reads them")
    func reading() {
        let text = """
            @preconcurrency import Foundation
            package import struct Base.Failure
            import  Vision.Deep // import Comment
            let text = "import Text"
            /* import Block */
            func important() { reimport(); let x = 1 }
            """
        #expect(SwiftText.imports(text) == ["Foundation", "Base", "Vision"])
    }
}
