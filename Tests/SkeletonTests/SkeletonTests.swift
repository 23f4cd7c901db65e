import Access
import Base
import FeatureKit
import Records
import Runtime
import Skeleton
import Store
import TestKit
import Testing

@Suite("Skeleton", .timeLimit(.minutes(2)))
struct SkeletonTests {
    private func with(
        _ engine: EngineMatrix, _ body: (FeatureGround, SkeletonFeature, Identifier, Standing) async throws -> Void
    ) async throws {
        try await FeatureGround.with(engine, [SkeletonFeature.manifest]) { ground in
            let admin = ground.standing("admin-1", ["organisation_admin"])
            let host = ground.host
            let person = try await Subjects(host.database, host.keyring, world: host.world).create(by: admin)
            try await body(ground, SkeletonFeature(host), person, admin)
        }
    }

    @Test("each field is its property, and each event's example comes back")
    func declarations() throws {
        #expect(try SkeletonItem.kind.misnamedFields(in: SkeletonItem(text: "Algo", isClosed: true)).isEmpty)
        for event in SkeletonFeature.manifest.events { #expect(try !event.example().isEmpty) }
    }

    @Test("what is added is read by the person and by nobody who has nothing to do with them", arguments: EngineMatrix.all)
    func access(_ engine: EngineMatrix) async throws {
        try await with(engine) { ground, feature, person, admin in
            try await feature.store.add(SkeletonItem(text: "Algo"), about: person, by: admin)
            let own = try await feature.store.items(of: person, try PageRequest(), by: ground.standing(person, ["patient"]))
            #expect(own.items.map(\.item) == [SkeletonItem(text: "Algo")])
            let stranger = ground.standing("therapist-1", ["therapist"])
            #expect(try await feature.store.items(of: person, try PageRequest(), by: stranger).items.isEmpty)
            #expect(
                await ground.failure { try await feature.store.add(SkeletonItem(text: "x"), about: person, by: stranger) }
                    == "access_denied")
        }
    }

    @Test("closing is told in the same transaction, of the version that was read", arguments: EngineMatrix.all)
    func closing(_ engine: EngineMatrix) async throws {
        try await with(engine) { ground, feature, person, admin in
            let added = try await feature.store.add(SkeletonItem(text: "Algo"), about: person, by: admin)
            #expect(try await feature.store.close(added, of: person, by: admin).item.isClosed)
            #expect(try await ground.told().suffix(2) == ["updated skeleton_item", "published skeleton_item.closed"])
            #expect(await ground.failure { try await feature.store.close(added, of: person, by: admin) } == "version_moved")
            #expect(try await ground.told().filter { $0 == "published skeleton_item.closed" }.count == 1)
        }
    }

    @Test("the counts follow the journal, and a job makes them again", arguments: EngineMatrix.all)
    func counts(_ engine: EngineMatrix) async throws {
        try await with(engine) { ground, feature, person, admin in
            for number in 1...3 { try await feature.store.add(SkeletonItem(text: "\(number)"), about: person, by: admin) }
            for subscription in feature.subscriptions { try await ground.deliver(subscription) }
            #expect(try await items(ground) == 3)
            try await ground.rows.write { tx in try tx.execute("UPDATE skeleton_counts SET items = 0") }
            let recount = try #require(feature.jobs.first)
            try await recount.perform(Array("{}".utf8), in: "clinic", on: ground.host.database, world: ground.host.world)
            #expect(try await items(ground) == 3)
        }
    }

    private func items(_ ground: FeatureGround) async throws -> Int64? {
        try await ground.rows.first("SELECT items FROM skeleton_counts") { try $0["items"] }
    }
}
