import Base

/// A kind of work and what it allows. Roles are data: the kernel names those that every organisation has, features add
/// permissions to them (`RoleExtension`) and roles of their own.
package struct Role: Hashable, Sendable {
    package let name: RoleName
    /// As a page shows it.
    package let title: Text
    /// Roles whose permissions this one has too, and theirs in turn.
    package let includes: Set<RoleName>
    /// Its own.
    package let permissions: Set<Permission>

    package init(_ name: RoleName, _ title: Text, includes: Set<RoleName> = [], permissions: Set<Permission> = []) {
        self.name = name
        self.title = title
        self.includes = includes
        self.permissions = permissions
    }

    /// Those of every organisation, and the operator of the machine, who belongs to none. Without permissions: each feature
    /// brings what its records need.
    package static let standard: [Role] = [
        // Whoever has an account and is nothing more yet.
        Role("guest", Text(es: "invitado", en: "guest")),
        Role("patient", Text(es: "paciente", en: "patient"), includes: ["guest"]),
        Role("caregiver", Text(es: "cuidador", en: "caregiver"), includes: ["guest"]),
        Role("field_agent", Text(es: "agente de campo", en: "field agent"), includes: ["guest"]),
        Role("coach", Text(es: "entrenador", en: "coach"), includes: ["guest"]),
        Role("therapist", Text(es: "terapeuta", en: "therapist"), includes: ["guest"]),
        Role("physician", Text(es: "médico", en: "physician"), includes: ["therapist"]),
        Role("coordinator", Text(es: "coordinador", en: "coordinator"), includes: ["field_agent"]),
        Role("organisation_admin", Text(es: "administrador de la organización", en: "organisation administrator"), includes: ["guest"]),
        Role("auditor", Text(es: "auditor", en: "auditor"), includes: ["guest"]),
        Role("operator", Text(es: "operador de la instalación", en: "operator of the installation")),
    ]
}

/// What a feature adds to a role that others declared.
package struct RoleExtension: Hashable, Sendable {
    package let role: RoleName
    package let includes: Set<RoleName>
    package let permissions: Set<Permission>

    package init(_ role: RoleName, includes: Set<RoleName> = [], permissions: Set<Permission> = []) {
        self.role = role
        self.includes = includes
        self.permissions = permissions
    }
}
