import Base

/// All roles of a program, each with everything it includes: flattened once, at start, so that asking costs a look-up.
package struct RoleBook: Sendable {
    private struct Entry {
        let title: Text
        /// Itself and every role that it includes, however far down.
        let roles: Set<RoleName>
        let permissions: Set<Permission>
    }

    private let entries: [RoleName: Entry]
    /// For each role itself and every one that includes it.
    private let including: [RoleName: Set<RoleName>]

    /// Throws a `Failure(.fault)` that names the place for a role declared twice, one that is included or extended and not
    /// declared, and roles that include one another in a circle: errors of whoever declared them, said at start.
    package init(_ roles: [Role] = Role.standard, extending extensions: [RoleExtension] = []) throws(Failure) {
        var declared: [RoleName: Role] = [:]
        for role in roles {
            guard declared.updateValue(role, forKey: role.name) == nil else { throw .roleTwice(role.name) }
        }
        for addition in extensions {
            guard let role = declared[addition.role] else { throw .unknownRole(addition.role) }
            declared[addition.role] = Role(
                role.name, role.title, includes: role.includes.union(addition.includes),
                permissions: role.permissions.union(addition.permissions))
        }
        var entries: [RoleName: Entry] = [:]
        for name in declared.keys.sorted() { try Self.flatten(name, declared, path: [], into: &entries) }
        self.entries = entries
        var including: [RoleName: Set<RoleName>] = [:]
        for (name, entry) in entries {
            for included in entry.roles { including[included, default: []].insert(name) }
        }
        self.including = including
    }

    private static func flatten(
        _ name: RoleName, _ declared: [RoleName: Role], path: [RoleName], into entries: inout [RoleName: Entry]
    ) throws(Failure) {
        guard entries[name] == nil else { return }
        if let start = path.firstIndex(of: name) { throw .roleCircle(path[start...] + [name]) }
        guard let role = declared[name] else { throw .unknownRole(name) }
        var roles: Set = [name]
        var permissions = role.permissions
        for included in role.includes.sorted() {
            try flatten(included, declared, path: path + [name], into: &entries)
            guard let entry = entries[included] else { continue }
            roles.formUnion(entry.roles)
            permissions.formUnion(entry.permissions)
        }
        entries[name] = Entry(title: role.title, roles: roles, permissions: permissions)
    }

    package var names: [RoleName] { entries.keys.sorted() }

    package func knows(_ role: RoleName) -> Bool { entries[role] != nil }

    /// The title of a role; its name where nobody declared it.
    package func title(of role: RoleName) -> Text { entries[role]?.title ?? Text(verbatim: role.text) }

    /// What a role allows, with all that it includes; nothing for an unknown one.
    package func permissions(of role: RoleName) -> Set<Permission> { entries[role]?.permissions ?? [] }

    /// The roles themselves, every one that they include, and what they allow together. A role that nobody declared is nothing: it
    /// gives no right. Nothing is copied where one role is asked for, which is what most callers have.
    func flattened(_ names: Set<RoleName>) -> (roles: Set<RoleName>, permissions: Set<Permission>) {
        var roles: Set<RoleName> = []
        var permissions: Set<Permission> = []
        for name in names {
            guard let entry = entries[name] else { continue }
            if roles.isEmpty {
                (roles, permissions) = (entry.roles, entry.permissions)
            } else {
                roles.formUnion(entry.roles)
                permissions.formUnion(entry.permissions)
            }
        }
        return (roles, permissions)
    }

    /// The roles whose holders count as holders of one of `roles`: these and all that include them.
    func roles(including roles: Set<RoleName>) -> Set<RoleName> {
        roles.reduce(into: []) { $0.formUnion(including[$1] ?? []) }
    }
}

extension Failure {
    fileprivate static func roleTwice(_ role: RoleName) -> Failure {
        Failure(
            .fault, "role_declared_twice",
            Text(
                es: "El rol «\(role)» está declarado dos veces: es un error del programa; amplíelo con RoleExtension.",
                en: "The role “\(role)” is declared twice: this is a fault of the program; extend it by a RoleExtension."))
    }

    fileprivate static func unknownRole(_ role: RoleName) -> Failure {
        Failure(
            .fault, "role_unknown",
            Text(
                es: "Se nombra el rol «\(role)», que nadie declara: es un error del programa; declárelo.",
                en: "The role “\(role)” is named and nobody declares it: this is a fault of the program; declare it."))
    }

    fileprivate static func roleCircle(_ path: [RoleName]) -> Failure {
        let names = path.map(\.text).joined(separator: " → ")
        return Failure(
            .fault, "role_circle",
            Text(
                es: "Los roles se incluyen en círculo (\(names)): es un error del programa; quite una de las inclusiones.",
                en: "Roles include one another in a circle (\(names)): this is a fault of the program; take one inclusion away."))
    }
}
