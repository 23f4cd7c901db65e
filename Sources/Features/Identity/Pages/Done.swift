import Base

/// What a form just did, said once above the page that comes next.
enum Done: String, CaseIterable {
    case signedOut = "signed_out"
    case passwordSet = "password_set"
    case passwordChanged = "password_changed"
    case profile
    case organisation
    case session
    case sessions
    case device
    case roles
    case removed
    case invited
    case withdrawn
    case related
    case unrelated
    case program
    case policy
    case factorAdded = "factor_added"
    case factorRenamed = "factor_renamed"
    case factorRemoved = "factor_removed"

    var notice: Text {
        switch self {
        case .signedOut: Text(es: "Cerró la sesión en este dispositivo.", en: "You signed out on this device.")
        case .passwordSet:
            Text(es: "Su contraseña nueva quedó guardada: entre con ella.", en: "Your new password was saved: sign in with it.")
        case .passwordChanged:
            Text(
                es: "Su contraseña cambió, y sus demás sesiones se cerraron.",
                en: "Your password was changed, and your other sessions were closed.")
        case .profile: Text(es: "Sus datos quedaron guardados.", en: "Your details were saved.")
        case .organisation: Text(es: "Ahora actúa en otra organización.", en: "You now act in another organisation.")
        case .session: Text(es: "La sesión se cerró.", en: "The session was closed.")
        case .sessions: Text(es: "Sus demás sesiones se cerraron.", en: "Your other sessions were closed.")
        case .device: Text(es: "La credencial ya no sirve.", en: "The credential is good no longer.")
        case .roles: Text(es: "Los roles quedaron guardados.", en: "The roles were saved.")
        case .removed: Text(es: "La persona ya no pertenece a la organización.", en: "The person belongs to the organisation no longer.")
        case .invited: Text(es: "La invitación va por correo.", en: "The invitation is on its way by mail.")
        case .withdrawn: Text(es: "La invitación ya no sirve.", en: "The invitation is good no longer.")
        case .related: Text(es: "Quedó anotado quién atiende a esta persona.", en: "It was noted who cares for this person.")
        case .unrelated:
            Text(es: "Desde ahora ya no ve los datos de esta persona.", en: "From now on they no longer see this person's data.")
        case .program: Text(es: "El programa ya no puede entrar.", en: "The program can come in no more.")
        case .factorAdded: Text(es: "Listo: ya puede usarlo como segundo paso.", en: "Done: you can use it as a second step now.")
        case .factorRenamed: Text(es: "El nombre quedó guardado.", en: "The name was saved.")
        case .factorRemoved: Text(es: "Se quitó: ya no sirve para entrar.", en: "It was removed: it is good for signing in no longer.")
        case .policy: Text(es: "Las reglas quedaron guardadas.", en: "The rules were saved.")
        }
    }
}
