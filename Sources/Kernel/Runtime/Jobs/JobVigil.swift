import Base

/// Which claims of others are given up: those whose row stayed as it was for a whole term by this program's own clock that only goes
/// forward. What other machines' clocks wrote into the rows is compared with itself alone, so no clock that jumps, here or there,
/// takes a job from whoever is at it, or keeps one from everybody.
package struct JobVigil: Sendable {
    private struct Sighting {
        let claim: StrangersClaim
        let since: Duration
    }

    private let term: Duration
    private var seen: [JobClaim: Sighting] = [:]

    package init(term: Duration) {
        self.term = term
    }

    /// Notes how the rows stand, and returns those that did not move.
    package mutating func look(at claims: [StrangersClaim], _ elapsed: Duration) -> [StrangersClaim] {
        var next: [JobClaim: Sighting] = [:]
        for claim in claims {
            let before = seen[claim.claim]
            next[claim.claim] = before?.claim == claim ? before : Sighting(claim: claim, since: elapsed)
        }
        seen = next
        return seen.values.filter { elapsed - $0.since >= term }.map(\.claim)
    }
}
