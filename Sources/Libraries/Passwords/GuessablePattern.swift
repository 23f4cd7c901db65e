/// What is long and yet guessed at once. Over `FoldedText.plain`.
enum GuessablePattern {
    /// A unit of fewer than twelve characters, twice or more; the last one may break off. `abcabcabcabc`, `aaaaaaaaaaaa`.
    static func isRepeated(_ text: [Unicode.Scalar]) -> Bool {
        guard text.count >= 4 else { return false }
        return (1...min(PasswordRule.leastCharacters - 1, text.count / 2)).contains { period in
            text.indices.dropFirst(period).allSatisfy { text[$0] == text[$0 - period] }
        }
    }

    /// Nothing but pieces of three or more that follow a keyboard, the alphabet or the digits, forwards or back: `qwerty123456`.
    static func isRun(_ text: [Unicode.Scalar]) -> Bool {
        guard text.count >= leastRun else { return false }
        // How much of the text, from its start, is such pieces: every place that can be reached.
        var isReached = [Bool](repeating: false, count: text.count + 1)
        isReached[0] = true
        for start in text.indices where isReached[start] {
            for order in orders {
                for place in order.indices where order[place] == text[start] {
                    var length = 1
                    while start + length < text.count, place + length < order.count, order[place + length] == text[start + length] {
                        length += 1
                        if length >= leastRun { isReached[start + length] = true }
                    }
                }
            }
        }
        return isReached[text.count]
    }

    private static let leastRun = 3

    /// Rows, columns and zigzags of Spanish and English keyboards, the number pad, the alphabet with and without ñ (which `plain` makes an n).
    private static let orders: [[Unicode.Scalar]] = {
        let forwards = [
            "abcdefghijklmnopqrstuvwxyzabc", "abcdefghijklmnnopqrstuvwxyz", "0123456789012", "12345678900987654321",
            "qwertyuiop", "qwertyuiop[]\\", "asdfghjkln", "asdfghjkl;'", "zxcvbnm,.-", "zxcvbnm,./", "azertyuiop", "qwertzuiop", "yxcvbnm",
            "!@#$%^&*()_+", "!\"·$%&/()=?¿",
            "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik,9ol.0p;/", "qazwsxedcrfvtgbyhnujmikolp", "1q2w3e4r5t6y7u8i9o0p", "q1w2e3r4t5y6u7i8o9p0",
            "qawsedrftgyhujikolp", "zaqxswcdevfrbgtnhymjukilop", "1a2b3c4d5e6f7g8h9i", "a1b2c3d4e5f6g7h8i9", "0246813579", "13579", "2468",
            "147258369", "741852963", "789456123", "123456789", "112233445566778899", "111222333444555666777888999", "aabbccddeeff",
        ].map { Array($0.unicodeScalars) }
        return forwards + forwards.map { $0.reversed() }
    }()
}
