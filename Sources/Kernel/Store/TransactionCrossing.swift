extension Transaction {
    /// Does what is another organisation's in the middle of a transaction of one organisation's: what belongs to both happens whole or not
    /// at all. For what stands between organisations by its nature, such as an account and its membership.
    ///
    /// Where the database keeps organisations apart (`Dialect.organisationWall`), `body` sees and writes the other's rows and none of the
    /// transaction's own. Cost: on PostgreSQL two small statements, which travel with those of `body` and after it. Throws what `body` throws,
    /// after which nothing of the transaction may stay.
    package func within<Value>(organisation other: String, _ body: (borrowing Transaction) throws -> Value) throws -> Value {
        let own = try engine.enter(other)
        let value = try body(self)
        _ = try engine.enter(own)
        return value
    }
}
