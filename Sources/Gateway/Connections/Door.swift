import Base
import Glibc
import NIOCore
import NIOHTTP1
import Web

/// What the connections of one listener on one event loop share.
final class Door {
    let responder: Responder
    let loop: any EventLoop
    let executor: LoopExecutor
    let isSecure: Bool
    let sweep: ConnectionSweep
    private let budget: BodyBudget
    /// Room in which heads and small answers are written, one after the other.
    private var room = ByteBuffer()
    private static let mostRoom = 64 << 10
    private var dateSecond: Int64 = 0
    private var dateText = ""

    init(_ responder: Responder, _ loop: any EventLoop, isSecure: Bool, _ budget: BodyBudget) {
        self.responder = responder
        self.loop = loop
        self.isSecure = isSecure
        self.budget = budget
        executor = LoopExecutor(loop)
        sweep = ConnectionSweep()
    }

    var terms: GatewayTerms { responder.terms }
    var isDraining: Bool { sweep.isDraining }

    func elapsed() -> Duration { responder.ports.world.elapsed() }

    /// Room for bytes of a body, until they are given back.
    func reserve(_ bytes: Int) -> Bool { budget.reserve(bytes, atMost: terms.mostBodyBytes) }
    func release(_ bytes: Int) { budget.release(bytes) }

    /// A body of which it is known that nobody will look at it is not waited for.
    func refusalAtHead(_ exchange: Exchange) -> Problem? {
        guard let access = exchange.route?.access, access != .anyone, access != .anyoneKnown else { return nil }
        return Credentials(exchange.head.known).token == nil ? .notSignedIn : nil
    }

    /// An empty buffer; the one that was given back where the socket has taken all of it.
    func buffer(atLeast bytes: Int) -> ByteBuffer {
        var buffer = ByteBuffer()
        swap(&buffer, &room)
        buffer.clear(minimumCapacity: bytes)
        return buffer
    }

    func giveBack(_ buffer: ByteBuffer) {
        if buffer.capacity <= Self.mostRoom { room = buffer }
    }

    /// The time of day as HTTP says it (RFC 9110, section 5.6.7); made once a second.
    func date() -> String {
        let second = responder.ports.world.now().microseconds / 1_000_000
        if second != dateSecond {
            dateSecond = second
            dateText = HTTPDate.text(second: second)
        }
        return dateText
    }
}

/// `Sun, 22 Nov 2026 02:30:00 GMT`.
enum HTTPDate {
    static func text(second: Int64) -> String {
        var time = time_t(second)
        var parts = tm()
        gmtime_r(&time, &parts)
        let days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        func two(_ number: Int32) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return "\(days[Int(parts.tm_wday)]), \(two(parts.tm_mday)) \(months[Int(parts.tm_mon)]) \(parts.tm_year + 1900) "
            + "\(two(parts.tm_hour)):\(two(parts.tm_min)):\(two(parts.tm_sec)) GMT"
    }
}

/// A door, from wherever.
struct DoorPost: Sendable {
    let loop: any EventLoop
    private let bound: NIOLoopBound<Door>

    /// On the loop.
    init(_ door: Door) {
        loop = door.loop
        bound = NIOLoopBound(door, eventLoop: door.loop)
    }

    /// On the loop alone.
    var door: Door { bound.value }

    func callAsFunction<Value: Sendable>(_ work: @escaping @Sendable (Door) -> Value) async -> Value {
        await withCheckedContinuation { done in loop.execute { done.resume(returning: work(door)) } }
    }
}
