import Base
import Foundation

/// A file that appears under its name once it is whole, and never in the place of another.
final class NewFile {
    private let path: String
    private let partial: String
    private let file: OutputFile
    private var isPublished = false

    /// Throws `Failure(.cannotCreate)` where there is a file of that name already, or none can be made there.
    init(_ name: String) throws(Failure) {
        let path = Seat.current.path(name)
        let url = URL(fileURLWithPath: path)
        guard !name.isEmpty, !path.hasSuffix("/"), !FileManager.default.fileExists(atPath: path) else { throw Self.isTaken(name) }
        self.path = path
        partial = url.deletingLastPathComponent().path + "/.\(url.lastPathComponent).partial-\(getpid())"
        do { file = try OutputFile(partial, showing: name) } catch { throw Self.cannotBeMade(name) }
    }

    deinit { if !isPublished { unlink(partial) } }

    func append(_ bytes: [UInt8]) throws(Failure) { try file.append(bytes) }

    /// Gives it its name. Throws where somebody else took that meanwhile.
    func publish() throws(Failure) {
        try file.close()
        guard link(partial, path) == 0 else { throw errno == EEXIST ? Self.isTaken(path) : Self.cannotBeMade(path) }
        unlink(partial)
        isPublished = true
    }

    private static func isTaken(_ path: String) -> Failure {
        Failure(
            .cannotCreate, "output_file_taken",
            Text(
                es: "«\(path)» ya existe o no es el nombre de un archivo: elija otro con --output.",
                en: "'\(path)' is there already, or is not the name of a file: choose another with --output."))
    }

    private static func cannotBeMade(_ path: String) -> Failure {
        Failure(
            .cannotCreate, "output_file",
            Text(
                es: "No se puede crear el archivo «\(path)»: elija otra carpeta con --output.",
                en: "The file '\(path)' cannot be made: choose another folder with --output."))
    }
}
