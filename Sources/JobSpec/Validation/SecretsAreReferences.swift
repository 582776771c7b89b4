import Diagnostics
import JSONBytes

/// A credential written into a header or parameter is in the file's history for ever.
struct SecretsAreReferences: JobValidator {
    private static let suspicious = ["apikey", "secret", "password", "accesstoken", "authtoken", "clientsecret"]

    func validate(_ job: Job, _ problems: Problems) {
        for step in job.steps {
            for field in step.request.params + step.request.headers {
                let name = field.name.lowercased().filter { $0.isLetter }
                guard Self.suspicious.contains(where: name.contains), let literal = field.value.literal,
                    literal.text?.isEmpty == false
                else { continue }
                problems.error(
                    "literal-secret",
                    "`\(field.name)` is written out in the file",
                    at: field.nameSpan,
                    label: "anyone who can read the file has it",
                    help: "write `${{ secrets.NAME }}` and set the variable `NAME`, or the file that `NAME_FILE` names"
                )
            }
        }
    }
}
