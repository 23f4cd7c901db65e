import Base

/// What an operator may decide about privacy.
package enum PrivacySettings {
    package static let emergencyMinutes = ConfigKey(
        "privacy.emergency_minutes", .integer(5...240), default: 60,
        Text(es: "Cuántos minutos dura un acceso de emergencia.", en: "How many minutes access in an emergency lasts."))

    package static let erasureDays = ConfigKey(
        "privacy.erasure_days", .integer(0...30), default: 14,
        Text(
            es: "Cuántos días hay para arrepentirse de haber pedido el borrado.",
            en: "How many days there are to think better of having asked to be erased."))

    static let declared = [emergencyMinutes.declaration, erasureDays.declaration]
}
