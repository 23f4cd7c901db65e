import CFFmpeg

/// Where one passage through a recording stands: which times were shown, and which packets need not be decoded.
struct Passage {
    var grid: FrameGrid
    var end = VideoEnd()
    private var firstSeconds: Double?
    private let secondsPerPicture: Double
    /// Times in seconds of the packets read last; reordering in the five codecs spans at most sixteen.
    private var recent = [Double](repeating: -.infinity, count: 32)
    private var next = 0

    init(grid: FrameGrid, rateHertz: Double?) {
        self.grid = grid
        secondsPerPicture = 1 / (rateHertz ?? 30)
    }

    /// Tells the decoder to pass over a picture that nothing refers to and that is not going to be analysed: one
    /// whose cell of the grid has an earlier picture. What is handed over stays the same.
    mutating func prepare(
        _ decoder: UnsafeMutablePointer<AVCodecContext>?, for packet: UnsafeMutablePointer<AVPacket>,
        secondsPerTick: Double
    ) {
        decoder?.pointee.skip_frame = AVDISCARD_DEFAULT
        guard packet.pointee.pts != zffmpeg_no_time(), packet.pointee.flags & AV_PKT_FLAG_DISCARD == 0 else { return }
        let seconds = Double(packet.pointee.pts) * secondsPerTick
        if let firstSeconds, let cell = grid.cell(of: seconds - firstSeconds),
            recent.contains(where: { $0 < seconds && $0 >= firstSeconds && grid.cell(of: $0 - firstSeconds) == cell })
        {
            decoder?.pointee.skip_frame = AVDISCARD_NONREF
        }
        recent[next] = seconds
        next = (next + 1) % recent.count
    }

    /// Seconds since the first picture shown; nil for a picture that is not shown.
    mutating func timeShown(of frame: UnsafeMutablePointer<AVFrame>, secondsPerTick: Double) -> Double? {
        let ticks = frame.pointee.best_effort_timestamp
        var seconds = Double(ticks) * secondsPerTick
        if ticks == zffmpeg_no_time() { seconds = firstSeconds.map { $0 + end.lastSeconds + secondsPerPicture } ?? 0 }
        // An edit list puts what precedes its start before zero.
        guard seconds > -0.5 * secondsPerTick else { return nil }
        let first = firstSeconds ?? seconds
        firstSeconds = first
        let time = seconds - first
        guard end.pictures == 0 || time > end.lastSeconds else { return nil }
        end.pictures += 1
        end.lastSeconds = time
        return time
    }
}
