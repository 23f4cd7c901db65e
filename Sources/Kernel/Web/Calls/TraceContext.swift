import Base

/// Which trace a request belongs to (W3C Trace Context, level 1): given on to whatever is asked because of it.
package struct TraceContext: Sendable, Hashable {
    /// 16 bytes, not all zero.
    package let trace: [UInt8]
    /// 8 bytes, not all zero: this request's own span.
    package let span: [UInt8]
    /// The span that asked; nil where the trace begins here.
    package let parent: [UInt8]?
    /// Whether whoever began it keeps it.
    package let isSampled: Bool
    /// What others wrote beside it (`tracestate`), given on as it is; at most 512 bytes.
    package let state: String?

    package init(trace: [UInt8], span: [UInt8], parent: [UInt8]?, isSampled: Bool, state: String?) {
        self.trace = trace
        self.span = span
        self.parent = parent
        self.isSampled = isSampled
        self.state = state
    }
}
