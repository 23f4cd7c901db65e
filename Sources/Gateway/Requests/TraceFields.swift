import Base
import HTTPTypes
import Web

extension TraceContext {
    /// The trace that a request says it belongs to, or a new one where it says none, or says it wrongly (W3C Trace Context, section 3.2).
    static func continuing(_ head: RequestHead, random: Randomness) -> TraceContext {
        let span = random.bytes(8)
        guard let parent = head.known[.traceparent].flatMap({ read($0) }) else {
            return TraceContext(trace: random.bytes(16), span: span, parent: nil, isSampled: false, state: nil)
        }
        let state = head.fields[.tracestate].flatMap { $0.utf8.count <= 512 ? $0 : nil }
        return TraceContext(trace: parent.trace, span: span, parent: parent.span, isSampled: parent.isSampled, state: state)
    }

    /// `00-<32 hex>-<16 hex>-<2 hex>`; later versions may say more behind it.
    private static func read(_ text: String) -> (trace: [UInt8], span: [UInt8], isSampled: Bool)? {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count >= 4, parts[0].count == 2, parts[0] != "ff", parts[0] != "00" || parts.count == 4,
            Hexadecimal.read(parts[0].utf8) != nil,
            let trace = Hexadecimal.read(parts[1].utf8), trace.count == 16, trace.contains(where: { $0 != 0 }),
            let span = Hexadecimal.read(parts[2].utf8), span.count == 8, span.contains(where: { $0 != 0 }),
            let flags = Hexadecimal.read(parts[3].utf8), flags.count == 1
        else { return nil }
        return (trace, span, flags[0] & 1 == 1)
    }

    /// As the header field says it to whoever is asked next.
    package var traceparent: String {
        "00-\(Hexadecimal.string(trace))-\(Hexadecimal.string(span))-\(isSampled ? "01" : "00")"
    }
}
