import Glibc
import JobSpec
import Secrets

/// Finds secrets: the variable `X`, the file that `X_FILE` names, `$CREDENTIALS_DIRECTORY/X`, `/run/secrets/X`.
struct SecretSource: Sendable {
    /// Larger files are no secrets.
    private static let maxBytes = 64 << 10
    private static let systemFolder = "/run/secrets"

    let environment: [String: String]
    let redactor: Redactor

    /// The secret of that name, registered for masking before anyone sees it.
    func secret(_ name: String) throws(SecretLookupError) -> Secret {
        guard Self.isName(name) else {
            throw SecretLookupError(
                message: "`\(name)` can't name a secret",
                help: "names of secrets are letters, digits, `_` and `-`: they name variables and files"
            )
        }
        let secret = Secret(try text(name))
        redactor.register(secret)
        return secret
    }

    private func text(_ name: String) throws(SecretLookupError) -> String {
        if let value = environment[name], !value.isEmpty { return value }
        if let path = environment["\(name)_FILE"], !path.isEmpty {
            guard let text = try Self.read(path, of: name) else {
                throw SecretLookupError(
                    message: "secret `\(name)`: the file of `\(name)_FILE` is not there: \(path)",
                    help: "correct `\(name)_FILE`, or set `\(name)`"
                )
            }
            return text
        }
        let folders = [environment["CREDENTIALS_DIRECTORY"], Self.systemFolder].compactMap { $0 }
        for folder in folders {
            if let text = try Self.read("\(folder)/\(name)", of: name) { return text }
        }
        throw SecretLookupError(
            message: "secret `\(name)` is not set",
            help: "set the environment variable `\(name)`, or `\(name)_FILE` to the path of a file that holds it"
        )
    }

    /// A file's text without the line break that editors add; nothing where there is no such file.
    private static func read(_ path: String, of name: String) throws(SecretLookupError) -> String? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            if errno == ENOENT || errno == ENOTDIR { return nil }
            throw SecretLookupError(
                message: "secret `\(name)`: \(path) can't be read: \(String(cString: strerror(errno)))",
                help: "let this user read the file"
            )
        }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 4096)
        while bytes.count <= maxBytes {
            let count = Glibc.read(descriptor, &chunk, chunk.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else {
                throw SecretLookupError(
                    message: "secret `\(name)`: \(path) can't be read: \(String(cString: strerror(errno)))",
                    help: "name a readable file"
                )
            }
            if count == 0 { break }
            bytes += chunk[..<count]
        }
        while bytes.last == 0x0A || bytes.last == 0x0D { bytes.removeLast() }
        guard !bytes.isEmpty, bytes.count <= maxBytes, let text = String(validating: bytes, as: UTF8.self) else {
            throw SecretLookupError(
                message: "secret `\(name)`: \(path) holds no secret: it is empty, too large, or not UTF-8",
                help: "write the secret alone into the file"
            )
        }
        return text
    }

    private static func isName(_ name: String) -> Bool {
        !name.isEmpty
            && name.utf8.allSatisfy {
                switch $0 {
                case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "_"), UInt8(ascii: "-"): true
                default: false
                }
            }
    }
}
