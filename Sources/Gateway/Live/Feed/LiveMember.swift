import Access
import Base
import NIOCore

/// A connection of this loop, looked after once a second. Lives on the loop.
protocol LiveMember: AnyObject {
    func tick(_ now: Duration)
    /// The token that is to be asked about now; nil for none.
    func dueToken() -> String?
    func recognised(_ token: String, _ outcome: Result<Standing, Failure>)
    /// The program ends.
    func leave()
}

/// One clock for all connections of the loop.
extension LiveHub {
    /// On the loop.
    func join(_ member: any LiveMember) {
        state.value.members[ObjectIdentifier(member)] = member
        guard state.value.sweep == nil else { return }
        state.value.sweep = loop.scheduleRepeatedTask(initialDelay: .seconds(1), delay: .seconds(1)) { [weak self] _ in self?.sweep() }
    }

    /// On the loop.
    func leave(_ member: any LiveMember) {
        state.value.members[ObjectIdentifier(member)] = nil
        guard state.value.members.isEmpty else { return }
        state.value.sweep?.cancel()
        state.value.sweep = nil
    }

    /// From any thread: the program ends.
    func endAll() {
        loop.execute { [self] in
            for member in state.value.members.values { member.leave() }
        }
    }

    private func sweep() {
        let now = feed.world.elapsed()
        var due: [(NIOLoopBound<MemberBox>, String)] = []
        for member in state.value.members.values {
            member.tick(now)
            if let token = member.dueToken() { due.append((NIOLoopBound(MemberBox(member), eventLoop: loop), token)) }
        }
        guard !due.isEmpty else { return }
        let (identity, loop, asked) = (feed.identity, loop, due)
        Task {
            for (member, token) in asked {
                let outcome: Result<Standing, Failure>
                do throws(Failure) { outcome = .success(try await identity.standing(token)) } catch { outcome = .failure(error) }
                loop.execute { member.value.member?.recognised(token, outcome) }
            }
        }
    }

    private final class MemberBox {
        weak var member: (any LiveMember)?

        init(_ member: any LiveMember) { self.member = member }
    }
}
