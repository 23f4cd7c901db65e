/// The program that serves here, for the commands that it runs on behalf of other processes: they work with its database, which it
/// alone may write to, and with its keys.
struct Residence: Sendable {
    let office: RecordOffice

    @TaskLocal static var current: Residence?
}
