import Base

/// What a browser says of itself (`User-Agent`), as its owner knows it: "Firefox en Android".
enum DeviceWords {
    static func text(_ agent: String) -> Text {
        let (browser, system) = (first(browsers, in: agent), first(systems, in: agent))
        return switch (browser, system) {
        case (let browser?, let system?): Text(es: "\(browser) en \(system)", en: "\(browser) on \(system)")
        case (let one?, nil), (nil, let one?): Text(verbatim: one)
        case (nil, nil):
            agent.isEmpty ? Text(es: "Un dispositivo sin nombre", en: "A device without a name") : Text(verbatim: String(agent.prefix(60)))
        }
    }

    private static func first(_ words: [(sign: String, name: String)], in agent: String) -> String? {
        words.first { agent.contains($0.sign) }?.name
    }

    /// Browsers name those that they want to be taken for as well, so the order counts.
    private static let browsers = [
        ("Edg/", "Edge"), ("EdgA/", "Edge"), ("EdgiOS/", "Edge"), ("OPR/", "Opera"), ("SamsungBrowser/", "Samsung Internet"),
        ("FxiOS/", "Firefox"), ("Firefox/", "Firefox"), ("CriOS/", "Chrome"), ("Chrome/", "Chrome"), ("Safari/", "Safari"),
    ].map { (sign: $0.0, name: $0.1) }

    private static let systems = [
        ("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"), ("CrOS", "ChromeOS"),
        ("Mac OS X", "Mac"), ("Linux", "Linux"),
    ].map { (sign: $0.0, name: $0.1) }
}
