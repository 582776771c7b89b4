import Diagnostics
import JSONBytes

/// A credential written into a header or parameter is in the file's history for ever.
struct SecretsAreReferences: JobValidator {
    private static let suspicious = [
        "apikey", "apitoken", "secret", "password", "passwd", "accesstoken", "authtoken", "privatekey", "cookie",
    ]

    func validate(_ job: Job, _ problems: Problems) {
        for step in job.steps {
            let form = if case .form(let fields) = step.request.body { fields } else { [RequestTemplate.Field]() }
            for field in step.request.params + step.request.headers + form {
                let name = field.name.lowercased().filter { $0.isLetter }
                guard Self.suspicious.contains(where: name.contains), let literal = field.value.literal,
                    literal.text?.isEmpty == false
                else { continue }
                problems.error(
                    "literal-secret",
                    "`\(field.name)` is written out in the file",
                    at: field.value.strings.first?.span ?? field.nameSpan,
                    label: "anyone who can read the file has it",
                    help: "write `${{ secrets.NAME }}` and set the variable `NAME`, or the file that `NAME_FILE` names"
                )
            }
        }
    }
}
