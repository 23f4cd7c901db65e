import Base
import Glibc

/// What can be wrong with a folder of blobs.
extension Failure {
    static func blobFolderIsNone(_ path: String) -> Failure {
        Failure(
            .invalid, "blob_folder_is_none",
            Text(es: "\(path) no es una carpeta: indique una carpeta.", en: "\(path) is not a folder: name a folder."))
    }

    static func blobFolderMissing(_ path: String) -> Failure {
        Failure(
            .notFound, "blob_folder_missing",
            Text(
                es: "No hay una carpeta \(path): revise la ruta, o conecte el disco.",
                en: "There is no folder \(path): check the path, or connect the disk."))
    }

    static func blobNotWritten(_ path: String, _ number: Int32) -> Failure {
        if [ENOSPC, EDQUOT, EFBIG].contains(number) {
            return Failure(
                .cannotCreate, "blob_store_full",
                Text(
                    es: "No queda sitio en \(path): libere espacio o use otra carpeta; lo que ya había sigue entero.",
                    en: "There is no room left at \(path): free some or use another folder; what was there before is whole."))
        }
        let reason = String(cString: strerror(number))
        return Failure(
            [EACCES, EPERM, EROFS, ENOENT].contains(number) ? .cannotCreate : .inputOutput, "blob_not_written",
            Text(
                es: "No se puede escribir en \(path) (\(reason)): revise la carpeta, sus permisos y el disco.",
                en: "\(path) cannot be written (\(reason)): check the folder, its permissions and the disk."))
    }

    static func blobNotRead(_ path: String, _ number: Int32) -> Failure {
        let reason = String(cString: strerror(number))
        return Failure(
            .inputOutput, "blob_not_read",
            Text(
                es: "No se puede leer \(path) (\(reason)): revise la carpeta, sus permisos y el disco.",
                en: "\(path) cannot be read (\(reason)): check the folder, its permissions and the disk."))
    }
}
