import Base
import Store
import Synchronization

/// A piece of work and whoever waits for it. The caller is answered once: by the worker, by its cancellation, or when its
/// deadline passes.
final class Ticket: Watch, Sendable {
    /// What is to be done.
    enum Work: Sendable {
        /// One reading statement; the answer is read by the caller.
        case read(EncodedStatement)
        /// A closure in a transaction; what it returns it keeps itself.
        case transaction(isReading: Bool, body: @Sendable (borrowing Transaction) throws -> Void)
    }

    let work: Work
    let organisation: String?
    let staleness: Duration
    let refusesHiddenRows: Bool
    let isOneStatement: Bool
    let isQuiet: Bool
    let mayBeLost: Bool
    let isLong: Bool
    /// On the world's `elapsed`.
    let deadline: Duration

    private enum State {
        case fresh
        case cancelledBeforeStart
        case waiting(UnsafeContinuation<Answer?, any Error>)
        case running(UnsafeContinuation<Answer?, any Error>, Wakeup, isCancelled: Bool)
        case over
    }
    private let state = Mutex(State.fresh)
    /// Connections that were lost under it so far.
    private let losses = Atomic(0)

    /// Throws as `EncodedStatement.check` does for an organisation that cannot be sent: halfway through a batch it would be
    /// too late.
    init(_ work: Work, _ terms: Terms, now: Duration) throws(Failure) {
        if let organisation = terms.organisation { try EncodedStatement.check(organisation: organisation) }
        self.work = work
        organisation = terms.organisation
        staleness = terms.staleness
        isLong = terms.isLong
        refusesHiddenRows = terms.refusesHiddenRows
        isOneStatement = terms.isOneStatement
        isQuiet = terms.isQuiet
        mayBeLost = terms.mayBeLost
        deadline = now + max(terms.deadline, .zero)
    }

    /// From here on it waits in line. False where it was cancelled before: the caller has to be told.
    func start(_ continuation: UnsafeContinuation<Answer?, any Error>) -> Bool {
        state.withLock { state in
            guard case .fresh = state else { return false }
            state = .waiting(continuation)
            return true
        }
    }

    /// True where it was waiting in line, which it has left by this.
    func cancel() -> Bool {
        let (waiting, running) = state.withLock { state -> (UnsafeContinuation<Answer?, any Error>?, Wakeup?) in
            switch state {
            case .fresh:
                state = .cancelledBeforeStart
                return (nil, nil)
            case .waiting(let continuation):
                state = .over
                return (continuation, nil)
            case .running(let continuation, let wakeup, _):
                state = .running(continuation, wakeup, isCancelled: true)
                return (nil, wakeup)
            case .cancelledBeforeStart, .over: return (nil, nil)
            }
        }
        running?.signal()
        waiting?.resume(throwing: Failure.databaseCancelled)
        return waiting != nil
    }

    /// A worker takes it on; false where it is over already.
    func take(_ wakeup: Wakeup) -> Bool {
        state.withLock { state in
            guard case .waiting(let continuation) = state else { return false }
            state = .running(continuation, wakeup, isCancelled: false)
            return true
        }
    }

    /// Back to a queue. False where it was cancelled meanwhile, and has been told so.
    func putBack() -> Bool {
        let (isBack, cancelled) = state.withLock { state -> (Bool, UnsafeContinuation<Answer?, any Error>?) in
            guard case .running(let continuation, _, let isCancelled) = state else { return (false, nil) }
            state = isCancelled ? .over : .waiting(continuation)
            return (!isCancelled, isCancelled ? continuation : nil)
        }
        cancelled?.resume(throwing: Failure.databaseCancelled)
        return isBack
    }

    /// Answers the caller where it still waits in line, which it has left by this; false where it is at work or over.
    func abandon(_ failure: Failure) -> Bool {
        let continuation = state.withLock { state -> UnsafeContinuation<Answer?, any Error>? in
            guard case .waiting(let continuation) = state else { return nil }
            state = .over
            return continuation
        }
        continuation?.resume(throwing: failure)
        return continuation != nil
    }

    /// Answers the caller; nothing where it has its answer. True where this was the answer.
    @discardableResult
    func finish(_ result: Result<Answer?, any Error>) -> Bool {
        let continuation = state.withLock { state -> UnsafeContinuation<Answer?, any Error>? in
            switch state {
            case .waiting(let continuation), .running(let continuation, _, _):
                state = .over
                return continuation
            case .fresh, .cancelledBeforeStart, .over: return nil
            }
        }
        continuation?.resume(with: result)
        return continuation != nil
    }

    var isOver: Bool {
        state.withLock { if case .over = $0 { true } else { false } }
    }

    var isCancelled: Bool {
        state.withLock { if case .running(_, _, let isCancelled) = $0 { isCancelled } else { false } }
    }

    func interruption(at now: Duration) -> Failure? {
        if isCancelled { return .databaseCancelled }
        return now >= deadline ? .databaseDeadlineExceeded : nil
    }

    /// The caller need not wait for the server to break off what nobody wants any more.
    func isInterrupted(by failure: Failure) { finish(.failure(failure)) }

    /// Counts one connection lost under it; false where that was one too many.
    func survivesLoss() -> Bool { losses.add(1, ordering: .relaxed).newValue <= Self.mostLosses }

    /// A server that falls over at this very work must not be brought down by it again and again.
    private static let mostLosses = 3
}

/// First in, first out.
struct Line<Element> {
    private var elements: [Element?] = []
    private var head = 0

    var count: Int { elements.count - head }
    var isEmpty: Bool { count == 0 }

    mutating func append(_ element: Element) { elements.append(element) }

    /// Before all others: for what was taken already and comes back.
    mutating func prepend(_ element: Element) {
        if head > 0 {
            head -= 1
            elements[head] = element
        } else {
            elements.insert(element, at: 0)
        }
    }

    var first: Element? { isEmpty ? nil : elements[head] }

    mutating func removeFirst() -> Element? {
        guard !isEmpty else { return nil }
        let element = elements[head]
        elements[head] = nil
        head += 1
        if head > 64, 2 * head > elements.count {
            elements.removeFirst(head)
            head = 0
        }
        return element
    }

    mutating func removeAll(where isUnwanted: (Element) -> Bool) {
        elements = elements[head...].filter { $0.map { !isUnwanted($0) } ?? false }
        head = 0
    }

    func forEach(_ body: (Element) -> Void) {
        for element in elements[head...] { if let element { body(element) } }
    }
}
