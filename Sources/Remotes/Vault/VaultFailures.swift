import Base

/// What can be wrong with the transit engine. No sentence holds the token.
extension Failure {
    static let vaultAddressInvalid = Failure(
        .invalid, "vault_address",
        Text(
            es: "La dirección del motor de cifrado no sirve: escriba https://servidor:puerto/montaje/clave, sin usuario ni consulta.",
            en: "The transit engine's address cannot be used: write https://host:port/mount/key, without user or query."))

    static func vaultInClear(_ host: String) -> Failure {
        Failure(
            .invalid, "vault_in_clear",
            Text(
                es: "El motor de cifrado \(host) recibiría el token sin cifrar por la red: use https en keys.root.",
                en: "The transit engine \(host) would get the token over the network in clear: use https in keys.root."))
    }

    static let vaultNameInvalid = Failure(
        .invalid, "vault_name",
        Text(
            es: "El montaje y la clave de keys.root deben tener de 1 a 64 letras sin acentos, cifras, guiones o guiones bajos.",
            en: "The mount and key of keys.root must have 1 to 64 plain letters, digits, hyphens or underscores."))

    static let vaultDeadline = Failure(
        .deadlineExceeded, "vault_deadline",
        Text(
            es: "El motor de cifrado no respondió a tiempo: compruebe que funciona y que se llega a él.",
            en: "The transit engine did not answer in time: check that it runs and can be reached."))

    static func vaultUnreachable(_ host: String, code: Int) -> Failure {
        Failure(
            .unavailable, "vault_unreachable",
            Text(
                es: "No se llega al motor de cifrado \(host) (código \(code)): compruebe la dirección, la red y su certificado.",
                en: "The transit engine \(host) cannot be reached (code \(code)): check the address, the network and its certificate."))
    }

    static let vaultDenied = Failure(
        .unavailable, "vault_denied",
        Text(
            es: "El motor de cifrado no acepta el token: renuévelo, o permítale usar la clave (encrypt, decrypt y leer keys).",
            en: "The transit engine does not accept the token: renew it, or allow it to use the key (encrypt, decrypt and read keys)."))

    static func vaultNoKey(_ mount: String, _ key: String) -> Failure {
        Failure(
            .unavailable, "vault_no_key",
            Text(
                es: "El motor de cifrado no tiene la clave \(key) en \(mount): créela, o corrija keys.root.",
                en: "The transit engine has no key \(key) at \(mount): create it, or correct keys.root."))
    }

    static let vaultSealed = Failure(
        .unavailable, "vault_sealed",
        Text(
            es: "El motor de cifrado está sellado o en mantenimiento: ábralo (unseal) e inténtelo de nuevo.",
            en: "The transit engine is sealed or in maintenance: unseal it and try again."))

    static func vaultStatus(_ status: Int) -> Failure {
        Failure(
            .unavailable, "vault_status",
            Text(
                es: "El motor de cifrado respondió con el estado \(status): mire su registro e inténtelo de nuevo.",
                en: "The transit engine answered with status \(status): look at its log and try again."))
    }

    static let vaultAnswer = Failure(
        .fault, "vault_answer",
        Text(
            es: "La respuesta del motor de cifrado no se entiende: compruebe que keys.root es la dirección de un Vault u OpenBao.",
            en: "The transit engine's answer makes no sense: check that keys.root is the address of a Vault or OpenBao."))
}
