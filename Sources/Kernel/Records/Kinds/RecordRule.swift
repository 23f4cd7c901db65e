import Access
import Base
import Store

/// What must be so between the fields of one record, beyond what each says of itself; asked where each of them is right. Returns
/// everything that is wrong. Pure; what it throws is a fault.
package typealias RecordRule = @Sendable (ValidRecord) throws -> [FieldFault]

/// What must be so between records: asked in the transaction of each change, before it is put down, whoever makes it and on whichever
/// way. Throws a `Failure` where the change must not be. Pure, as any write closure.
///
/// A kind that has one pays for it: its creates are no longer one statement.
package typealias RecordGuard = @Sendable (GuardedChange, borrowing Transaction) throws -> Void

/// A change that is about to be put down.
package struct GuardedChange: Sendable {
    /// Created, updated, deleted or restored.
    package let verb: JournalVerb
    package let id: String
    package let tenant: Identifier
    /// The body as it will be; nil where the change leaves it as it is.
    package let body: JSON.Object?
}

extension KindShape {
    /// The same kind held to one more rule: one that asks a port, which a declaration cannot know.
    package func holding(to rule: @escaping RecordRule) -> KindShape {
        var copy = self
        copy.rules.append(rule)
        return copy
    }

    /// Throws `InvalidInput` with what the rules find.
    func requireRules(_ valid: ValidRecord) throws {
        guard !rules.isEmpty else { return }
        let faults = try rules.flatMap { try $0(valid) }
        guard faults.isEmpty else { throw InvalidInput(faults: faults) }
    }

    func requireGuards(_ change: GuardedChange, _ tx: borrowing Transaction) throws {
        for check in guards { try check(change, tx) }
    }
}
