import Foundation
import Testing

/// The exercise library as an operator works with it.
@Suite("exercises by command")
struct ExerciseCommandTests {
    let scratch: Scratch

    init() throws { scratch = try Scratch() }

    private func run(_ arguments: String...) throws -> Zancada.Outcome {
        try Zancada.run(["exercises"] + arguments + ["--org", "clinic", "--data", scratch.path("data")])
    }

    private func object(_ outcome: Zancada.Outcome) throws -> [String: Any] {
        #expect(outcome.status == 0, "\(outcome.errors)")
        return try #require(try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any])
    }

    private func prepare() throws {
        #expect(try Zancada.run(["migrate", "--data", scratch.path("data")]).status == 0)
        #expect(try Zancada.run(["org", "create", "clinic", "--data", scratch.path("data")]).status == 0)
    }

    @Test("what is imported is listed as not reviewed, shown, exported the same, and reviewed until it changes")
    func life() throws {
        try prepare()
        let content = Zancada.root.appending(path: "Sources/C/CAssets/exercises.json").path
        #expect(try object(try run("import", content, "--json"))["created"] as? Int == 22)
        let exported = try run("export").output
        let csv = try scratch.file("out.csv", Data(try run("export", "--format", "csv").output.utf8)).path
        #expect(try object(try run("import", csv, "--json"))["unchanged"] as? Int == 22)
        let json = try scratch.file("out.json", Data(exported.utf8)).path
        #expect(try object(try run("import", json, "--json"))["unchanged"] as? Int == 22)

        let list = try run("list", "--language", "es").output.split(separator: "\n")
        #expect(list.count == 22 && list.allSatisfy { $0.hasSuffix("(no revisado clínicamente)") })
        #expect(try run("show", "squat", "--language", "en").output.contains("not clinically reviewed"))

        let reviewed = try object(try run("review", "squat", "--verdict", "approved", "--remark", "Clear.", "--json"))
        #expect((reviewed["review"] as? [String: Any])?["state"] as? String == "approved")
        let shown = try object(try run("show", "squat", "--json"))
        #expect((shown["review"] as? [String: Any])?["remark"] as? String == "Clear.")

        let changed = exported.replacing("\"name_en\": \"Squat\"", with: "\"name_en\": \"Deep squat\"")
        #expect(try object(try run("import", try scratch.file("changed.json", Data(changed.utf8)).path, "--json"))["updated"] as? Int == 1)
        let after = try object(try run("show", "squat", "--json"))
        #expect((after["review"] as? [String: Any])?["state"] as? String == "unreviewed" && after["version"] as? Int == 2)
        let late = try run("review", "squat", "--verdict", "approved", "--if-version", "1")
        #expect(late.status == 75 && late.complaints.count == 1, "\(late.errors)")
    }

    @Test("what is wrong is one sentence, or a line for each fault of a file")
    func refusals() throws {
        try prepare()
        let csv = try scratch.file("bad.csv", Data("slug,name_es\r\nSquat,Sentadilla\r\n".utf8)).path
        let refused = try run("import", csv, "--language", "en")
        #expect(refused.status == 65 && refused.output.contains("row 1, name_en: is missing"), "\(refused.output)")
        let cases: [([String], Int32, String)] = [
            (["show", "juggling"], 66, "juggling"), (["import", scratch.path("missing.json")], 65, "missing.json"),
            (["import", csv, "--format", "json"], 65, "no JSON"), (["review", "squat", "--verdict", "perhaps"], 64, "verdict"),
        ]
        for (arguments, status, said) in cases {
            let outcome = try Zancada.run(["exercises"] + arguments + ["--org", "clinic", "--data", scratch.path("data")])
            #expect(outcome.status == status, "\(arguments): \(outcome.errors)")
            #expect(outcome.complaints.count == 1 && outcome.errors.contains(said), "\(arguments): \(outcome.errors)")
        }
    }
}
