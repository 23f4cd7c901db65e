/// How carefully a field is treated. The order counts.
package enum Classification: String, Hashable, Sendable, CaseIterable, Comparable {
    /// Anyone may know it.
    case `public`
    /// Anyone in the organisation.
    case `internal`
    /// Who cares for the person.
    case confidential
    /// Who must have it, named one by one.
    case secret

    private var rank: Int {
        switch self {
        case .public: 0
        case .internal: 1
        case .confidential: 2
        case .secret: 3
        }
    }

    package static func < (one: Classification, other: Classification) -> Bool { one.rank < other.rank }
}

/// Which fields of a record a caller does not get to see, though they may see the record. What no grant shows is hidden.
package struct FieldMask: Hashable, Sendable {
    /// What one met grant shows. A field is shown where one of them shows it.
    private struct View: Hashable, Sendable {
        let limit: Classification
        let hidden: Set<String>
    }

    private let views: [View]

    /// Hides every field.
    package static let everything = FieldMask(of: [])

    init(of grants: [AccessRule.Grant]) {
        var views: [View] = []
        for grant in grants {
            let view = View(limit: grant.limit, hidden: grant.hidden)
            if !views.contains(view) { views.append(view) }
        }
        self.views = views
    }

    /// Cost: some comparisons.
    package func hides(_ field: String, _ classification: Classification) -> Bool {
        !views.contains { classification <= $0.limit && !$0.hidden.contains(field) }
    }

    /// The names of those that are hidden, in the order given.
    package func hidden(among fields: [(name: String, classification: Classification)]) -> [String] {
        fields.filter { hides($0.name, $0.classification) }.map(\.name)
    }

    /// Whether nothing is hidden of a record whose fields are classified up to `highest`: it can be sent as it was kept.
    package func showsAll(upTo highest: Classification) -> Bool { views.contains { $0.hidden.isEmpty && highest <= $0.limit } }
}
