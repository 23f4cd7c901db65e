/// What must not stand in any tracked file: where one machine keeps things, and whose servers it asks.
enum RepositoryRules {
    /// Written in parts, so that this file does not break its own rule.
    static let machinePaths = ["/wo" + "rk/", "/ro" + "ot/", "/ho" + "me/", "/Us" + "ers/"]

    static let registryHosts = [
        "pypi" + ".org", "python" + "hosted.org", "deb.debian" + ".org", "security.debian" + ".org",
        "registry.npmjs" + ".org", "crates" + ".io", "proxy.golang" + ".org", "repo1.maven" + ".org",
        "rubygems" + ".org", "docker" + ".io", "gh" + "cr.io",
    ]

    static func faults(of path: String, _ text: String) -> [String] {
        var faults: [String] = []
        for (number, line) in zip(1..., SwiftText.lines(text)) {
            for host in registryHosts where line.contains(host) {
                faults.append("\(path):\(number): names the host of a registry")
            }
            for folder in machinePaths where contains(line, folder) {
                faults.append("\(path):\(number): names a folder of one machine (\(folder))")
            }
        }
        return faults
    }

    /// Only where a path begins: a folder of that name further down, or relative to another, is nobody's machine.
    private static func contains(_ line: String, _ folder: String) -> Bool {
        line.ranges(of: folder).contains { range in
            guard range.lowerBound > line.startIndex else { return true }
            let before = line[line.index(before: range.lowerBound)]
            return
                !(before.isLetter || before.isNumber || before == "." || before == "_" || before == "/"
                || before == "}")
        }
    }
}
