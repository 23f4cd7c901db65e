import Base
import Foundation

/// Says how far the work is: a bar that is redrawn on a terminal, a line every quarter elsewhere, nothing when quiet.
struct ProgressLine {
    private let isQuiet: Bool
    private var shown = -1
    private var stage = ""

    init(isQuiet: Bool) {
        self.isQuiet = isQuiet
    }

    /// `fraction` is 0 … 1; nil where the length of the work is not known, then `count` pictures are told instead, if any.
    mutating func update(_ stage: Text, fraction: Double?, count: Int) {
        guard !isQuiet else { return }
        let name = stage(Language.chosen)
        let step = Terminal.isInteractive ? fraction.map { Int($0 * 100) } ?? count : fraction.map { Int($0 * 4) * 25 } ?? count / 500 * 500
        guard step != shown || name != self.stage else { return }
        (shown, self.stage) = (step, name)
        let amount = self.amount(fraction, count)
        if Terminal.isInteractive {
            let filled = min(24, max(0, Int((fraction ?? 0) * 24)))
            let bar = String(repeating: "█", count: filled) + String(repeating: "░", count: 24 - filled)
            Terminal.write("\r\u{1B}[K\(name) \(bar) \(amount)")
        } else {
            Terminal.write("\(name): \(fraction == nil ? amount : "\(step) %")\n")
        }
    }

    private func amount(_ fraction: Double?, _ count: Int) -> String {
        if let fraction { return "\(Int(min(fraction, 1) * 100)) %" }
        return count == 0 ? "…" : Text(es: "\(count) imágenes", en: "\(count) pictures")(Language.chosen)
    }

    /// Takes the bar away, so that what follows starts on a clean line.
    mutating func finish() {
        if !isQuiet, Terminal.isInteractive, shown >= 0 { Terminal.write("\r\u{1B}[K") }
        shown = -1
    }
}
