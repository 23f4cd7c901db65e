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
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw unreadable(path, errno) }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw unreadable(path, errno) }
        guard status.st_mode & S_IFMT == S_IFREG else { throw notAFile(path) }
        guard status.st_mode & 0o077 == 0 else { throw tooOpen(path, status.st_mode & 0o777) }
        guard status.st_uid == geteuid() || status.st_uid == 0 else { throw foreign(path) }
        guard status.st_size <= Self.mostFileBytes else { throw wrongSize(path) }
        // One byte more shows a file that grew since.
        try self.init(count: Int(status.st_size) + 1) { buffer throws(Failure) in
            var filled = 0
            while filled < buffer.count {
                let got = read(descriptor, buffer.baseAddress?.advanced(by: filled), buffer.count - filled)
                if got == 0 { break }
                guard got > 0 else {
                    if errno == EINTR { continue }
                    throw unreadable(path, errno)
                }
                filled += got
            }
            guard filled < buffer.count else { throw wrongSize(path) }
            if droppingLineEnd {
                if filled > 0, buffer[filled - 1] == UInt8(ascii: "\n") { filled -= 1 }
                if filled > 0, buffer[filled - 1] == UInt8(ascii: "\r") { filled -= 1 }
            }
            guard filled > 0 else { throw wrongSize(path) }
            return filled
        }
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

private func tooOpen(_ path: String, _ mode: mode_t) -> Failure {
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
