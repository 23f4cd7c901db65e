import Glibc

/// Called by libFuzzer once: without a target to run it prints their names and ends, else it writes the first inputs into the
/// folder `ZANCADA_FUZZ_CORPUS`.
@_cdecl("LLVMFuzzerInitialize")
func initialize(_ count: UnsafeMutableRawPointer?, _ arguments: UnsafeMutableRawPointer?) -> Int32 {
    guard let chosen else {
        for target in FuzzTarget.all { puts(target.name) }
        exit(0)
    }
    guard let folder = environment("ZANCADA_FUZZ_CORPUS") else { return 0 }
    for (number, seed) in chosen.corpus.enumerated() {
        guard let file = fopen("\(folder)/seed-\(number)", "w") else { continue }
        fwrite(seed, 1, seed.count, file)
        fclose(file)
    }
    return 0
}

/// Called by libFuzzer for each input.
@_cdecl("LLVMFuzzerTestOneInput")
func testOneInput(_ start: UnsafeRawPointer?, _ count: Int) -> Int32 {
    chosen?.run(UnsafeRawBufferPointer(start: start, count: count))
    return 0
}

private let chosen = environment("ZANCADA_FUZZ_TARGET").flatMap { name in FuzzTarget.all.first { $0.name == name } }

private func environment(_ name: String) -> String? {
    getenv(name).map { String(cString: $0) }
}
