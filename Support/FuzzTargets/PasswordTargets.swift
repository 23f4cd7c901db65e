import Base
import Passwords

extension FuzzTarget {
    /// What is kept of a password has one form, and never asks for more than the bounds.
    static let passwordHash = FuzzTarget(
        "password-hash",
        corpus: [
            "$argon2id$v=19$m=19456,t=2,p=1$AAECAwQFBgcICQoLDA0ODw$ReZ51MrodyyUVHGAlhFDo5RLubGFfqKOFNFv7+HEIzI",
            "$argon2id$v=19$m=131072,t=8,p=16$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc", "$argon2id$v=19$m=8,t=1,p=1$$",
            "$argon2i$v=16$m=99999999999999999999,t=0,p=4294967296$AA==$AA", "$$$$$",
        ]
    ) { input in
        let text = input.text
        guard let hash = PasswordHash(text) else { return }
        require(hash.text == text, "written again it is the same")
        require(hash.cost.memoryKibibytes <= PasswordCost.mostMemoryKibibytes, "memory is bounded")
        require(hash.cost.memoryKibibytes * hash.cost.passes <= PasswordCost.mostWork, "work is bounded")
        require((8...64).contains(hash.salt.count), "the salt is bounded")
    }

    /// Whatever is typed gets an answer; what will do is long enough, and its composed form is composed.
    static let passwordRule = FuzzTarget(
        "password-rule",
        corpus: [
            "tortuga farola jueves", "P@ssw0rd2024!", "qwertyuiop12", "abcabcabcabc", "lucia y el mar", "n\u{303}andu\u{301} an\u{303}ejo",
            "ﬁnal ＡＢＣ １２３ ①②③", "猫は屋根の上で寝て", "😀👩‍👩‍👧‍👦 🇪🇸🇪🇸🇪🇸🇪🇸 🚲🚲",
        ]
    ) { input in
        let secret = Secret(bytes: input)
        let person = PasswordRule.Person(address: "lucia.mendez@x.example", name: input.text, organisation: "Río Vivo")
        guard let prepared = try? PreparedPassword(secret) else { return }
        require(input.count <= PreparedPassword.mostBytes, "length is bounded")
        if let again = try? PreparedPassword(prepared.bytes) { require(again.bytes == prepared.bytes, "composed once, it is composed") }
        guard (try? PasswordRule().check(secret, of: person)) != nil else { return }
        require(prepared.bytes.byteCount >= PasswordRule.leastCharacters, "what will do is long enough")
    }
}
