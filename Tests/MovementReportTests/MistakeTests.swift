import Base
import Foundation
import Markup
import MovementReport
import Testing

/// What is drawn for those whose recording cannot be measured.
@Suite("Mistakes in filming")
struct MistakeTests {
    private static let sources = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "Sources")

    /// The words in quotation marks that follow one of these in a file.
    private static func codes(in path: String, after marks: String) throws -> Set<String> {
        let text = try String(contentsOf: sources.appending(path: path), encoding: .utf8)
        let found = text.matches(of: try Regex("(?:\(marks))\\s*\"([a-z_]+)\"", as: (Substring, Substring).self))
        return Set(found.map { String($0.output.1) })
    }

    @Test("each reason for which a recording is refused, or remarked on, has a drawing and a remedy in both languages")
    func everyCode() throws {
        var codes = try Self.codes(in: "Libraries/Movement/Analysis/CaptureRemarks.swift", after: "Remark\\(")
        #expect(codes.count >= 18)
        codes.formUnion(["head", "hands", "legs", "feet"].map { "\($0)_partly_out_of_view" })
        codes.formUnion(["wrong_view", "video_cut_off", "video_partly_damaged", "upload_dropped", "video_part_lost"])
        for file in ["Vision/Decoding/VideoFailures.swift", "Vision/Confined/ConfinedEnding.swift"] {
            codes.formUnion(try Self.codes(in: file, after: "\\.invalid,"))
        }
        for code in codes.sorted() {
            let mistake = try #require(CaptureMistake(code: code), "\(code) has no drawing")
            #expect(mistake.title.spanish != mistake.title.english && mistake.remedy.spanish != mistake.remedy.english)
        }
        #expect(CaptureMistake(code: "measuring_given_up") == nil)
    }

    @Test("every drawing is well-formed, named in the reader's language, and none is that of another", arguments: Language.allCases)
    func drawings(_ language: Language) throws {
        var seen: [String: CaptureMistake] = [:]
        for mistake in CaptureMistake.allCases {
            let drawing = CaptureDrawing(mistake).html(language).markup
            #expect(drawing.contains(mistake.title(language)) && drawing.contains("role=\"img\""))
            #expect(!drawing.contains("style=") && !drawing.contains(" id="))
            let document = XMLCheck(drawing)
            #expect(document.isWellFormed, "\(mistake)")
            let picture = drawing.replacing(mistake.title(language), with: "").replacing(mistake.remedy(language), with: "")
            #expect(seen[picture] == nil, "\(mistake) is drawn as \(String(describing: seen[picture]))")
            seen[picture] = mistake
        }
    }

    /// Whether every element that opens is closed, in order.
    private struct XMLCheck {
        let isWellFormed: Bool

        init(_ markup: String) {
            var open: [Substring] = []
            var isGood = true
            for tag in markup.split(separator: "<").map({ $0.prefix { $0 != ">" } }) {
                if tag.hasPrefix("/") {
                    isGood = isGood && open.popLast() == tag.dropFirst()
                } else if !tag.hasSuffix("/") {
                    open.append(tag.prefix { $0 != " " })
                }
            }
            isWellFormed = isGood && open.isEmpty
        }
    }
}
