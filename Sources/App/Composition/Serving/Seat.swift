import Base
import Foundation

/// Where a command reads and writes, and in which language: this process's own terminal, or that of another process which asked
/// this one, a program that serves, to run its command (`ControlSocket`).
struct Seat: Sendable {
    let input: Int32
    let output: Int32
    let errors: Int32
    /// The folder from which names of files are meant.
    let folder: String
    let language: Language

    @TaskLocal static var current = Seat.own

    /// This process's.
    static let own = Seat(
        input: STDIN_FILENO, output: STDOUT_FILENO, errors: STDERR_FILENO, folder: FileManager.default.currentDirectoryPath,
        language: .ofCommandLine)

    /// The whole path of a file's name.
    func path(_ name: String) -> String { name.hasPrefix("/") ? name : "\(folder)/\(name)" }
}
