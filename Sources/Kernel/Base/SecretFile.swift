import Glibc

extension Secret {
    /// The most a file with a secret may hold.
    package static let mostFileBytes = 65_536

    /// From a file that only its owner may read and write: this program's user or root.
    ///
    /// `droppingLineEnd`: one line end after the text is the editor's, not part of a password; say false for raw keys.
    /// Throws `Failure`: `.unavailable` where there is no such file or it may not be read, `.invalid` where others may read
    /// or write it, or it is empty, too large or no file.
    package init(file path: String, droppingLineEnd: Bool = true) throws(Failure) {
        do {
            let file = try PrivateFile(path, links: .followed, atMost: Self.mostFileBytes)
            try self.init(count: file.room) { buffer throws(PrivateFile.Fault) in
                var filled = try file.fill(buffer)
                if droppingLineEnd {
                    if filled > 0, buffer[filled - 1] == UInt8(ascii: "\n") { filled -= 1 }
                    if filled > 0, buffer[filled - 1] == UInt8(ascii: "\r") { filled -= 1 }
                }
                return filled
            }
        } catch {
            switch error {
            case .refused(let number): throw unreadable(path, number)
            case .notAFile: throw notAFile(path)
            case .tooOpen(let mode): throw tooOpen(path, mode)
            case .foreign: throw foreign(path)
            case .tooLarge: throw wrongSize(path)
            }
        }
        guard byteCount > 0 else { throw wrongSize(path) }
    }
}

private func unreadable(_ path: String, _ code: Int32) -> Failure {
    let reason = String(cString: strerror(code))
    return Failure(
        .unavailable, "secret_file_unreadable",
        Text(
            es: "No se puede leer el archivo del secreto \(path) (\(reason)): cree el archivo o corrija la ruta y los permisos.",
            en: "The secret's file \(path) cannot be read (\(reason)): create it, or correct the path and its permissions."))
}

private func notAFile(_ path: String) -> Failure {
    Failure(
        .invalid, "secret_file_not_a_file",
        Text(
            es: "\(path) no es un archivo: indique el archivo que contiene el secreto.",
            en: "\(path) is not a file: name the file that holds the secret."))
}

private func tooOpen(_ path: String, _ mode: UInt32) -> Failure {
    let octal = String(mode, radix: 8)
    return Failure(
        .invalid, "secret_file_too_open",
        Text(
            es: "Otras personas pueden leer o cambiar el archivo del secreto \(path) (modo \(octal)): ejecute chmod 600 \(path).",
            en: "Others may read or change the secret's file \(path) (mode \(octal)): run chmod 600 \(path)."))
}

private func foreign(_ path: String) -> Failure {
    Failure(
        .invalid, "secret_file_foreign",
        Text(
            es: "El archivo del secreto \(path) pertenece a otro usuario: cámbielo con chown al usuario del programa.",
            en: "The secret's file \(path) belongs to another user: give it to the program's user with chown."))
}

private func wrongSize(_ path: String) -> Failure {
    Failure(
        .invalid, "secret_file_size",
        Text(
            es: "El archivo del secreto \(path) está vacío o pasa de 64 KiB: escriba en él solo el secreto.",
            en: "The secret's file \(path) is empty or larger than 64 KiB: write only the secret into it."))
}
