/// A parser under attack: bytes in, nothing out. It traps where a property does not hold, which a fuzzer reports.
package struct FuzzTarget: Sendable {
    /// As `scripts/fuzz` names it.
    package let name: String
    /// Inputs to begin with: good ones, and some that go wrong late.
    package let corpus: [[UInt8]]
    package let run: @Sendable (UnsafeRawBufferPointer) -> Void

    init(_ name: String, corpus: [String], _ run: @escaping @Sendable (UnsafeRawBufferPointer) -> Void) {
        self.init(name, bytes: corpus.map { Array($0.utf8) }, run)
    }

    /// For what is no text.
    init(_ name: String, bytes: [[UInt8]], _ run: @escaping @Sendable (UnsafeRawBufferPointer) -> Void) {
        self.name = name
        corpus = bytes
        self.run = run
    }

    /// One for each parser that is written by hand.
    package static let all: [FuzzTarget] = [
        json, jsonScanner, jsonEscapes, csv, instant, id, cursor, configFile, configValue, logMask,
        databaseURL, wholeNumeric, checkpoint, noteKey, inclusionProof, consistencyProof, certifiedFile,
        token, keySet,
        searchWords,
        epochFile, erasureLedger, entryKey, sealedBytes, transitCiphertext,
        recoveryKit, backupManifest, keyArchive,
        liveMessage, webSocketFrames, webSocketDeflate, requestHead, routePath, query, doorFields,
        cbor, credentialKey, authenticatorData, attestationObject, clientData, ellipticSignature, enteredCodes,
        mailAddress, mailSender, smtpReply, mailText,
        passwordHash, passwordRule,
    ]
}

extension UnsafeRawBufferPointer {
    /// What is no UTF-8 is repaired, as at every edge that hands over a `String`.
    var text: String { String(decoding: self, as: UTF8.self) }
}

/// Traps in release builds too.
func require(_ holds: Bool, _ property: StaticString) {
    if !holds { fatalError("\(property)") }
}
