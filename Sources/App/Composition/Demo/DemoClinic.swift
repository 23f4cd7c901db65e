import Access
import Base
import Disk
import Evaluation
import Foundation
import Identity
import Keys
import Movement
import Privacy
import Records
import Runtime
import Store
import Synchronization

/// Fills an empty installation with a clinic of people who are nobody and two months of their movements. All of it takes the ways of real
/// people's data; only the clock is another, and in place of videos something is measured that was computed.
struct DemoClinic: Sendable {
    static let organisation: Identifier = "clinica-de-demostracion"

    private let office: RecordOffice
    private let host: FeatureHost
    private let hands: Hands
    private let identity: IdentityParts
    private let privacy: PrivacyFeature
    private let evaluation: EvaluationFeature

    /// The clock of the demonstration: two months ago at first, and never later than now.
    final class Hands: Sendable {
        private let moment: Mutex<Instant>
        let beginning: Instant
        private let end: Instant

        init(until end: Instant) {
            self.end = end
            // At two in the afternoon by UTC, which is morning in America and afternoon in Spain.
            let day: Int64 = 86_400_000_000
            let first = (end - .seconds(DemoHistory.days * 86_400)).microseconds
            beginning = Instant(microseconds: first / day * day + 14 * day / 24)
            moment = Mutex(beginning)
        }

        var now: Instant {
            get { moment.withLock { $0 } }
            set { moment.withLock { $0 = min(max($0, newValue), end) } }
        }

        var world: World {
            World(now: { self.now }, elapsed: World.live.elapsed, random: World.live.random)
        }
    }

    init(_ office: RecordOffice, _ hands: Hands) throws {
        self.office = office
        self.hands = hands
        host = try office.host
        identity = IdentityParts(host, try IdentityWiring.ports(host))
        privacy = PrivacyFeature(host, .all(of: host))
        let computed = VideoObserver(program: ("zancada", Program.version)) { look, parts, _ in
            var bytes: [UInt8] = []
            while let part = try await parts() { bytes += part }
            return try DemoMovement(bytes: bytes).observations(as: look.request)
        }
        let videos = try DiskBlobs(host.data + "/videos", on: WorkLine(threads: 2, mostWaiting: 100, busy: .demoDiskBusy))
        let directory = AccountDirectory(host, at: host.settings[IdentitySettings.place])
        let ports = EvaluationPorts(videos: videos, observer: computed, names: .ofAccounts(directory), certifying: .all(of: host))
        evaluation = EvaluationFeature(host, ports)
    }

    /// `progress` is told how much of it is done, 0 … 1.
    func fill(password: Secret, progress: (Double) -> Void) async throws {
        try await office.establish(Self.organisation)
        var accounts: [String: Identifier] = [:]
        for person in DemoPerson.all { accounts[person.address] = try await join(person, password) }
        let patients = DemoPerson.patients.compactMap { accounts[$0.address] }
        for patient in patients {
            try await agree(patient)
            for carer in [DemoPerson.coach, .physician] { try await relate(patient, to: accounts[carer.address], as: carer.role) }
        }
        let physician = accounts[DemoPerson.physician.address]
        var filmed: [(day: Double, id: String, verdict: DemoHistory.Verdict)] = []
        let visits = DemoHistory(seed: 2_026).visits
        for (number, visit) in visits.enumerated() {
            progress(Double(number) / Double(visits.count))
            for one in filmed where one.day + 1 <= visit.day { try await review(one.id, one.verdict, by: physician, on: one.day + 1) }
            filmed.removeAll { $0.day + 1 <= visit.day }
            set(visit.day)
            let id = try await film(visit.movement, of: patients[visit.patient])
            if let verdict = visit.verdict { filmed.append((visit.day, id, verdict)) }
        }
    }

    private func set(_ day: Double) { hands.now = hands.beginning + .seconds(day * 86_400) }

    private func review(_ id: String, _ verdict: DemoHistory.Verdict, by account: Identifier?, on day: Double) async throws {
        set(day)
        guard let account else { return }
        let physician = standing(account, DemoPerson.physician.role)
        let entry = try await evaluation.store.entry(id, by: physician)
        guard let result = entry.evaluation.result else { return }
        let request: ReviewRequest
        switch verdict {
        case .certify: request = ReviewRequest(.certify)
        case .amend:
            guard let fault = result.faults.first else { return }
            let key = [fault.code, fault.side].compactMap(\.self).joined(separator: ":")
            request = ReviewRequest(
                .amend, words: "En la consulta sus rodillas no se juntan: aquí se ve la tela del pantalón. (Demostración)",
                changes: [.init(.fault, from: key)])
        case .reject:
            request = ReviewRequest(
                .reject, because: .poorRecording,
                words: "El teléfono se movió a mitad de la grabación: apóyelo bien y grabe otra vez. (Demostración)")
        }
        _ = try await evaluation.reviewing.review(request, of: entry, by: physician)
    }

    private func standing(_ account: Identifier, _ role: RoleName) -> Standing {
        Standing(Caller(actor: account, tenant: Self.organisation, roles: [role]), by: host.roles, at: hands.now)
    }

    private func join(_ person: DemoPerson, _ password: Secret) async throws -> Identifier {
        let address: MailAddress
        do throws(MailAddressFault) { address = try MailAddress(person.address) } catch { throw error.failure }
        let (account, link) = try await AdminDesk(identity).create(
            address, name: person.name, language: .spanish, as: [person.role], in: Self.organisation)
        guard let code = URLComponents(string: link)?.queryItems?.first(where: { $0.name == "code" })?.value else {
            throw Failure.demoLink
        }
        try await identity.registration.reset(code, password: password)
        return account
    }

    private func agree(_ patient: Identifier) async throws {
        let purpose = ConsentPurposeWord.evaluation
        try await privacy.consents.give(purpose, textVersion: purpose.text.version, of: patient, by: standing(patient, "patient"))
    }

    private func relate(_ patient: Identifier, to carer: Identifier?, as role: RoleName) async throws {
        guard let carer else { return }
        let relation = try Relation(
            id: host.world.id(), tenant: Self.organisation, subject: patient, grantee: carer, role: role, from: hands.now, reason: .careTeam
        )
        try await Relations(host.database, host.keyring, book: host.roles, world: host.world).grant(
            relation, by: try office.standing(in: Self.organisation))
    }

    private func film(_ movement: DemoMovement, of patient: Identifier) async throws -> String {
        let (video, own) = (try movement.bytes, standing(patient, "patient"))
        let request = MeasureRequest(exercise: movement.exercise, language: .spanish)
        let entry = try await evaluation.store.begin(.init(request: request, bytes: video.count), of: patient, by: own)
        try await evaluation.store.take(video, digest: Digest(of: video).hexadecimal, number: 0, of: entry.id, by: own)
        _ = try await evaluation.store.finish(entry.id, by: own)
        try await evaluation.measure(entry)
        return entry.id
    }
}

extension Failure {
    fileprivate static let demoDiskBusy = Failure(
        .overloaded, "demo_disk", Text(es: "El disco no da abasto.", en: "The disk cannot keep up."))

    fileprivate static let demoLink = Failure(
        .fault, "demo_link",
        Text(
            es: "No se pudo abrir una cuenta de demostración: avise a quien mantiene el programa.",
            en: "An account of the demonstration could not be opened: tell whoever maintains the program."))
}
