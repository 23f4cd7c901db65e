import Base
import Gateway
import Keys

extension ReadyCondition {
    /// Where there are organisations, the root key that opens theirs is there.
    static func keys(_ office: RecordOffice) -> ReadyCondition {
        ReadyCondition("keys") {
            do {
                if try !office.root.folder.organisations().isEmpty { _ = try office.root.presentNames() }
                return nil
            } catch {
                let failure = error as? Failure
                return Lack(
                    failure?.code ?? "keys",
                    failure?.message
                        ?? Text(
                            es: "No se pueden leer las claves: compruebe la carpeta de claves.",
                            en: "The keys cannot be read: check the folder of keys."))
            }
        }
    }
}
