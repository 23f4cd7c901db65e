try await Benchmarks.run(Array(CommandLine.arguments.dropFirst()))
