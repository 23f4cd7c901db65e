/// Chooses which pictures are analysed where fewer a second are wanted than there are: the first of each cell of a
/// fixed grid of time, so that the choice depends on presentation times alone.
struct FrameGrid {
    private let hertz: Double?
    private var lastCell = Int.min

    init(hertz: Double?) {
        self.hertz = hertz
    }

    /// The cell of a time in seconds. A picture may come a quarter of a cell early, so that rounded or jittering
    /// time stamps of a recording at just this rate do not fall in pairs into one cell.
    func cell(of seconds: Double) -> Int? {
        hertz.map { Int((seconds * $0 + 0.25).rounded(.down)) }
    }

    /// Whether the picture at this time is analysed; to be asked once for each picture in order of presentation.
    mutating func takes(_ seconds: Double) -> Bool {
        guard let cell = cell(of: seconds) else { return true }
        guard cell > lastCell else { return false }
        lastCell = cell
        return true
    }
}
