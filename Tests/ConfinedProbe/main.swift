// A program that misbehaves on request behind the walls, for the tests of the walls. Only the tests run it.
//
//     ConfinedProbe child WALLS MISDEED [ARGUMENT]   puts up the walls (the raw value of the option set), then tries
//     ConfinedProbe audit                            runs such children and counts what they leave behind
//     ConfinedProbe interrupted                      runs a silent child until a signal comes
import Base
import Glibc
import Vision

let arguments = Array(CommandLine.arguments.dropFirst())
var output = ConfinedOutput()

switch arguments.first {
case "child":
    let walls = Confinement.Walls(rawValue: UInt8(arguments[1]) ?? 0)
    let limits = Confinement.Limits(dataBytes: 200_000_000, cpuSeconds: 1)
    // Known before the walls hide it.
    let parent = getppid()
    let standing = walls.isEmpty ? [] : try Confinement.enter(limits, walls: walls)
    try output.write(line: "walls \(standing.rawValue)".utf8)
    let misdeed = Misdeed(argument: arguments.count > 3 ? arguments[3] : "", parent: parent)
    for line in try misdeed.commit(arguments[2]) { try output.write(line: line.utf8) }
case "audit":
    for line in try audit() { try output.write(line: line.utf8) }
case "interrupted":
    let cancellation = try Cancellation.byInterrupts()
    do throws(Failure) {
        try silentChild().run(input: STDIN_FILENO, cancellation: cancellation) { line throws(Failure) in
            // The child is at work: whoever reads this may interrupt.
            if line.starts(with: "pid".utf8) { try output.write(line: "parent \(getpid())".utf8) }
        }
    } catch {
        try output.write(line: "\(error.code) \(cancellation.signal ?? 0) \(childrenLeft())".utf8)
    }
default:
    exit(EX_USAGE)
}
try output.end()
