import Access
import Base

/// Somebody in the demonstration: nobody, and their name says so.
struct DemoPerson: Sendable {
    let address: String
    let name: String
    let role: RoleName
    /// As whom one signs in who wants to look.
    let title: Text

    static let patients = (1...DemoHistory.patients).map { number in
        DemoPerson(
            address: number == 1 ? "paciente@demo.example" : "paciente\(number)@demo.example",
            name: number == 1 ? "Paciente de demostración" : "Paciente de demostración \(number)", role: "patient",
            title: Text(es: number == 1 ? "paciente" : "paciente \(number)", en: number == 1 ? "patient" : "patient \(number)"))
    }
    static let coach = DemoPerson(
        address: "entrenador@demo.example", name: "Entrenador de demostración", role: "coach", title: Text(es: "entrenador", en: "coach"))
    static let physician = DemoPerson(
        address: "medica@demo.example", name: "Médica de demostración", role: "physician", title: Text(es: "médica", en: "physician"))
    static let administrator = DemoPerson(
        address: "administracion@demo.example", name: "Administración de demostración", role: "organisation_admin",
        title: Text(es: "administración", en: "administrator"))

    static let all = patients + [coach, physician, administrator]
    /// Those who are named where one is told how to sign in.
    static let shown = [patients[0], coach, physician, administrator]
}
