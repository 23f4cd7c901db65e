import Base

/// What an operator may set about caches.
package enum CacheSettings {
    package static let memory = ConfigKey<Int>(
        "cache.memory", .bytes((1 << 20)...(1 << 40)), default: 32 << 20,
        Text(es: "Memoria para respuestas que se guardan un rato.", en: "Memory for answers that are kept for a while."))

    package static let declared = [memory.declaration]
}
