import Base

/// What is kept of a password: a PHC string, `$argon2id$v=19$m=19456,t=2,p=1$salt$tag` (github.com/P-H-C/phc-string-format).
///
/// Read strictly: one text for each value, nothing but Argon2id 1.3, and no parameter that makes a check dearer than `PasswordCost` allows,
/// whoever wrote it into the table.
package struct PasswordHash: Sendable, Hashable {
    package let cost: PasswordCost
    package let salt: [UInt8]
    let tag: [UInt8]

    package static let saltBytes = 16
    package static let tagBytes = 32
    package static let mostBytes = 256

    private static let readableSalts = 8...64
    private static let readableTags = 16...64

    /// Of a password that is kept from now on, with a salt of its own.
    package init(of password: PreparedPassword, cost: PasswordCost, random: Randomness) throws(Failure) {
        try self.init(of: password, cost: cost, salt: random.bytes(Self.saltBytes), count: Self.tagBytes)
    }

    /// Which nobody's password matches: a check against it costs what any other costs.
    init(decoyOf cost: PasswordCost, random: Randomness) {
        self.cost = cost
        salt = random.bytes(Self.saltBytes)
        tag = random.bytes(Self.tagBytes)
    }

    private init(of password: PreparedPassword, cost: PasswordCost, salt: [UInt8], count: Int) throws(Failure) {
        self.cost = cost
        self.salt = salt
        tag = try password.bytes.withExposedBytes { (bytes) throws(Failure) in
            try Argon2id.tag(of: bytes, salt: salt, cost: cost, count: count)
        }
    }

    /// nil for what is no such text, or asks for more than the bounds.
    package init?(_ text: String) {
        guard text.utf8.count <= Self.mostBytes else { return nil }
        let parts = Array(text.utf8).split(separator: UInt8(ascii: "$"), omittingEmptySubsequences: false)
        guard parts.count == 6, parts[0].isEmpty, parts[1].elementsEqual("argon2id".utf8), parts[2].elementsEqual("v=19".utf8),
            let cost = Self.cost(parts[3]), let salt = Self.bytes(parts[4]), Self.readableSalts.contains(salt.count),
            let tag = Self.bytes(parts[5]), Self.readableTags.contains(tag.count)
        else { return nil }
        self.cost = cost
        self.salt = salt
        self.tag = tag
    }

    package var text: String {
        func base64(_ bytes: [UInt8]) -> String { Base64.string(bytes).filter { $0 != "=" } }
        return "$argon2id$v=19$m=\(cost.memoryKibibytes),t=\(cost.passes),p=\(cost.lanes)$\(base64(salt))$\(base64(tag))"
    }

    /// Whether it is of this password. Takes as long for any answer.
    package func matches(_ password: PreparedPassword) throws(Failure) -> Bool {
        let other = try PasswordHash(of: password, cost: cost, salt: salt, count: tag.count)
        return tag.withUnsafeBytes { one in other.tag.withUnsafeBytes { ConstantTime.isEqual(one, $0) } }
    }

    /// Whether it was made under another cost, dearer or cheaper: once all have the same, a check takes the same time for everybody.
    package func isOutdated(under cost: PasswordCost) -> Bool {
        self.cost != cost || salt.count < Self.saltBytes || tag.count < Self.tagBytes
    }

    /// `m=19456,t=2,p=1`, in this order.
    private static func cost(_ text: ArraySlice<UInt8>) -> PasswordCost? {
        let parts = text.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
        guard parts.count == 3, let memory = number(parts[0], "m="), let passes = number(parts[1], "t="), let lanes = number(parts[2], "p=")
        else { return nil }
        return PasswordCost(memoryKibibytes: memory, passes: passes, lanes: lanes)
    }

    /// Digits without a leading zero.
    private static func number(_ text: ArraySlice<UInt8>, _ name: String) -> Int? {
        guard text.starts(with: name.utf8) else { return nil }
        let digits = text.dropFirst(name.utf8.count)
        guard (1...7).contains(digits.count), digits.first != UInt8(ascii: "0") else { return nil }
        var value = 0
        for digit in digits {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit) else { return nil }
            value = value * 10 + Int(digit - UInt8(ascii: "0"))
        }
        return value
    }

    /// base64 without padding, in its one form.
    private static func bytes(_ text: ArraySlice<UInt8>) -> [UInt8]? {
        guard !text.contains(UInt8(ascii: "=")) else { return nil }
        return Base64.read(text + Array(repeating: UInt8(ascii: "="), count: (4 - text.count % 4) % 4))
    }
}
