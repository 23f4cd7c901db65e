import Base

/// What can be wrong with backups. No sentence holds a key or what a backup holds.
extension Failure {
    static func noBackups(_ place: String) -> Failure {
        Failure(
            .notFound, "no_backups",
            Text(
                es: "No hay copias en \(place): revise la carpeta, o haga una con «zancada backup».",
                en: "There are no backups at \(place): check the folder, or make one with 'zancada backup'."))
    }

    static func noSuchBackup(_ id: String, _ place: String) -> Failure {
        Failure(
            .notFound, "no_such_backup",
            Text(
                es: "No hay una copia \(id) en \(place): «zancada backup list» las nombra.",
                en: "There is no backup \(id) at \(place): 'zancada backup list' names them."))
    }

    static func backupRunning(_ place: String) -> Failure {
        Failure(
            .conflict, "backup_running",
            Text(
                es: "Otro proceso está escribiendo en \(place); no se hizo nada: espere a que termine.",
                en: "Another process is writing to \(place); nothing was done: wait until it has finished."))
    }

    static func backupFolderForeign(_ place: String) -> Failure {
        Failure(
            .invalid, "backup_folder_foreign",
            Text(
                es: "\(place) guarda las copias de otra instalación; no se tocó: indique otra carpeta.",
                en: "\(place) holds the backups of another installation and was left alone: name another folder."))
    }

    static func tooManyBackups(_ count: Int) -> Failure {
        Failure(
            .overloaded, "too_many_backups",
            Text(
                es: "Hay \(count) copias en la carpeta: quite las antiguas con «zancada backup prune --keep N».",
                en: "There are \(count) backups in the folder: remove old ones with 'zancada backup prune --keep N'."))
    }

    static func backupUnreadable(_ id: String) -> Failure {
        Failure(
            .invalid, "backup_damaged",
            Text(
                es: "La lista de lo que contiene la copia \(id) está dañada: use otra copia («zancada backup list»).",
                en: "The list of what backup \(id) holds is damaged: use another backup ('zancada backup list')."))
    }

    static func backupChunkDamaged(_ id: String, chunk: Int, offset: Int) -> Failure {
        Failure(
            .invalid, "backup_chunk_damaged",
            Text(
                es:
                    "En la copia \(id) falta o está dañado el bloque \(chunk), desde el byte \(offset) de la base de datos: use otra copia; «zancada backup verify» dice cuáles están enteras.",
                en:
                    "In backup \(id) block \(chunk) is missing or damaged, from byte \(offset) of the database on: use another backup; 'zancada backup verify' says which are whole."
            ))
    }

    static func keyArchiveDamaged(_ segment: Int) -> Failure {
        Failure(
            .invalid, "key_archive_damaged",
            Text(
                es:
                    "El archivo de claves está dañado o cortado (parte \(segment)): si la instalación aún existe, «zancada backup» lo escribe de nuevo; si no, búsquelo en otra copia de la carpeta.",
                en:
                    "The key archive is damaged or cut short (part \(segment)): where the installation still stands, 'zancada backup' writes it anew; otherwise look for it in another copy of the folder."
            ))
    }

    /// `opened` and `needed` are titles of kits.
    static func recoveryKitWrong(_ title: String, needed: String) -> Failure {
        Failure(
            .invalid, "recovery_kit_wrong",
            Text(
                es: "El equipo de recuperación \(title) no abre estas copias; hace falta el \(needed): busque ese.",
                en: "The recovery kit \(title) does not open these backups; they need \(needed): look for that one."))
    }

    /// The archive is older than the one that stood there when the data were backed up.
    package static func keyArchiveTooOld(_ found: Int64, needed: Int64) -> Failure {
        Failure(
            .invalid, "key_archive_too_old",
            Text(
                es:
                    "El archivo de claves (n.º \(found)) es más antiguo que el que acompañaba a esta copia (n.º \(needed)): ponga en la carpeta el más nuevo, porque el antiguo no sabe a quién se borró después.",
                en:
                    "The key archive (no. \(found)) is older than the one that came with this backup (no. \(needed)): put the newest into the folder, for the older one does not know who was erased since."
            ))
    }
}

extension KitText.Fault {
    /// In a sentence. `path`: where it was read.
    package func failure(_ path: String) -> Failure {
        let message =
            switch self {
            case .notAKit:
                Text(
                    es: "\(path) no contiene un equipo de recuperación: escriba sus cinco líneas, o lo que da un lector de su código QR.",
                    en: "\(path) holds no recovery kit: write its five lines, or what a reader of its QR code gives.")
            case .unreadable(let line):
                Text(
                    es: "En la línea \(line) del equipo de recuperación sobra, falta o no se entiende un carácter: cópiela de nuevo.",
                    en: "Line \(line) of the recovery kit has a character too many, too few, or one that none can be: copy it again.")
            case .wrong(let line):
                Text(
                    es: "En la línea \(line) del equipo de recuperación hay un carácter equivocado o cambiado de sitio: cópiela de nuevo.",
                    en: "Line \(line) of the recovery kit has a character that is wrong or in another's place: copy it again.")
            case .missing(let line):
                Text(
                    es: "Falta la línea \(line) del equipo de recuperación: escriba las cinco.",
                    en: "Line \(line) of the recovery kit is missing: write all five.")
            case .mixed:
                Text(
                    es: "Las líneas son de dos equipos de recuperación distintos: use las de uno solo.",
                    en: "The lines are from two different recovery kits: use those of one.")
            }
        return Failure(.invalid, "recovery_kit_unreadable", message)
    }
}
