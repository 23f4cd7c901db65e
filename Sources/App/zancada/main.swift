import Composition

Program.main()
