import Base

/// JSON Merge Patch (RFC 7396): a document in the form of what it changes, in which null removes.
package enum MergePatch {
    package static let mediaType = "application/merge-patch+json"

    /// The target with the patch applied (RFC 7396, section 2). Members keep the target's order, new ones follow in the patch's.
    /// Cost: linear in the members of the patch times those of the objects they stand in.
    package static func apply(_ patch: JSON, to target: JSON?) -> JSON {
        guard let changes = patch.object else { return patch }
        var members = target?.object?.members ?? []
        for change in changes.members {
            let index = members.firstIndex { $0.name == change.name }
            if change.value.isNull {
                if let index { members.remove(at: index) }
                continue
            }
            let value = apply(change.value, to: index.map { members[$0].value })
            if let index { members[index] = .init(change.name, value) } else { members.append(.init(change.name, value)) }
        }
        return .object(JSON.Object(members))
    }
}
