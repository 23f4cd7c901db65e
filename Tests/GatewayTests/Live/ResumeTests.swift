import Access
import Base
import Gateway
import Records
import TestKit
import Testing

@Suite(.serialized) struct ResumeTests {
    /// Writers run, and a listener's connection is cut again and again, at random places in what it is told: in the end it was told of
    /// each entry once, in order.
    @Test(arguments: EngineMatrix.all, [11, 12]) func whoComesBackHearsEverythingOnceAndInOrder(engine: EngineMatrix, seed: UInt64) async throws {
        try await LiveGround.with(engine) { live in
            var random = FixedWorld(seed: seed).world.random
            let (writers, each) = (3, 40)
            let first = try await live.connect()
            var position = try #require(try await first.subscribe("records/notice"))
            first.cut()
            let writing = Task {
                try await withThrowingTaskGroup(of: [String].self) { group in
                    for writer in 0..<writers {
                        group.addTask {
                            var records: [String] = []
                            for number in 0..<each { records.append(try await live.notice("\(writer)-\(number)").id) }
                            return records
                        }
                    }
                    return try await group.reduce(into: [[String]]()) { $0.append($1) }
                }
            }
            var heard: [JSON] = []
            var isOver = false
            while !isOver {
                let socket = try await live.connect()
                #expect(try await socket.subscribe("records/notice", after: position) != nil)
                let most = Int.random(in: 0...25, using: &random)
                var taken = 0
                while taken < most {
                    guard let message = try await socket.message() else { break }
                    #expect(message["type"]?.string == "events", "\(message)")
                    let events = message["events"]?.array ?? []
                    heard += events
                    taken += events.count
                    position = events.last?["position"]?.string ?? position
                    isOver = heard.count >= writers * each
                    if isOver { break }
                }
                socket.cut()
            }
            let written = try await writing.value
            let records = heard.compactMap { $0["record"]?.string }
            #expect(records == (try await live.journalled("notice")))
            // Each writer's in its own order, however the writers were mixed.
            for own in written { #expect(records.filter(Set(own).contains) == own) }
            #expect(Set(heard.compactMap { $0["position"]?.string }).count == heard.count)
        }
    }

    @Test func whoComesBackToNothingNewHearsWhatComes() async throws {
        try await LiveGround.with { live in
            let first = try await live.connect()
            let position = try #require(try await first.subscribe("records/notice"))
            first.cut()
            let second = try await live.connect()
            try await second.subscribe("records/notice", after: position)
            let record = try await live.notice()
            #expect(try await second.events(1).first?["record"]?.string == record.id)
        }
    }

    @Test func aPlaceThatIsNotOursOrTooOldIsAnsweredByAReset() async throws {
        try await LiveGround.with(limits: LiveLimits { $0.replayedPositions = 10 }) { live in
            let socket = try await live.connect()
            let position = try #require(try await socket.subscribe("records/notice"))
            let theirs = try #require(try await live.connect("x@hospital").subscribe("records/notice"))
            for after in ["", "abc", theirs, String(position.reversed()), position + "A"] {
                let other = try await live.connect()
                try await other.subscribe("records/notice", after: after)
                #expect(try await other.message()?["type"]?.string == "reset", "\(after)")
            }
            for _ in 0..<12 { try await live.notice() }
            _ = try await socket.events(12)
            let late = try await live.connect()
            try await late.subscribe("records/notice", after: position)
            let reset = try #require(try await late.message())
            #expect(reset["type"]?.string == "reset")
            let record = try await live.notice()
            #expect(try await late.events(1).first?["record"]?.string == record.id)
            // From the reset on, it goes on as from any place.
            let again = try await live.connect()
            try await again.subscribe("records/notice", after: try #require(reset["position"]?.string))
            #expect(try await again.events(1).first?["record"]?.string == record.id)
        }
    }

    @Test func moreThanIsToldAgainIsAReset() async throws {
        try await LiveGround.with(limits: LiveLimits { $0.replayedEvents = 5 }) { live in
            let position = try #require(try await live.connect().subscribe("records/notice"))
            for _ in 0..<6 { try await live.notice() }
            let socket = try await live.connect()
            try await socket.subscribe("records/notice", after: position)
            var message = try await socket.message()
            while message?["type"]?.string == "events" { message = try await socket.message() }
            #expect(message?["type"]?.string == "reset")
        }
    }

    @Test func whatIsNotWrittenDownIsResumedInTheSameProcess() async throws {
        try await LiveGround.with { live in
            let first = try await live.connect("admin-1+organisation_admin")
            let position = try #require(try await first.subscribe("jobs/7"))
            first.cut()
            for share in 1...3 { live.feed.publish("jobs/7", .init([.init("percent", .number(Double(share)))]), in: "clinic") }
            let second = try await live.connect("admin-1+organisation_admin")
            try await second.subscribe("jobs/7", after: position)
            #expect(try await second.events(3).map { $0["data"]?["percent"]?.integer } == [1, 2, 3])
        }
    }

    @Test func placesTellNothingOfWhatIsBetweenThem() async throws {
        try await LiveGround.with { live in
            let socket = try await live.connect()
            let one = try #require(try await socket.subscribe("records/notice"))
            let other = try #require(try await socket.subscribe("records/notice"))
            // Nothing happened, and not even that is told.
            #expect(one != other)
            #expect(one.utf8.count == other.utf8.count)
        }
    }
}
