import Base
import Foundation
import Records
import Testing

/// Bodies are read for ten years: one of each past shape of each kind is kept as it was written, and has to be readable.
struct GoldenTests {
    /// Kinds that the kernel ships. A feature's kinds are tested in the same way with the feature.
    private static let kinds = [Note.kind.shape]

    private func golden(_ name: String) throws -> [UInt8] {
        let url = try #require(Bundle.module.url(forResource: name, withExtension: "json", subdirectory: "Goldens"))
        return [UInt8](try Data(contentsOf: url))
    }

    @Test("a body of every past shape comes out in the present one", arguments: kinds.indices)
    func shapes(kind: Int) throws {
        let kind = Self.kinds[kind]
        for number in 1...kind.number {
            let written = try golden("\(kind.name)-\(number)")
            let present = try kind.upgraded(written, from: number)
            #expect(try kind.validated(present).bytes == present, "\(kind.name) \(number)")
            if number == kind.number { #expect(present == written, "what is current is not touched") }
        }
        let note = try Note.kind.value(from: try golden("note-1"))
        #expect(note == Note(text: "Rodilla derecha, dolor 3 de 10"))
    }
}
