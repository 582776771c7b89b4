/// What a benchmark throws whose subject did not do what is measured.
struct UnexpectedResult: Error {}
