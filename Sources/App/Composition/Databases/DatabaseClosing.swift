import Store

extension Database {
    /// Lets `body` use the database, and closes it however that ends.
    func closing<Value>(after body: (Database) async throws -> Value) async throws -> Value {
        do {
            let value = try await body(self)
            await close()
            return value
        } catch {
            await close()
            throw error
        }
    }
}
