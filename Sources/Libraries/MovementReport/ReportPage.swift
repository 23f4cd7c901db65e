extension Report {
    package func page() -> [UInt8] { [] }
}
