package import Diagnostics
import YAMLReader

/// The environments that every job knows. They are data in the job file's own format: no API is wired into code.
package enum BuiltInEnvironments {
    /// The text, as `runner environments --yaml` prints it.
    package static let yaml = """
        # Kiva's Partner API. Production is used after Kiva has confirmed a partner's stage tests.
        environments:
          kiva-production:
            production: true
            token_url: https://auth.k1.kiva.org/oauth/token
            audience: https://partner-api.k1.kiva.org
            base_url: https://partner-api.k1.kiva.org
            client_id: ${{ secrets.KIVA_PRODUCTION_CLIENT_ID }}
            client_secret: ${{ secrets.KIVA_PRODUCTION_CLIENT_SECRET }}
            client_auth: post
            scopes:
              read:loans: { access: read, description: list loans and their repayment schedules }
              create:loan_draft: { access: write, description: create drafts that a person publishes }
              create:journal_update: { access: write, description: post journal updates on loans }
              create:repayment: { access: write, description: report repayments }
            operations:
              - method: GET
                path: /v3/partner/{partnerId}/loans
                scopes: [read:loans]
                paginator: { type: offset, limit: 300, total_path: $.total, stop_on_short_page: false }
                data_selector: $.loans[*]
              - { method: POST, path: "/v3/partner/{partnerId}/loan_draft", scopes: [create:loan_draft] }
              - { method: POST, path: "/v3/partner/{partnerId}/journals", scopes: [create:journal_update] }
              - { method: POST, path: "/v3/partners/{partnerId}/journals", scopes: [create:journal_update] }
              - { method: POST, path: "/v3/partner/{partnerId}/repayments", scopes: [create:repayment] }
              - method: GET
                path: /v3/partner/{partnerId}/config/activities
                data_selector: $.activities[*]
              - method: GET
                path: /v3/partner/{partnerId}/config/locales
                data_selector: $.locales[*]
              - method: GET
                path: /v3/partner/{partnerId}/config/themes
                data_selector: $.themes[*]
              - method: GET
                path: /v3/partner/{partnerId}/config/locations
                data_selector: $.locations[*]

          kiva-stage:
            extends: kiva-production
            production: false
            token_url: https://auth.staging.kiva.org/oauth/token
            audience: https://partner-api-stage.dk1.kiva.org
            base_url: https://partnerapi.staging.kiva.org
            client_id: ${{ secrets.KIVA_STAGE_CLIENT_ID }}
            client_secret: ${{ secrets.KIVA_STAGE_CLIENT_SECRET }}

          # The embedded stand-in for the same API: it starts with the run and needs no credentials.
          sandbox:
            extends: kiva-production
            sandbox: { loans: 1000, seed: 1 }
        """

    /// The built-in environments, read when they are first asked for.
    ///
    /// - Throws: the diagnostics of a broken catalogue, which only a change to this file can cause.
    package static func catalogue() throws(DiagnosticError) -> EnvironmentCatalogue { try read.get() }

    private static let read = Result { () throws(DiagnosticError) in
        let file = SourceFile(path: "<built-in environments>", bytes: Array(yaml.utf8))
        return try EnvironmentFile.read(file, outer: EnvironmentCatalogue([]))
    }
}

/// A file with nothing but `environments:` in it: the built-in one, and those of `--environments`.
package enum EnvironmentFile {
    static let keys = ["environments"]

    /// The environments of the file at `path` followed by those of `outer`.
    package static func read(
        path: String,
        outer: EnvironmentCatalogue
    ) throws(DiagnosticError) -> EnvironmentCatalogue {
        try read(YAMLReader.source(path: path), outer: outer)
    }

    /// The file's environments followed by those of `outer`.
    package static func read(
        _ file: SourceFile,
        outer: EnvironmentCatalogue
    ) throws(DiagnosticError) -> EnvironmentCatalogue {
        let root = try YAMLReader.read(file)
        let problems = Problems()
        let fields = Fields(
            root,
            what: "an environments file",
            keys: Self.keys,
            problems: problems,
            example: "environments: { NAME: … }"
        )
        let catalogue = fields?["environments"].map { EnvironmentsDecoder(problems: problems).decode($0, outer: outer) }
        if fields != nil, catalogue == nil {
            fields?.missing("environments", help: "write `environments: { NAME: … }`")
        }
        if let catalogue { TemplateNamesExist().check(catalogue, of: file, problems) }
        if problems.hasErrors { throw problems.failure }
        return catalogue ?? outer
    }
}
