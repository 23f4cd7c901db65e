import Backup
import Base

extension FuzzTarget {
    private static let kit = RecoveryKit(
        number: 3, needsEngine: false, installation: "installation", key: Secret([UInt8](repeating: 7, count: RecoveryKit.keyBytes)))

    /// Any text that is taken for a kit gives lines that are read as the same kit.
    static let recoveryKit = FuzzTarget(
        "recovery-kit",
        corpus: [
            KitText.lines(kit).enumerated().map { "\($0.offset + 1) \($0.element)" }.joined(separator: "\n"), KitText.code(kit),
            KitText.lines(kit).joined(separator: "\n"), "1 0000-0000-0000-0000-00",
        ]
    ) { input in
        guard let read = try? KitText.read(input.text) else { return }
        require(KitText.lines(read).count == KitText.lineCount, "as many lines as a kit has")
        require((try? KitText.read(KitText.code(read)))?.name == read.name, "written and read again it is the same")
        require(read.number >= 1, "kits are numbered from 1")
    }

    /// What is read is what was written.
    static let backupManifest = FuzzTarget("backup-manifest", corpus: [Manifest.example, String(Manifest.example.dropLast(5)), "{}\n"]) {
        input in
        guard let manifest = Manifest(Array(input)) else { return }
        require(Manifest(manifest.bytes)?.bytes == manifest.bytes, "written and read again it is the same")
        require(manifest.byteCount >= 0 && manifest.archive >= 1, "counts are counts")
    }

    /// Nobody has the key, so nothing opens; and nothing traps.
    static let keyArchive = FuzzTarget("key-archive", corpus: ["zancada keys 1\n" + String(repeating: "a", count: 40)]) { input in
        require((try? KeyArchive(Array(input), opening: kit)) == nil, "what nobody sealed does not open")
    }
}
