import Access
import Base
import Records
import Runtime
import Store
import Web

/// What people may decide about their own data, and see of what others do with it: consents, access in an emergency and its review,
/// who may read what and who did, a copy of everything, and being erased.
///
/// An account's id is the actor in the journal and, where it is a patient's, the person whom records are about. A guardian is whoever has
/// a relation to the person as their caregiver. docs/privacy.md says how it behaves.
package struct PrivacyFeature: Feature {
    package let consents: ConsentStore
    package let emergencies: EmergencyStore
    package let explaining: AccessExplaining
    package let exports: OwnDataExports
    package let erasures: ErasureRequests
    let host: FeatureHost
    let keeper: PrivacyKeeper
    let ports: PrivacyPorts

    package init(_ host: FeatureHost, _ ports: PrivacyPorts) {
        let keeper = PrivacyKeeper(host)
        self.host = host
        self.keeper = keeper
        self.ports = ports
        consents = ConsentStore(host, keeper)
        emergencies = EmergencyStore(host, keeper)
        explaining = AccessExplaining(host, keeper, ports)
        exports = OwnDataExports(host, keeper, ports.records)
        erasures = ErasureRequests(host, keeper, ports.records)
    }

    package static let recordConsent: Permission = "consent.record"
    package static let takeEmergency: Permission = "emergency.access"
    package static let reviewEmergency: Permission = "emergency.review"
    package static let explainAccess: Permission = "access.explain"

    package static let manifest = Manifest(
        "privacy", Text(es: "Privacidad", en: "Privacy"),
        purpose: Text(
            es: "Consentimientos, acceso de emergencia y su revisión, quién ve qué, llevarse los datos y pedir el borrado.",
            en: "Consents, emergency access and its review, who sees what, taking one's data away, and asking to be erased."),
        paths: ["/consents", "/consent-texts", "/emergency-access", "/access", "/my-data", "/privacy"],
        permissions: [
            PermissionShape(
                recordConsent,
                Text(es: "anotar el consentimiento que alguien da en persona", en: "record a consent that somebody gives in person"),
                to: ["therapist", "field_agent", "organisation_admin"]),
            PermissionShape(
                takeEmergency, Text(es: "tomar acceso a una persona en una emergencia", en: "take access to a person in an emergency"),
                to: ["physician", "field_agent"]),
            PermissionShape(
                reviewEmergency, Text(es: "revisar los accesos de emergencia", en: "review emergency access"), to: ["organisation_admin"]),
            PermissionShape(
                explainAccess,
                Text(es: "ver quién puede leer qué de una persona, y quién lo leyó", en: "see who may read what of a person, and who did"),
                to: ["organisation_admin", "auditor"]),
        ],
        roles: [PrivacyKeeper.role],
        kinds: [Consent.kind.shape, EmergencyAccess.kind.shape],
        tables: [OwnDataExports.table, OwnDataExports.partsTable, ErasureRequests.table],
        migrations: [
            Migration(1, "consents") { dialect in
                RecordTable(Consent.kind.shape).creation(dialect) + [
                    // One for each purpose: whoever gives or withdraws writes its next version.
                    "CREATE UNIQUE INDEX consent_purposes ON record_consent (tenant, subject, f_purpose)"
                ]
            },
            Migration(2, "access in emergencies") { RecordTable(EmergencyAccess.kind.shape).creation($0) },
            Migration(3, "copies of one's data") { OwnDataExports.creation($0) },
            Migration(4, "who asks to be erased") { ErasureRequests.creation($0) },
        ],
        events: [
            PrivacyEvents.consentGiven.shape, PrivacyEvents.consentWithdrawn.shape, PrivacyEvents.emergencyTaken.shape,
            PrivacyEvents.emergencyReviewed.shape, PrivacyEvents.erasureAsked.shape, PrivacyEvents.erasureTakenBack.shape,
            PrivacyEvents.personErased.shape,
        ],
        settings: PrivacySettings.declared, ports: PrivacyPorts.shapes)

    package var jobs: [JobHandler] { PrivacyJobs(self).handlers }
    package var schedules: [Schedule] { PrivacyJobs(self).schedules }

    package var routes: [Route] {
        ConsentRoutes(self).all + EmergencyRoutes(self).all + ExplainRoutes(self).all + OwnDataRoutes(self).all + PrivacyPages(self).all
    }
}
