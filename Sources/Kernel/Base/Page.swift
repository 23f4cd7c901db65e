/// A part of a list, and where the next part begins. Lists are never sent whole.
package struct Page<Item> {
    package let items: [Item]
    /// For the next request; nil after the last page.
    package let next: Cursor?

    package init(items: [Item], next: Cursor?) {
        self.items = items
        self.next = next
    }

    /// From what was fetched with `request.rowsToFetch` as its bound: the one row too many tells that there is more.
    ///
    /// `cursor` says where the page after an item begins.
    package init(fetched: [Item], for request: PageRequest, cursor: (Item) -> Cursor) {
        items = Array(fetched.prefix(request.limit))
        next = fetched.count > request.limit ? items.last.map(cursor) : nil
    }

    package func map<Other, Thrown: Error>(_ transform: (Item) throws(Thrown) -> Other) throws(Thrown) -> Page<Other> {
        Page<Other>(items: try items.map(transform), next: next)
    }
}

extension Page: Sendable where Item: Sendable {}
extension Page: Equatable where Item: Equatable {}
extension Page: Hashable where Item: Hashable {}

/// Which part of a list is asked for.
package struct PageRequest: Sendable, Hashable {
    package static let limits = 1...200
    package static let usualLimit = 50

    /// How many items at most; within `limits`.
    package let limit: Int
    /// From the page before; nil for the first.
    package let after: Cursor?

    /// Throws `Failure(.invalid)` for a limit out of `limits`.
    package init(limit: Int = usualLimit, after: Cursor? = nil) throws(Failure) {
        guard Self.limits.contains(limit) else {
            let (least, most) = (Self.limits.lowerBound, Self.limits.upperBound)
            throw Failure(
                .invalid, "page_limit",
                Text(
                    es: "Una página tiene de \(least) a \(most) elementos: pida un número entre ambos.",
                    en: "A page has \(least) to \(most) items: ask for a number between them."))
        }
        self.limit = limit
        self.after = after
    }

    /// One more than the limit, which tells whether there is another page.
    package var rowsToFetch: Int { limit + 1 }
}
