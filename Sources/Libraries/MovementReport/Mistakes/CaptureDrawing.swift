import Base
import Markup

/// A mistake beside how it is done well, as two pictures of a phone. The classes are styled by whoever shows it, with the tokens of pages
/// and of the report alike.
package struct CaptureDrawing: Sendable {
    private let mistake: CaptureMistake

    package init(_ mistake: CaptureMistake) { self.mistake = mistake }

    /// An SVG with a name for those who cannot see it.
    package func html(_ language: Language) -> HTML {
        """
        <svg class="mistake" viewBox="0 0 248 176" role="img" aria-label="\(mistake.title(language)). \(mistake.remedy(language))">\
        \(panel(at: 12, wrong))\(panel(at: 136, right))\
        <circle class="badge-bad" cx="62" cy="160" r="12"/><path class="badge-sign" d="M57 155l10 10m0-10-10 10"/>\
        <circle class="badge-good" cx="186" cy="160" r="12"/><path class="badge-sign" d="M180 160l4 4 8-8"/></svg>
        """
    }

    /// What does not fit is cut off at the picture's edge, as in a phone.
    private func panel(at x: Int, _ content: HTML) -> HTML {
        """
        <svg x="\(x)" y="4" width="100" height="140" viewBox="0 0 100 140" overflow="hidden"><rect class="ground" width="100" height="140" rx="10"/>\
        \(content)</svg><rect class="edge" x="\(x)" y="4" width="100" height="140" rx="10"/>
        """
    }

    private static let floor: HTML = "<path class=\"floor\" d=\"M0 124h100\"/>"

    private func standing(_ change: (inout FilmedFigure) -> Void = { _ in }) -> HTML {
        var figure = FilmedFigure()
        change(&figure)
        return figure.html
    }

    private var wrong: HTML {
        switch mistake {
        case .feet: standing { ($0.foot.y, $0.height) = (162, 140) }
        case .legs: standing { ($0.foot.y, $0.height) = (230, 210) }
        case .head: "\(Self.floor)\(standing { $0.height = 142 })"
        case .hands: "\(Self.floor)\(standing { ($0.height, $0.arms) = (118, .spread) })"
        case .dark: "<rect class=\"night\" width=\"100\" height=\"140\"/><g class=\"dim\">\(standing())</g>"
        case .far: "<path class=\"floor\" d=\"M0 84h100\"/>\(standing { ($0.foot.y, $0.height) = (84, 28) })"
        case .nobody: "\(Self.floor)<path class=\"thing\" d=\"M38 124V70M38 98h26v26\"/>"
        case .away: "\(Self.floor)\(standing { $0.foot.x = 98 })<path class=\"arrow\" d=\"M40 66h36m-10-9 10 9-10 9\"/>"
        case .short: "\(Self.floor)\(standing())\(timeline(8))"
        case .others: "\(Self.floor)\(standing { $0.foot.x = 28 })\(standing { ($0.foot.x, $0.height) = (74, 96) })"
        case .tilted: "<g transform=\"rotate(17 50 70)\"><path class=\"floor\" d=\"M-40 124h180\"/>\(standing())</g>"
        case .turned: "\(Self.floor)\(standing())<path class=\"arrow\" d=\"M22 40c-14 30 8 52 28 52m-9-8 9 8-8 9\"/>"
        case .lens: "\(Self.floor)\(standing { ($0.foot.y, $0.height) = (124, 58) })\(label("0.5×"))"
        case .slowRate: "\(Self.floor)\(standing())\(ticks(3))"
        case .otherExercise: "\(Self.floor)\(standing { ($0.height, $0.arms) = (84, .spread) })\(label("?"))"
        case .file: "<path class=\"thing\" d=\"M28 26h30l16 16v72H28zM58 26v16h16M40 70l22 22m0-22-22 22\"/>"
        case .tooLong: "\(Self.floor)\(standing())\(timeline(84))<path class=\"arrow\" d=\"M78 16h18m-8-7 8 7-8 7\"/>"
        case .tooLarge: "\(Self.floor)\(standing())\(label("4K"))"
        case .broken:
            "<path class=\"thing\" d=\"M30 96V44m0 0L18 58m12-14 12 14M70 96v-8m0-8v-8m0-8v-8m0-8v-8\"/><path class=\"arrow\" d=\"M60 40l20 20m0-20-20 20\"/>"
        }
    }

    private var right: HTML {
        switch mistake {
        case .hands: "\(Self.floor)\(standing { ($0.height, $0.arms) = (88, .spread) })"
        case .short, .tooLong: "\(Self.floor)\(standing())\(timeline(56))"
        case .turned: "\(Self.floor)\(standing { $0.isSideOn = true })<path class=\"arrow\" d=\"M22 40c-14 30 8 52 28 52m-9-8 9 8-8 9\"/>"
        case .lens: "\(Self.floor)\(standing())\(label("1×"))"
        case .slowRate: "\(Self.floor)\(standing())\(ticks(10))"
        case .tooLarge: "\(Self.floor)\(standing())\(label("1080p"))"
        case .file: "<path class=\"thing\" d=\"M28 26h30l16 16v72H28zM58 26v16h16M44 66l22 14-22 14z\"/>"
        case .broken: "<path class=\"thing\" d=\"M50 96V44m0 0L38 58m12-14 12 14M26 112h48\"/>"
        default: "\(Self.floor)\(standing())"
        }
    }

    /// How long a recording lasts, of a length of 84.
    private func timeline(_ length: Int) -> HTML {
        "<path class=\"rest\" d=\"M8 16h84\"/><path class=\"time\" d=\"M8 16h\(length)\"/>"
    }

    private func ticks(_ count: Int) -> HTML {
        let marks = (0..<count).map { "M\(10 + 80 * $0 / max(count - 1, 1)) 9v12" }.joined()
        return "<path class=\"time\" d=\"\(marks)\"/>"
    }

    private func label(_ text: String) -> HTML {
        "<text class=\"sign\" x=\"92\" y=\"24\" text-anchor=\"end\">\(text)</text>"
    }
}
