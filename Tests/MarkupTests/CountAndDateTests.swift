import Base
import Markup
import Testing

@Suite("Counts, sizes, days and times for people")
struct CountAndDateTests {
    @Test(
        "thousands stand apart as each language has it",
        arguments: [
            (0, "0", "0"), (999, "999", "999"), (1_284, "1284", "1,284"), (12_345, "12\u{202F}345", "12,345"),
            (-1_234_567, "−1\u{202F}234\u{202F}567", "−1,234,567"),
        ])
    func counts(_ number: Int, _ spanish: String, _ english: String) {
        #expect(Language.spanish.count(number) == spanish)
        #expect(Language.english.count(number) == english)
    }

    @Test("shares and sizes have their unit")
    func units() {
        #expect(Language.spanish.percent(92.4) == "92\u{A0}%")
        #expect(Language.english.percent(92.4, decimals: 1) == "92.4%")
        #expect(Language.spanish.bytes(512) == "512\u{A0}B")
        #expect(Language.spanish.bytes(3_400_000) == "3,4\u{A0}MB")
        #expect(Language.english.bytes(214_000_000_000) == "214\u{A0}GB")
        #expect(Language.english.bytes(999_700) == "1.0\u{A0}MB")
        #expect(
            Language.spanish.counted(1, one: Text(es: "paciente", en: "patient"), many: Text(es: "pacientes", en: "patients"))
                == "1\u{A0}paciente")
    }

    @Test("days and times are on the reader's clock")
    func dates() throws {
        let late = try #require(Instant("2026-11-22T02:30:59Z"))
        #expect(Language.spanish.date(late) == "22 de noviembre de 2026")
        #expect(Language.english.date(late, secondsFromUTC: -4 * 3_600) == "21 November 2026")
        #expect(Language.spanish.compactDay(late) == "22\u{A0}nov\u{A0}2026")
        #expect(Language.spanish.weekday(late) == "domingo")
        #expect(Language.english.weekday(late, secondsFromUTC: -4 * 3_600) == "Saturday")
        #expect(Language.english.weekday(try #require(Instant("1969-12-31T23:00:00Z"))) == "Wednesday")
        #expect(Language.spanish.moment(late, secondsFromUTC: 3_600) == "22 de noviembre de 2026, 03:30")
    }

    @Test(
        "how long ago is said in the largest unit that fits",
        arguments: [
            (0, "ahora mismo", "just now"), (59, "ahora mismo", "just now"), (60, "hace 1\u{A0}minuto", "1\u{A0}minute ago"),
            (7_199, "hace 1\u{A0}hora", "1\u{A0}hour ago"), (259_200, "hace 3\u{A0}días", "3\u{A0}days ago"),
            (-5, "ahora mismo", "just now"),
        ])
    func ago(_ seconds: Int, _ spanish: String, _ english: String) {
        let now = Instant.epoch + .seconds(1_000_000)
        #expect(Language.spanish.ago(now - .seconds(seconds), now: now) == spanish)
        #expect(Language.english.ago(now - .seconds(seconds), now: now) == english)
    }
}
