import Base
import Foundation

/// What can be wrong with the folder of keys and its files. No sentence holds a key.
extension Failure {
    static func keyFile(_ path: String, _ number: Int32) -> Failure {
        let reason = String(cString: strerror(number))
        return Failure(
            .inputOutput, "key_file",
            Text(
                es: "No se puede leer o escribir \(path) (\(reason)): corrija la ruta, los permisos o el disco y repita la orden.",
                en: "\(path) cannot be read or written (\(reason)): mend the path, its permissions or the disk and repeat the command."))
    }

    static func keyFileNotAFile(_ path: String) -> Failure {
        Failure(
            .invalid, "key_file_not_a_file",
            Text(
                es: "\(path) no es un archivo normal (quizá un enlace): ponga el archivo mismo en su lugar.",
                en: "\(path) is not a plain file (perhaps a link): put the file itself in its place."))
    }

    static func keyFileTooOpen(_ path: String, _ mode: UInt32) -> Failure {
        let octal = String(mode, radix: 8)
        return Failure(
            .invalid, "key_file_too_open",
            Text(
                es: "Otras personas pueden leer o cambiar \(path) (modo \(octal)): ejecute chmod 600 \(path).",
                en: "Others may read or change \(path) (mode \(octal)): run chmod 600 \(path)."))
    }

    static func keyFolderTooOpen(_ path: String, _ mode: UInt32) -> Failure {
        let octal = String(mode, radix: 8)
        return Failure(
            .invalid, "key_folder_too_open",
            Text(
                es: "Otras personas pueden entrar en la carpeta de claves \(path) (modo \(octal)): ejecute chmod 700 \(path).",
                en: "Others may enter the folder of keys \(path) (mode \(octal)): run chmod 700 \(path)."))
    }

    static func keyFileForeign(_ path: String) -> Failure {
        Failure(
            .invalid, "key_file_foreign",
            Text(
                es: "\(path) pertenece a otro usuario: cámbielo con chown al usuario del programa.",
                en: "\(path) belongs to another user: give it to the program's user with chown."))
    }

    static func keyFileDamaged(_ path: String) -> Failure {
        Failure(
            .invalid, "key_file_damaged",
            Text(
                es: "\(path) está dañado o no corresponde a ese lugar: recupérelo del archivo de claves más reciente.",
                en: "\(path) is damaged or does not belong in that place: restore it from the newest archive of keys."))
    }

    static func keyFolderBusy(_ path: String) -> Failure {
        Failure(
            .deadlineExceeded, "key_folder_busy",
            Text(
                es: "Otro proceso tiene bloqueada la carpeta de claves (\(path)); no se hizo nada: inténtelo de nuevo.",
                en: "Another process holds the lock of the folder of keys (\(path)); nothing was done: try again."))
    }

    static let organisationNameInvalid = Failure(
        .invalid, "organisation_name",
        Text(
            es: "El identificador de la organización debe tener de 1 a 64 letras sin acentos, cifras, guiones o guiones bajos.",
            en: "An organisation's identifier must have 1 to 64 plain letters, digits, hyphens or underscores."))

    static func epochExists(_ file: EpochFile) -> Failure {
        Failure(
            .conflict, "epoch_exists",
            Text(
                es: "La organización \(file.organisation) ya tiene la clave de la época \(file.epoch); no se cambió nada.",
                en: "The organisation \(file.organisation) already has the key of epoch \(file.epoch); nothing was changed."))
    }
}

/// What can be wrong with the root key.
extension Failure {
    static func rootKeyMissing(_ path: String) -> Failure {
        Failure(
            .unavailable, "root_key_missing",
            Text(
                es: "Falta la clave raíz \(path), y sin ella no se abre nada: recupérela del equipo de recuperación.",
                en: "The root key \(path) is missing, and nothing opens without it: restore it from the recovery kit."))
    }

    static func rootKeyExists(_ path: String) -> Failure {
        Failure(
            .conflict, "root_key_exists",
            Text(
                es: "Ya hay una clave raíz en \(path); no se cambió nada.",
                en: "There is a root key at \(path) already; nothing was changed."))
    }

    static func rootKeyLength(_ path: String, _ count: Int) -> Failure {
        Failure(
            .invalid, "root_key_length",
            Text(
                es: "La clave raíz \(path) tiene \(count) bytes y debe tener 32: recupérela del equipo de recuperación.",
                en: "The root key \(path) has \(count) bytes and must have 32: restore it from the recovery kit."))
    }

    /// Another root key wrapped what is to be opened.
    package static func rootKeyWrong(expected: String, found: String) -> Failure {
        Failure(
            .invalid, "root_key_wrong",
            Text(
                es:
                    "La clave raíz es otra (\(found)) que la que protege estas claves (\(expected)): use la clave raíz de esta instalación.",
                en:
                    "The root key is another (\(found)) than the one that protects these keys (\(expected)): use this installation's root key."
            ))
    }

    /// The root key is the right one and its wrapped bytes are not what they were.
    package static func rootKeyAltered(_ root: String) -> Failure {
        Failure(
            .invalid, "root_key_altered",
            Text(
                es:
                    "Una clave protegida por la clave raíz \(root) fue alterada o está en el lugar de otra: recupérela del archivo de claves.",
                en: "A key protected by the root key \(root) was altered or stands in another's place: restore it from the archive of keys."
            ))
    }

    /// The same of an epoch's file.
    static func rootKeyAltered(_ root: String, at path: String) -> Failure {
        Failure(
            .invalid, "root_key_altered",
            Text(
                es: "La clave de \(path), protegida por la clave raíz \(root), fue alterada o es de otro lugar: recupere ese archivo.",
                en: "The key in \(path), protected by the root key \(root), was altered or is another place's: restore that file."))
    }

    static func rootKeyUnwrapping(_ error: SealingError, _ root: String) -> Failure {
        switch error {
        // The name is part of the file, the commitment of the bytes: where they disagree the file was put together.
        case .wrongKey: .rootKeyWrong(expected: "?", found: root)
        case .malformed, .altered: .rootKeyAltered(root)
        }
    }
}
