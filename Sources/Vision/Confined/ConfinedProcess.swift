import Base
import CConfinement
import Glibc

/// The parent's side of the wall: runs a child of the same program that looks at a video, and takes over its lines.
///
/// Nothing the child does can end, hang or flood the parent: what it says is bounded and of plain characters, its complaints
/// are kept aside, its silence has a limit, and every way it can end maps to one `Failure` in the parent's own words.
package struct ConfinedProcess: Sendable {
    /// What the parent puts up with.
    package struct Bounds: Sendable, Equatable {
        /// A line of 33 landmarks takes about 3,000 bytes.
        package var maximumLineBytes = 65_536
        /// 20 minutes at 240 pictures a second, and some.
        package var maximumLines = 300_000
        package var maximumBytes = 1 << 30
        /// Longest time between two signs of life, in seconds.
        package var stallSeconds = 60.0
        /// Longest time altogether, in seconds.
        package var deadlineSeconds = 7200.0

        package init() {}
    }

    /// The program; by default the one that runs.
    package var executable = "/proc/self/exe"
    /// What follows the program's name.
    package var arguments: [String]
    package var bounds = Bounds()
    /// The refusals the child may answer with; it says a code, and the failure here with that code is thrown. `.unavailable`
    /// ones are for what it finds missing before it looks at the video.
    package var refusals: [Failure] = []
    /// Gets one description of how the child ended and the last 4 KiB of its standard error, as printable ASCII. For debug
    /// logs only.
    package var debugLog: @Sendable (String) -> Void = { _ in }

    package init(arguments: [String]) {
        self.arguments = arguments
    }

    /// Runs the child to its end, which has always come when this returns or throws: it leaves no process and no descriptor.
    ///
    /// Blocks the calling thread, which must stay until the end because the child dies with it.
    /// - Parameters:
    ///   - input: the child's standard input: the video, open for reading at its beginning. Stays open.
    ///   - onLine: gets each line, printable ASCII without backslash or line feed. What it throws ends the child.
    /// - Throws: what `refusals` holds, `.invalid` for a video that the child could not bear, `.cancelled`, `.unavailable`
    ///   where no process could be started, and what `onLine` throws.
    package func run(
        input: CInt, cancellation: Cancellation? = nil, onLine: ([UInt8]) throws(Failure) -> Void
    ) throws(Failure) {
        try cancellation?.check()
        var child = try ConfinedChild.start(executable: executable, arguments: arguments, input: input)
        let ending: ConfinedEnding
        do {
            ending = try follow(&child, cancellation, onLine)
        } catch {
            child.end()
            throw error
        }
        debugLog("\(ending); stderr: \(child.complaints)")
        if let failure = ending.failure(refusals: refusals) { throw failure }
    }

    private func follow(
        _ child: inout ConfinedChild, _ cancellation: Cancellation?, _ onLine: ([UInt8]) throws(Failure) -> Void
    ) throws(Failure) -> ConfinedEnding {
        let clock = SuspendingClock()
        let deadline = clock.now + .seconds(bounds.deadlineSeconds)
        var silence = clock.now + .seconds(bounds.stallSeconds)
        var lines = ConfinedLines(bounds: bounds)

        while true {
            let patience = min(deadline, silence) - clock.now
            let heard = child.listen(cancellation: cancellation, patience: patience)
            try cancellation?.check()
            switch heard {
            case .nothing:
                guard clock.now >= min(deadline, silence) else { continue }
                child.end()
                return .late
            case .complaint:
                continue
            case .output(let bytes):
                let received: [[UInt8]]
                do {
                    received = try bytes.withUnsafeBytes { (buffer) throws(ConfinedLines.Violation) in
                        try lines.receive(buffer)
                    }
                } catch {
                    child.end()
                    return .garbled
                }
                for line in received { try onLine(line) }
                silence = clock.now + .seconds(bounds.stallSeconds)
                if clock.now >= deadline {
                    child.end()
                    return .late
                }
            case .end:
                return .ended(status: child.end(), lastLine: lines.ending)
            }
        }
    }
}
