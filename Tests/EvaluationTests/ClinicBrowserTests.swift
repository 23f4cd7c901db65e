import Access
import Base
import Evaluation
import FeatureKit
import Foundation
import Movement
import MovementSimulation
import Runtime
import TestKit
import Testing
import Web

/// The clinicians' pages in a real browser: `scripts/browse_clinic.py` says what is wrong with them. Screenshots stay in
/// `out/pages/clinic`, for people to look at.
@Suite("The clinicians' pages in Chromium", .timeLimit(.minutes(8)))
struct ClinicBrowserTests {
    private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()
    private static let names = [
        "Ana Núñez Quispe", "Berta Salazar", "Carlos Mamani Condori", "Dora Flores", "Elías Choque", "Francisca Rojas de Aramayo",
        "Gabriel Vargas", "Hilda Poma",
    ]

    @Test("nothing is wrong with them: axe, narrow screens, large text, keyboard, weight")
    func pages() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "zancada-clinic-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        try FileManager.default.createDirectory(at: folder.appending(path: "assets"), withIntermediateDirectories: true)
        for asset in Assets.all { try Data(asset.bytes).write(to: folder.appending(path: String(asset.path.dropFirst()))) }
        try await Practice.with { practice in try await write(try await fill(practice), practice, to: folder) }
        let tools = ProcessInfo.processInfo.environment["ZANCADA_TOOLS"] ?? Self.root.appending(path: ".cache/tools").path
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [
            "timeout", "420", "python3", Self.root.appending(path: "scripts/browse_clinic.py").path, folder.path,
            Self.root.appending(path: "out/pages/clinic").path,
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

    private struct Page {
        let name: String
        let target: String
        let reader: Standing
    }

    /// Ten weeks of a clinic, and the pages that show them.
    private func fill(_ practice: Practice) async throws -> [Page] {
        var people: [Identifier] = []
        for name in Self.names { people.append(try await practice.person(name)) }
        let valgus = Practice.Made.fault(.kneeValgus, .marked, .left)
        let (lean, heel) = (Practice.Made.fault(.forwardLean, .mild), Practice.Made.fault(.heelRise, .mild, .right))
        let first = try await practice.measured(
            try Studio.observations(of: SimulatedMovement(.squat, seconds: 10, peakDegrees: 64)), of: people[0])
        for week in 0..<8 {
            for (number, person) in people.enumerated() where (week + number) % 3 != 0 {
                let decision: MovementEvaluation.Review.Decision = (week + number) % 4 == 0 ? .amended : .certified
                let points = 42 + 5 * week + number
                try await practice.evaluation(
                    of: person,
                    .init(
                        state: .certified, points: points, faults: week < 5 ? [valgus, lean] : [lean], decision: decision,
                        knee: Double(70 + 4 * week)))
                practice.clock.advance(by: .seconds(3_600))
                if (week + number) % 4 == 1 {
                    let code = number % 2 == 0 ? "feet_out_of_view" : "too_dark"
                    try await practice.evaluation(of: person, .init(state: .refused, refusal: code))
                }
            }
            practice.pass(days: 6)
        }
        let second = try await practice.measured(
            try Studio.observations(of: SimulatedMovement(.squat, seconds: 10, peakDegrees: 104)), of: people[0])
        try await practice.evaluation(of: people[5], .init(exercise: "gait", points: 74))
        practice.pass(days: 4)
        try await practice.evaluation(of: people[1], .init(points: 31, faults: [valgus, lean, heel]))
        try await practice.evaluation(of: people[2], .init(exercise: "sit-to-stand", points: 66, faults: [heel]))
        practice.clock.advance(by: .seconds(7_200))
        try await practice.evaluation(of: people[3], .init(exercise: "lunge", points: 91))
        for _ in 0..<3 { try await practice.evaluation(of: people[6], .init(state: .refused, refusal: "feet_out_of_view")) }
        try await practice.evaluation(of: people[4], .init(state: .failed, refusal: "no_runtime"))
        practice.clock.advance(by: .seconds(1_500))
        let ana = people[0].text
        let (therapist, own) = (practice.therapist, practice.own(people[0]))
        let both = "before=\(first)&after=\(second)"
        return [
            Page(name: "worklist", target: "/worklist?done=certified", reader: therapist),
            Page(name: "worklist-refused", target: "/worklist?list=refused", reader: therapist),
            Page(name: "worklist-failed", target: "/worklist?list=failed", reader: therapist),
            Page(name: "worklist-empty", target: "/worklist", reader: practice.ground.standing("therapist-2", ["therapist"])),
            Page(name: "patients", target: "/patients", reader: therapist),
            Page(name: "patients-none", target: "/patients?q=zoe", reader: therapist),
            Page(name: "patient", target: "/patients/\(ana)", reader: therapist),
            Page(name: "compare-own", target: "/evaluations/compare?\(both)", reader: own),
            Page(name: "compare", target: "/evaluations/compare?\(both)", reader: therapist),
            Page(name: "choose", target: "/evaluations/compare?subject=\(ana)", reader: therapist),
            Page(name: "choose-own", target: "/evaluations/compare", reader: own),
            Page(name: "clinic", target: "/clinic", reader: practice.admin),
        ]
    }

    /// As the script serves them: `worklist.es.dark.html`, `assets/…`.
    private func write(_ pages: [Page], _ practice: Practice, to folder: URL) async throws {
        for page in pages {
            for language in Language.allCases {
                for theme in [Theme.light, .dark] {
                    let answer = await practice.get(page.target, as: page.reader, language, theme: theme)
                    try #require(answer.status == 200, "\(page.name): \(answer.text)")
                    try Data(answer.text.utf8).write(
                        to: folder.appending(path: "\(page.name).\(language.rawValue).\(theme.rawValue).html"))
                }
            }
        }
    }
}
