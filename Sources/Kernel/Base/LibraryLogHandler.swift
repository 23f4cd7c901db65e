import Logging

/// Takes what libraries say through swift-log. Their messages are shown through `LogMask`; of their metadata only numbers,
/// truth values and what is `Loggable`, for nobody here knows what a library puts into a text.
package struct LibraryLogHandler: LogHandler {
    let writer: LogWriter
    let label: String
    package var logLevel: Logger.Level
    package var metadata: Logger.Metadata = [:]
    package var metadataProvider: Logger.MetadataProvider?

    init(writer: LogWriter, label: String, level: LogLevel) {
        self.writer = writer
        self.label = label
        logLevel = level.forLibraries
    }

    package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    /// Trace and notice, which this log does not have, become debug and info.
    package func log(event: LogEvent) {
        var all = metadata
        if let provided = metadataProvider?.get() { all.merge(provided) { $1 } }
        if let given = event.metadata { all.merge(given) { $1 } }
        var fields = all.sorted { $0.key < $1.key }.map { ($0.key, Loggable(metadata: $0.value)) }
        if let error = event.error { fields.append(("error", .error(error))) }
        writer.write(
            LogLevel(event.level), correlation: nil, source: label, event: ("message", LogMask.masked(event.message.description)),
            fields: fields)
    }
}

extension Loggable {
    fileprivate init(metadata value: Logger.Metadata.Value) {
        self =
            switch value {
            case .stringConvertible(let value as Loggable): value
            case .stringConvertible(let value as any BinaryInteger): .count(value)
            case .stringConvertible(let value as Double): .number(value)
            case .stringConvertible(let value as Bool): .flag(value)
            case .stringConvertible(let value as Duration): .duration(value)
            case .stringConvertible(let value as Instant): .instant(value)
            default: .private("")
            }
    }
}

/// What a library that turns it into text gets to see.
extension Loggable: CustomStringConvertible {
    package var description: String {
        switch content {
        case .integer(let value): "\(value)"
        case .number(let value): "\(value)"
        case .flag(let value): "\(value)"
        case .own(let text): text
        case .shown(let text): LogMask.masked(text)
        case .hidden: LogMask.hidden
        }
    }
}

extension LogLevel {
    fileprivate init(_ level: Logger.Level) {
        self =
            switch level {
            case .trace, .debug: .debug
            case .info, .notice: .info
            case .warning: .warning
            case .error: .error
            case .critical: .critical
            }
    }

    fileprivate var forLibraries: Logger.Level {
        switch self {
        case .debug: .debug
        case .info: .info
        case .warning: .warning
        case .error: .error
        case .critical: .critical
        }
    }
}
