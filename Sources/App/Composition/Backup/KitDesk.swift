import Backup
import Base
import Foundation
import Keys
import Store

/// The recovery kit on this machine: written when there is none, shown until the operator has confirmed having it, destroyed then.
struct KitDesk {
    let office: BackupOffice

    init(_ office: BackupOffice) { self.office = office }

    init(_ office: RecordOffice) {
        self.office = BackupOffice(
            database: office.database, keyring: office.keyring, root: office.root, installation: office.installation, world: office.world,
            data: office.data)
    }

    var textPath: String { office.data + "/recovery-kit.txt" }
    var picturePath: String { office.data + "/recovery-kit.svg" }
    private var confirmationPath: String { office.keyring.folder.path + "/kit" }

    /// Where the kit stands.
    enum Standing: Equatable {
        /// Nobody confirmed having it; its files are on the machine.
        case written
        /// Nobody confirmed having it, and there are no files.
        case missing
        case confirmed(at: String)
    }

    /// Writes the kit where nobody has confirmed one and there is none: to be called at each start, and before a backup.
    func prepare() async throws {
        let kit = try await office.kit()
        guard try standing(of: kit) == .missing else { return }
        try write(kit)
        Terminal.complain(
            Text(
                es:
                    "Se escribió el equipo de recuperación en \(textPath) y \(picturePath): imprímalo, guárdelo fuera de esta máquina y ejecute «zancada kit confirm».",
                en:
                    "The recovery kit was written to \(textPath) and \(picturePath): print it, keep it off this machine and run 'zancada kit confirm'."
            ))
    }

    func write(_ kit: RecoveryKit) throws {
        let page = KitPage(kit, installation: office.installation.id.description, at: office.world.now())
        // The text last: where it is there, both are.
        try PrivateFiles.write(Array(try page.svg().utf8), to: picturePath)
        try PrivateFiles.write(Array(page.text.utf8), to: textPath)
    }

    func standing(of kit: RecoveryKit) throws -> Standing {
        if let bytes = FileManager.default.contents(atPath: confirmationPath), let json = try? JSON.parse(Array(bytes)),
            json["kit"]?.string == kit.title, let at = json["confirmed_at"]?.string
        {
            return .confirmed(at: at)
        }
        guard let written = FileManager.default.contents(atPath: textPath),
            let standing = try? KitText.read(String(decoding: written, as: UTF8.self)), standing.name == kit.name
        else { return .missing }
        return .written
    }

    func confirm(_ kit: RecoveryKit) throws {
        var json = JSONWriter()
        json.object { json in
            json.member("kit", kit.title)
            json.member("confirmed_at", office.world.now())
        }
        json.endLine()
        try PrivateFiles.write(json.bytes, to: confirmationPath)
        for path in [textPath, picturePath] { try PrivateFiles.destroy(path) }
    }

    /// Throws `Failure(.conflict, "kit_unconfirmed")` until somebody has confirmed having the kit.
    func requireConfirmed(_ kit: RecoveryKit) throws {
        if case .confirmed = try standing(of: kit) {
            // A confirmation that was killed may have left them.
            for path in [textPath, picturePath] { try PrivateFiles.destroy(path) }
            return
        }
        throw Failure(
            .conflict, "kit_unconfirmed",
            Text(
                es:
                    "Nadie ha confirmado tener el equipo de recuperación \(kit.title), y sin él una copia no sirve: imprima \(textPath) y ejecute «zancada kit confirm».",
                en:
                    "Nobody has confirmed having the recovery kit \(kit.title), without which a backup is worth nothing: print \(textPath) and run 'zancada kit confirm'."
            ))
    }
}
