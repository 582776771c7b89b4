import Diagnostics
import JSONBytes

/// A credential written into a header or parameter is in the file's history for ever.
struct SecretsAreReferences: JobValidator {
    private static let suspicious = [
        "apikey", "apitoken", "secret", "password", "passwd", "accesstoken", "authtoken", "privatekey", "cookie",
    ]

    func validate(_ job: Job, _ problems: Problems) {
        for step in job.steps {
            check(step.idempotencyKey, problems)
            for field in step.requests.flatMap(Self.fields) {
                guard Self.isSuspicious(field.name), let literal = field.value.literal,
                    literal != .null, literal.text?.isEmpty != true
                else { continue }
                problems.literalSecret(
                    field.name,
                    at: field.value.strings.first?.span ?? Self.restOfLine(after: field.nameSpan),
                    help: "write `${{ secrets.NAME }}` and set the variable `NAME`, or the file that `NAME_FILE` names"
                )
            }
        }
    }

    private func check(_ key: IdempotencyKey?, _ problems: Problems) {
        guard let key, Self.isSuspicious(key.header), let value = key.value, value.literal != nil else { return }
        problems.literalSecret(
            key.header,
            at: value.span,
            help: "a key is no secret: write `idempotency_key: auto`, and send credentials under `headers`"
        )
    }

    /// The named values of a request.
    private static func fields(of request: RequestTemplate) -> [RequestTemplate.Field] {
        let form = if case .form(let fields) = request.body { fields } else { [RequestTemplate.Field]() }
        return request.params + request.headers + form
    }

    /// Whether a name says that its value is a credential.
    static func isSuspicious(_ name: String) -> Bool {
        let letters = name.lowercased().filter { $0.isLetter }
        return suspicious.contains { letters.contains($0) }
    }

    /// Where the value of a name is, when it is a number or a boolean.
    private static func restOfLine(after name: SourceSpan) -> SourceSpan {
        let line = name.file.lineRange(name.end.line)
        return name.file.span(min(name.end.offset + 1, line.upperBound)..<line.upperBound)
    }
}
