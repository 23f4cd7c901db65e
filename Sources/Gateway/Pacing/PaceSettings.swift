import Access
import Base

/// What an operator may set about how much may be asked. A quota of 0 is none: unlimited.
package struct PaceSettings: Sendable {
    package var tiers: [Caller.Tier: PaceRule]
    package var anonymous: PaceRule
    package var session: PaceRule
    package var page: PaceRule
    package var uploadBytes: PaceRule
    package var signInAccount: PaceRule
    package var signInAddress: PaceRule
    /// How long somebody is kept waiting at most where an address is slowed down.
    package var longestWait: Duration

    package init(_ config: Config) {
        tiers = [
            .free: Self.hourly(config[Self.free]), .basic: Self.hourly(config[Self.basic]), .premium: Self.hourly(config[Self.premium]),
            .enterprise: Self.hourly(config[Self.enterprise]),
        ]
        anonymous = Self.bursts(config[Self.anonymousBurst], perMinute: config[Self.anonymousRate])
        session = Self.bursts(config[Self.sessionBurst], perMinute: config[Self.sessionRate])
        page = Self.bursts(config[Self.pageBurst], perMinute: config[Self.pageRate])
        uploadBytes = Self.hourly(config[Self.upload] / Self.uploadUnit)
        signInAccount = .burst(most: config[Self.accountTries], every: config[Self.accountPause])
        signInAddress = Self.bursts(config[Self.addressBurst], perMinute: config[Self.addressRate])
        longestWait = config[Self.addressWait]
    }

    /// As the program brings them along.
    package init() {
        guard let config = try? Config(Self.declared) else { preconditionFailure("defaults are values that can be") }
        self.init(config)
    }

    /// Uploads are counted in KiB, each begun one whole.
    static let uploadUnit = 1_024

    private static func hourly(_ quota: Int) -> PaceRule {
        quota == 0 ? .unlimited : .window(quota: quota, window: .seconds(3_600))
    }

    private static func bursts(_ most: Int, perMinute: Int) -> PaceRule {
        most == 0 ? .unlimited : .burst(most: most, every: .seconds(60) / perMinute)
    }
}

extension PaceSettings {
    private static let quota = ConfigForm<Int>.integer(0...10_000_000)
    private static let rate = ConfigForm<Int>.integer(1...1_000_000)

    package static let free = tier("free", 100)
    package static let basic = tier("basic", 1_000)
    package static let premium = tier("premium", 10_000)
    package static let enterprise = tier("enterprise", 0)

    private static func tier(_ name: String, _ most: Int) -> ConfigKey<Int> {
        ConfigKey(
            "pace.\(name)", quota, default: most,
            Text(
                es: "Solicitudes por hora de un cliente de la API con la tarifa \(name); 0 es sin límite.",
                en: "Requests an hour of an API client of the tier \(name); 0 is unlimited."))
    }

    package static let anonymousBurst = ConfigKey<Int>(
        "pace.anonymous_burst", quota, default: 60,
        Text(
            es: "Solicitudes seguidas desde una dirección sin identificarse; 0 es sin límite.",
            en: "Requests at once from an address that has not signed in; 0 is unlimited."))
    package static let anonymousRate = ConfigKey<Int>(
        "pace.anonymous_per_minute", rate, default: 120,
        Text(es: "Y después, cuántas por minuto.", en: "And after that, how many a minute."))

    package static let sessionBurst = ConfigKey<Int>(
        "pace.session_burst", quota, default: 120,
        Text(
            es: "Solicitudes seguidas de una sesión de navegador a una misma ruta; 0 es sin límite.",
            en: "Requests at once of a browser session to one route; 0 is unlimited."))
    package static let sessionRate = ConfigKey<Int>(
        "pace.session_per_minute", rate, default: 600,
        Text(es: "Y después, cuántas por minuto.", en: "And after that, how many a minute."))

    package static let pageBurst = ConfigKey<Int>(
        "pace.page_burst", quota, default: 300,
        Text(
            es: "Páginas y archivos suyos seguidos, de una cuenta o una dirección; 0 es sin límite.",
            en: "Pages and their files at once, of an account or an address; 0 is unlimited."))
    package static let pageRate = ConfigKey<Int>(
        "pace.page_per_minute", rate, default: 1_200,
        Text(es: "Y después, cuántos por minuto.", en: "And after that, how many a minute."))

    package static let upload = ConfigKey<Int>(
        "pace.upload_bytes", .bytes(0...(1 << 42)), default: 20 << 30,
        Text(
            es: "Lo que una cuenta puede subir en una hora; 0B es sin límite.",
            en: "What an account may upload in an hour; 0B is unlimited."))

    package static let accountTries = ConfigKey<Int>(
        "pace.sign_in_tries", .integer(1...1_000), default: 5,
        Text(es: "Intentos seguidos de entrar en una cuenta.", en: "Attempts at once to sign in to an account."))
    package static let accountPause = ConfigKey<Duration>(
        "pace.sign_in_pause", .duration(.seconds(1)...(.seconds(86_400))), default: .seconds(180),
        Text(es: "Y después, uno más cada cuánto.", en: "And after that, one more each time this has passed."))

    package static let addressBurst = ConfigKey<Int>(
        "pace.sign_in_address_burst", quota, default: 30,
        Text(
            es: "Intentos de entrar seguidos desde una dirección, antes de hacerlos esperar; 0 es sin límite.",
            en: "Attempts to sign in at once from an address before they are kept waiting; 0 is unlimited."))
    package static let addressRate = ConfigKey<Int>(
        "pace.sign_in_address_per_minute", rate, default: 120,
        Text(es: "Y después, cuántos por minuto.", en: "And after that, how many a minute."))
    package static let addressWait = ConfigKey<Duration>(
        "pace.sign_in_longest_wait", .duration(.zero...(.seconds(30))), default: .seconds(5),
        Text(
            es: "Cuánto se hace esperar a un intento como mucho; lo que tardaría más se rechaza.",
            en: "How long an attempt is kept waiting at most; what would take longer is refused."))

    package static let declared = [
        free.declaration, basic.declaration, premium.declaration, enterprise.declaration, anonymousBurst.declaration,
        anonymousRate.declaration, sessionBurst.declaration, sessionRate.declaration, pageBurst.declaration, pageRate.declaration,
        upload.declaration, accountTries.declaration, accountPause.declaration, addressBurst.declaration, addressRate.declaration,
        addressWait.declaration,
    ]
}
