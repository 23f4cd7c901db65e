import Foundation
import Testing

@Suite("House style")
struct StyleTests {
    @Test("every Swift file keeps it")
    func sources() throws {
        let files = try Repository.swiftFiles()
        #expect(files.count > 20, "the sources were not found")
        let faults = files.flatMap { StyleRules.faults(of: $0.path, $0.text) }
        #expect(faults == [])
    }

    @Test("no tracked file names a folder of one machine or the host of a registry")
    func tracked() throws {
        let files = try Repository.trackedFiles()
        #expect(files.contains { $0.path == "Package.swift" }, "git did not list the files")
        let faults = files.flatMap { RepositoryRules.faults(of: $0.path, $0.text) }
        #expect(faults == [])
    }

    @Test(
        "a made-up fault is seen",
        arguments: [
            ("Sources/Vision/A.swift", "let a = tr" + "y! f()\n"),
            ("Sources/Vision/A.swift", "// TO" + "DO later\n"),
            ("Sources/Vision/A.swift", "let a = 1 // MA" + "RK: - B\n"),
            ("Sources/Vision/A.swift", "final class VideoManager {}\n"),
            ("Sources/Vision/StringUtils.swift", "\n"),
            ("Tests/VisionTests/A.swift", "@testa" + "ble import Vision\n"),
            ("Sources/Kernel/Base/A.swift", "package struct A {}\n"),
            ("Sources/Kernel/Base/A.swift", "/// What.\n\npackage func a() {\n" + String(repeating: "    b()\n", count: 4) + "}\n"),
            ("Sources/Libraries/Movement/A.swift", "let now = Date()\n"),
        ])
    func faulty(path: String, text: String) {
        #expect(StyleRules.faults(of: path, text).count == 1)
    }

    @Test(
        "what only looks like a fault is not one",
        arguments: [
            ("Sources/Vision/A.swift", "let a = \"tr" + "y! this\" // and do not tr" + "y! that\n"),
            ("Sources/Vision/A.swift", "let texto = \"https://sitio.example/TO" + "DO\"\n"),
            ("Sources/Kernel/Base/A.swift", "/// What.\n@frozen\npackage struct A {}\n"),
            ("Sources/Kernel/Base/A.swift", "package func a() {\n    b()\n}\n"),
            ("Sources/Libraries/Movement/A.swift", "/// Not a Date() of any clock.\nlet a = \"FileManager\"\n"),
            ("Sources/Vision/A.swift", "let now = Date()\n"),
        ])
    func innocent(path: String, text: String) {
        #expect(StyleRules.faults(of: path, text) == [])
    }

    @Test(
        "a file has a most of lines, the program's main a smaller one",
        arguments: [
            ("Sources/Vision/A.swift", 400, 0), ("Sources/Vision/A.swift", 401, 1),
            ("Sources/App/zancada/main.swift", 30, 0), ("Sources/App/zancada/main.swift", 31, 1),
        ])
    func length(path: String, lines: Int, faults: Int) {
        #expect(StyleRules.faults(of: path, String(repeating: "f()\n", count: lines)).count == faults)
    }

    @Test("machine paths and registry hosts are seen wherever they stand, and relative paths are not")
    func places() {
        func faults(_ line: String) -> Int { RepositoryRules.faults(of: "a.md", line).count }
        #expect(faults("cd /wo" + "rk/project") == 1)
        #expect(faults("\"/ho" + "me/ana/video.mp4\"") == 1)
        #expect(faults("pip install --index-url py" + "pi.org/simple") == 1)
        #expect(faults("../home/index.md and docs/work/plan.md") == 0)
        #expect(faults("PyPI and Debian are named, their servers are not") == 0)
    }
}
