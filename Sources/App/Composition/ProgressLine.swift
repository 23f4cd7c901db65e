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
        let resolution = Terminal.isInteractive ? (percent: 1, pictures: 1) : (percent: 25, pictures: 500)
        let percent = fraction.map { Int(min($0, 1) * 100) / resolution.percent * resolution.percent }
        let step = percent ?? count / resolution.pictures * resolution.pictures
        guard step != shown || name != self.stage else { return }
        (shown, self.stage) = (step, name)
        let pictures = count == 0 ? "…" : Text(es: "\(count) imágenes", en: "\(count) pictures")(Language.chosen)
        let amount = percent.map { "\($0) %" } ?? pictures
        if Terminal.isInteractive {
            let filled = (percent ?? 0) * 24 / 100
            let bar = String(repeating: "█", count: filled) + String(repeating: "░", count: 24 - filled)
            Terminal.write("\r\u{1B}[K\(name) \(bar) \(amount)")
        } else {
            Terminal.write("\(name): \(amount)\n")
        }
    }

    /// Takes the bar away, so that what follows starts on a clean line.
    mutating func finish() {
        if !isQuiet, Terminal.isInteractive, shown >= 0 { Terminal.write("\r\u{1B}[K") }
        shown = -1
    }
}
