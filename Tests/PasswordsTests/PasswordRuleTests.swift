import Base
import Passwords
import Testing

@Suite("Which passwords will do")
struct PasswordRuleTests {
    private static let person = PasswordRule.Person(
        address: "lucia.mendez+fisio@clinica-norte.example", name: "Lucía Méndez Ibarra", organisation: "Clínica Río Vivo")

    private func fault(_ password: String, _ person: PasswordRule.Person = person) -> PasswordFault? {
        do throws(PasswordFault) {
            try PasswordRule().check(Secret(password), of: person)
            return nil
        } catch {
            return error
        }
    }

    @Test(
        "several words, or enough chance, will do",
        arguments: [
            "tortuga farola jueves", "correct horse battery stable", "el autobús llega tarde", "ventana-zapato-invierno", "vL9#qT2m!xRz",
            "k7dm2x9qpw4t", "mañana compraré peras", "Ñandú ñoño añejo", "猫は屋根の上で寝ていますよ", "здравствуй товарищ лампа",
            "😀 perro 🚲 tejado", "              x  y", "correct horse correct horse", "abecedario y pizarra", "7391 gatos y un ciempiés",
        ])
    func good(_ password: String) {
        #expect(fault(password) == nil)
    }

    @Test("length is counted in characters, after they are composed")
    func length() {
        let long = String(repeating: "tortuga farola jueves ", count: 12)
        let rows: [(String, PasswordFault?)] = [
            ("", .empty), ("corta", .tooShort), ("tortuga faro", nil), ("tortuga far", .tooShort), ("ñandú añejoñ", nil),
            ("n\u{303}n\u{303}n\u{303}n\u{303}n\u{303}n\u{303}", .tooShort), (String(long.prefix(257)), .tooLong),
            (String(long.prefix(256)), nil),
            (String(repeating: "tortuga ", count: 129), .tooLong), (String(repeating: "x", count: 1 << 20), .tooLong),
        ]
        for (password, expected) in rows { #expect(fault(password) == expected, "\(password.prefix(20)) \(password.count)") }
    }

    @Test(
        "what is tried first will not do, with figures for letters and digits around it or not",
        arguments: [
            "password2024", "4runner2024!!", "Password2024!", "P@ssw0rd2024", "p4$$w0rd!!!!!!", "2024password2024", "contraseña1234",
            "Contraseña2025!",
            "C0ntr453ñ4_2024", "contrasena-2024", "bienvenido2026", "Bienvenidos1!", "administrador", "administrator1", "iloveyou12345",
            "TEQUIEROMUCHO", "te quiero mucho", "Te-Quiero-Mucho-1", "barcelona1899", "RealMadrid2024", "fisioterapia1", "rehabilitacion",
            "Septiembre2025", "septiembre25!", "qwertyuiop12", "qwerty 2024 !", "princesa98765", "mariposa.2025",
            "correcthorsebatterystaple",
            "letmein8274619", "1-l0v3-y0u-9999", "maria19841984", "s u p e r m a n 1 9",
            "123456789012!", "1234-5678-9012", "!!aaaaaaaaaaaa", "gato-gato-gato!",
        ])
    func common(_ password: String) {
        #expect(fault(password) == .common)
    }

    @Test(
        "what repeats itself will not do",
        arguments: [
            "aaaaaaaaaaaa", "abcabcabcabc", "gatogatogato", "GatoGatoGato", "12121212121212", "ñañañañañaña", "zx8!zx8!zx8!z",
            "            ",
        ])
    func repeated(_ password: String) {
        #expect(fault(password) == .repeated)
    }

    @Test(
        "what follows keys, alphabet or digits will not do",
        arguments: [
            "123456789012", "abcdefghijkl", "zyxwvutsrqpo", "qwertyuiop[]", "QWERTYasdfgh", "1qaz2wsx3edc", "1q2w3e4r5t6y", "qwerty123456",
            "asdfghjklñzx" + "c", "!@#$%^&*()_+", "poiuytrewq123", "987654321098", "qazwsxedcrfv", "abc123def456", "112233445566",
            "147258369147",
        ])
    func runs(_ password: String) {
        #expect(fault(password) == .run)
    }

    @Test(
        "what others know of a person will not do",
        arguments: [
            "lucia y el mar azul", "MENDEZ tortuga farola", "m3nd3z tortuga farola", "farola ibarra jueves", "tortuga-rio-vivo-9",
            "luciamendezfisio", "lucia.mendez+fisio", "zancada tortuga mar", "Z4NC4D4 para todos", "z-a-n-c-a-d-a lunar",
            "la clínica de siempre",
        ])
    func personal(_ password: String) {
        #expect(fault(password) == .personal)
    }

    @Test("short names, odd names and none are no obstacle")
    func otherPeople() {
        let password = "tortuga farola jueves"
        for person in [
            PasswordRule.Person(), .init(address: "@", name: " ", organisation: "-"),
            .init(address: "to@x", name: "Ana Far", organisation: "SL"),
            .init(address: String(repeating: "a", count: 100_000), name: "\u{0}\u{FFFD}", organisation: "😀"),
            .init(address: "1234567@x", name: "李 明", organisation: "2024 2024"),
        ] {
            #expect(fault(password, person) == nil)
        }
        #expect(fault("tortuga 李明李明 farola", .init(name: "李明李明")) == .personal)
    }

    @Test("the list is in the order in which it is searched, and every line is found")
    func list() throws {
        let lines = CommonPasswords.bytes.split(separator: UInt8(ascii: "\n")).map { Array($0) }
        #expect(lines.count > 4_500 && CommonPasswords.bytes.count <= 40_960)
        #expect(CommonPasswords.bytes.last == UInt8(ascii: "\n"))
        let folded = lines.map { CommonPasswords.folded(String(decoding: $0, as: UTF8.self)) }
        for (one, other) in zip(folded, folded.dropFirst()) {
            #expect(one.lexicographicallyPrecedes(other), "\(String(decoding: other, as: UTF8.self))")
        }
        for key in folded {
            #expect(CommonPasswords.contains(key))
            #expect(!CommonPasswords.contains(key + [UInt8(ascii: "~")]))
        }
        for key in ["", "~", "\n", "0", "\u{0}"] { #expect(!CommonPasswords.contains(Array(key.utf8))) }
    }

    @Test("no word of the list makes a password by a year and a sign")
    func words() {
        for line in CommonPasswords.bytes.split(separator: UInt8(ascii: "\n")) {
            let word = String(decoding: line, as: UTF8.self)
            let hasLetters = word.contains(where: \.isLetter)
            let padded = hasLetters ? "\(word.capitalizedByHand)2024!!0719" : "\(word)!"
            #expect(fault(padded, .init()) != nil, "\(padded)")
        }
    }

    @Test("each fault says what to do, in both languages, and repeats nothing")
    func messages() {
        #expect(Set(PasswordFault.allCases.map(\.code)).count == PasswordFault.allCases.count)
        for fault in PasswordFault.allCases {
            #expect(fault.message.spanish.hasSuffix(".") && fault.message.english.hasSuffix("."))
            #expect(fault.message.spanish != fault.message.english)
            #expect(fault.failure.kind == .invalid && fault.failure.code == fault.code)
        }
    }
}

extension String {
    fileprivate var capitalizedByHand: String { prefix(1).uppercased() + dropFirst() }
}
