import ArgumentParser

@main struct Runner: AsyncParsableCommand {
    mutating func run() async throws {}
}
