import Diagnostics
import Glibc
import Secrets
import Synchronization

/// Where text for people goes: standard error, masked, with colour on a terminal only.
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
    func say(_ line: String) { write(line + "\n", to: STDERR_FILENO) }

    func say(_ diagnostics: [Diagnostic]) {
        guard !diagnostics.isEmpty else { return }
        say(renderer.render(diagnostics))
    }

    /// Writes text as it is, to standard error.
    func raw(_ text: String) { write(text, to: STDERR_FILENO) }

    /// Writes a result that a pipe may want.
    ///
    /// - Returns: whether the reader is still there.
    @discardableResult
    func output(_ text: String) -> Bool { write(text, to: STDOUT_FILENO) }

    /// The same for a line of UTF-8, which may be long: where there is nothing to mask no copy of it is made.
    ///
    /// - Returns: whether the reader is still there.
    @discardableResult
    func output(line: [UInt8]) -> Bool {
        let line = redactor.redact(line)
        return lock.withLock { _ in
            Self.write(line, to: STDOUT_FILENO) && Self.write([UInt8(ascii: "\n")], to: STDOUT_FILENO)
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

    @discardableResult
    private func write(_ text: String, to descriptor: Int32) -> Bool {
        let bytes = Array(redactor.redact(text).utf8)
        return lock.withLock { _ in Self.write(bytes, to: descriptor) }
    }

    private static func write(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
        var offset = 0
        while offset < bytes.count {
            let count = bytes.withUnsafeBytes {
                Glibc.write(descriptor, $0.baseAddress?.advanced(by: offset), bytes.count - offset)
            }
            if count < 0, errno == EINTR { continue }
            // Nobody reads any more: there is nowhere to say so.
            guard count > 0 else { return false }
            offset += count
        }
        return true
    }
}
