import Base
import Glibc
import Vision

/// Runs children that end in every way and says what is left: descriptors before and after, and processes.
func audit() throws -> [String] {
    // The runtime opens some of its own at the first use.
    for misdeed in ["nothing", "hang"] { run(misdeed) }
    let before = openDescriptors()
    for misdeed in [
        "nothing", "read-input", "refuse", "escape", "flood", "endless-line", "crash", "trap", "abort", "hang",
        "hang-closed",
        "complain", "no-end",
    ] {
        run(misdeed)
    }
    var missing = ConfinedProcess(arguments: [])
    missing.executable = "/nonexistent/program"
    do throws(Failure) {
        try missing.run(input: STDIN_FILENO) { _ in }
        return ["a program that does not exist ran"]
    } catch {
        return ["descriptors \(before) \(openDescriptors())", "children \(childrenLeft())", error.code]
    }
}

func silentChild() -> ConfinedProcess { ConfinedProcess(arguments: ["child", "0", "hang"]) }

/// What `waitpid` says about children, zombies included: 0 where there are none.
func childrenLeft() -> Int {
    waitpid(-1, nil, WNOHANG) == -1 && errno == ECHILD ? 0 : 1
}

private func run(_ misdeed: String) {
    var process = ConfinedProcess(arguments: ["child", "0", misdeed])
    process.bounds.maximumBytes = 100_000
    process.bounds.maximumLineBytes = 1000
    process.bounds.stallSeconds = misdeed.hasPrefix("hang") ? 0.05 : 60
    do throws(Failure) { try process.run(input: STDIN_FILENO) { _ in } } catch {}
}

private func openDescriptors() -> Int {
    (0..<4096).filter { fcntl($0, F_GETFD) >= 0 }.count
}
