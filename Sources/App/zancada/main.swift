import Composition

await Program.main()
