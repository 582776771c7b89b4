import Diagnostics
import JSONBytes

/// A credential written into a header or parameter is in the file's history for ever.
struct SecretsAreReferences: JobValidator {
    private static let suspicious = [
        "apikey", "apitoken", "secret", "password", "passwd", "accesstoken", "authtoken", "privatekey", "cookie",
    ].map { Array($0.utf8) }

    func validate(_ job: Job, _ problems: Problems) {
        for step in job.steps {
            check(step.idempotencyKey, problems)
            check(step.request, problems)
            if let reconcile = step.reconcile { check(reconcile.request, problems) }
        }
    }

    private func check(_ request: RequestTemplate, _ problems: Problems) {
        for field in request.params { check(field, problems) }
        for field in request.headers { check(field, problems) }
        guard case .form(let fields) = request.body else { return }
        for field in fields { check(field, problems) }
    }

    private func check(_ field: RequestTemplate.Field, _ problems: Problems) {
        guard Self.isSuspicious(field.name), let literal = field.value.literal,
            literal != .null, literal.text?.isEmpty != true
        else { return }
        problems.literalSecret(
            field.name,
            at: field.value.strings.first?.span ?? Self.restOfLine(after: field.nameSpan),
            help: "write `${{ secrets.NAME }}` and set the variable `NAME`, or the file that `NAME_FILE` names"
        )
    }

    private func check(_ key: IdempotencyKey?, _ problems: Problems) {
        guard let key, Self.isSuspicious(key.header), let value = key.value, value.literal != nil else { return }
        problems.literalSecret(
            key.header,
            at: value.span,
            help: "a key is no secret: write `idempotency_key: auto`, and send credentials under `headers`"
        )
    }

    /// Whether a name says that its value is a credential.
    static func isSuspicious(_ name: String) -> Bool {
        let letters = letters(of: name)
        return suspicious.contains { word in
            // Most names are shorter than most of the words.
            letters.count >= word.count
                && (0...letters.count - word.count).contains { letters[$0...].starts(with: word) }
        }
    }

    /// The letters of a name in lower case, as UTF-8.
    private static func letters(of name: String) -> [UInt8] {
        guard name.utf8.allSatisfy({ $0 < 0x80 }) else { return Array(name.lowercased().filter(\.isLetter).utf8) }
        return name.utf8.compactMap { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"): byte
            case UInt8(ascii: "A")...UInt8(ascii: "Z"): byte | 0x20
            default: nil
            }
        }
    }

    /// Where the value of a name is, when it is a number or a boolean.
    private static func restOfLine(after name: SourceSpan) -> SourceSpan {
        let line = name.file.lineRange(name.end.line)
        return name.file.span(min(name.end.offset + 1, line.upperBound)..<line.upperBound)
    }
}
