import ArgumentParser
import Diagnostics
import Glibc
import JobExecution
import JobResults
import Secrets
import Synchronization

/// Where text goes, masked: for people to standard error, with colour on a terminal only, results to standard output.
final class Console: Sendable {
    /// Whether standard error is a terminal that understands cursor movement.
    let isTerminal: Bool
    let hasColor: Bool
    private let redactor: Redactor
    /// One writer at a time: a progress line must not land inside a message.
    private let lock = Mutex(())

    init(redactor: Redactor, environment: [String: String]) {
        self.redactor = redactor
        let term = environment["TERM"] ?? ""
        isTerminal = isatty(STDERR_FILENO) == 1 && term != "dumb" && !term.isEmpty
        // https://no-color.org: any value but the empty one switches colour off.
        hasColor = isTerminal && (environment["NO_COLOR"] ?? "").isEmpty
    }

    var renderer: DiagnosticRenderer { DiagnosticRenderer(color: hasColor) }

    /// Writes a line for people.
    func say(_ line: String) { write(line + "\n") }

    func say(_ diagnostics: [Diagnostic]) {
        guard !diagnostics.isEmpty else { return }
        say(renderer.render(diagnostics))
    }

    /// Text from outside made fit for a line: masked, then made harmless for a terminal. In that order, as a secret that
    /// holds a control character would not be found any more.
    func harmless(_ text: String) -> String { TerminalText.line(redactor.redact(text)) }

    /// Writes text as it is, to standard error.
    func raw(_ text: String) { write(text) }

    /// Writes a result that a pipe may want. A reader that has gone is no failure: it has what it wanted.
    ///
    /// - Throws: the status to end with where not all of it could be written, after having said why.
    func output(_ text: String) throws(ExitCode) { try output(bytes: Array(redactor.redact(text).utf8)[...]) }

    /// The same for a line of UTF-8, which may be long: where there is nothing to mask no copy of it is made.
    ///
    /// - Throws: as ``output(_:)``.
    func output(line: [UInt8]) throws(ExitCode) {
        try output(bytes: redactor.redact(line)[...])
        try output(bytes: [UInt8(ascii: "\n")])
    }

    private func output(bytes: ArraySlice<UInt8>) throws(ExitCode) {
        do throws(SinkError) {
            try write(bytes, to: STDOUT_FILENO)
        } catch {
            guard error.kind != .closedPipe else { return }
            let failure = RunFailure(error)
            say(FailureText.render(failure, plan: nil, console: self))
            throw ExitStatus(failure.kind).exitCode
        }
    }

    /// Bold, dim or coloured text where colour is on.
    func styled(_ text: String, _ style: Style) -> String {
        hasColor ? "\u{1B}[\(style.rawValue)m\(text)\u{1B}[0m" : text
    }

    enum Style: String {
        case bold = "1"
        case dim = "2"
        case red = "31"
        case green = "32"
        case yellow = "33"
    }

    /// Where nobody reads what is for people there is nowhere to say so.
    private func write(_ text: String) {
        do throws(SinkError) { try write(Array(redactor.redact(text).utf8)[...], to: STDERR_FILENO) } catch {}
    }

    private func write(_ bytes: ArraySlice<UInt8>, to descriptor: Int32) throws(SinkError) {
        try lock.withLock { _ throws(SinkError) in
            try PipeWriter(descriptor: descriptor).write(bytes, unless: StopFlag())
        }
    }
}
