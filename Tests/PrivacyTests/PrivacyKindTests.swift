import Access
import Base
import Privacy
import Records
import Runtime
import Testing

@Suite("Privacy: what it declares")
struct PrivacyKindTests {
    @Test("each field is its property, and each event's example comes back")
    func declarations() throws {
        let moment = Instant(microseconds: 1)
        let consent = Consent(
            purpose: .research, textVersion: 3, givenAt: moment, givenBy: "a", capacity: .guardian, way: .inPerson,
            withdrawnAt: moment + .seconds(1), withdrawnBy: "b")
        #expect(try Consent.kind.misnamedFields(in: consent).isEmpty)
        for event in PrivacyFeature.manifest.events { #expect(try !event.example().isEmpty) }
    }

    @Test("each purpose is the one that rules ask for, and has its words in both languages")
    func purposes() {
        for purpose in ConsentPurposeWord.allCases {
            #expect(purpose.purpose.text == purpose.rawValue)
            let text = purpose.text
            for words in [text.title, text.words] {
                #expect(!words.spanish.isEmpty && !words.english.isEmpty && words.spanish != words.english)
            }
            #expect(text.version >= 1)
        }
    }
}
