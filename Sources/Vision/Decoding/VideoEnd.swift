import Movement

/// How a passage through a recording ended.
package struct VideoEnd: Sendable, Equatable {
    /// Pictures that were decoded and that a player would have shown, analysed or not.
    package var pictures = 0
    /// Time of the last of them, in seconds.
    package var lastSeconds = 0.0
    /// Packets that could not be read or decoded.
    package var damagedPackets = 0
    /// What the person should know about the recording, though it could be used.
    package var remarks: [FileRemark] = []

    package init() {}

    /// Draws the conclusions; a recording that ends a second before its stated length has lost its end.
    mutating func finish(durationSeconds: Double?) {
        let isShort = durationSeconds.map { lastSeconds + 1 < $0 * 0.98 } ?? false
        if isShort {
            remarks.append(.cutOff)
        } else if damagedPackets > 0 {
            remarks.append(.partlyDamaged)
        }
    }
}
