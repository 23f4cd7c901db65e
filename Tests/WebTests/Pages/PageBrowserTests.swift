import Base
import Foundation
import Testing
import Web

/// The gallery in a real browser: `scripts/browse_pages.py` says what is wrong with it. Screenshots stay in `out/pages`, for people to look at.
@Suite("Pages in Chromium")
struct PageBrowserTests {
    private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    @Test(
        "nothing is wrong with the gallery: axe, narrow screens, large text, no script, keyboard, motion, weight", .timeLimit(.minutes(8)))
    func gallery() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "zancada-pages-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        try await write(to: folder)
        let tools = ProcessInfo.processInfo.environment["ZANCADA_TOOLS"] ?? Self.root.appending(path: ".cache/tools").path
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [
            "timeout", "420", "python3", Self.root.appending(path: "scripts/browse_pages.py").path, folder.path,
            Self.root.appending(path: "out/pages").path,
        ]
        process.environment = ProcessInfo.processInfo.environment.merging([
            "PYTHONPATH": "\(tools)/browser", "PYTHONDONTWRITEBYTECODE": "1",
        ]) { $1 }
        let said = folder.appending(path: "said")
        try Data().write(to: said)
        let handle = try FileHandle(forWritingTo: said)
        process.standardOutput = handle
        process.standardError = handle
        try process.run()
        process.waitUntilExit()
        let faults = String(decoding: try Data(contentsOf: said), as: UTF8.self)
        #expect(process.terminationStatus == 0 && faults.isEmpty, "\(faults)")
    }

    /// As the script serves them: `design-forms.es.dark.html`, `assets/…`.
    private func write(to folder: URL) async throws {
        try FileManager.default.createDirectory(at: folder.appending(path: "assets"), withIntermediateDirectories: true)
        for asset in Assets.all { try Data(asset.bytes).write(to: folder.appending(path: String(asset.path.dropFirst()))) }
        for route in DesignRoutes.all {
            let name = route.path.description.dropFirst().replacing("/", with: "-")
            for language in Language.allCases {
                for theme in Theme.allCases {
                    let page = try await Gallery.page(route, language, theme)
                    try Data(page.markup.utf8).write(to: folder.appending(path: "\(name).\(language.rawValue).\(theme.rawValue).html"))
                }
            }
        }
    }
}
