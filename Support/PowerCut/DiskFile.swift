/// One file as the running programs see it and as the disk holds it.
final class DiskFile {
    enum Change {
        case write(offset: Int, bytes: [UInt8])
        case resize(Int)

        var length: Int {
            switch self {
            case .write(_, let bytes): bytes.count
            case .resize: 0
            }
        }
    }

    /// Counts up: the order in which files meet their fate.
    let number: Int
    /// What a read gives.
    private(set) var content: [UInt8]
    /// What was synced, and stays.
    private(set) var durable: [UInt8]
    /// What happened since, in order.
    private(set) var changes: [Change] = []
    private(set) var locks = FileLocks()
    /// The memory that the connections to this database share; nil while none has asked for it.
    var index: SharedIndex?

    init(number: Int, durable: [UInt8] = []) {
        self.number = number
        self.durable = durable
        content = durable
    }

    /// The programs that had it open are gone, and with them their locks and the memory they shared.
    func forgetPrograms() {
        locks = FileLocks()
        index = nil
    }

    func write(_ bytes: UnsafeRawBufferPointer, at offset: Int) {
        let bytes = [UInt8](bytes)
        content.overwrite(with: bytes, at: offset)
        changes.append(.write(offset: offset, bytes: bytes))
    }

    func resize(to length: Int) {
        content.resize(to: length)
        changes.append(.resize(length))
    }

    func sync() {
        for change in changes { durable.apply(change) }
        changes.removeAll(keepingCapacity: true)
    }

    /// A sync that failed half-way: this is what the disk holds now, and nobody will try again.
    func settle(on survived: [UInt8], cached: Bool) {
        durable = survived
        if !cached { content = survived }
        changes.removeAll(keepingCapacity: true)
    }
}

extension [UInt8] {
    mutating func apply(_ change: DiskFile.Change) {
        switch change {
        case .write(let offset, let bytes): overwrite(with: bytes, at: offset)
        case .resize(let length): resize(to: length)
        }
    }

    /// Zeros where the file was shorter, as after a seek past the end.
    mutating func overwrite(with bytes: some Collection<UInt8>, at offset: Int) {
        if count < offset + bytes.count { resize(to: offset + bytes.count) }
        withUnsafeMutableBytes { $0[offset..<offset + bytes.count].copyBytes(from: bytes) }
    }

    mutating func resize(to length: Int) {
        if length < count {
            removeLast(count - length)
        } else {
            append(contentsOf: repeatElement(0, count: length - count))
        }
    }
}
