import Diagnostics
import JobPlan
import JobSpec
import TestSupport

/// A job text, loaded and planned.
struct PlannedJob {
    let text: String
    var environment: String?
    var selection = StepSelection.all

    /// An environment with scopes of both kinds and operations that ask for them in every way.
    static let environments = """
        name: test
        environment: api
        environments:
          api:
            token_url: https://auth.example.org/oauth/token
            audience: https://api.example.org
            base_url: https://api.example.org
            client_id: ${{ secrets.ID }}
            client_secret: ${{ secrets.KEY }}
            scopes:
              read:loans: { access: read }
              read:pages: { access: read }
              write:loans: { access: write }
              admin: { access: write }
            operations:
              - { method: GET, path: "/loans", scopes: [read:loans], data_selector: "$.loans[*]" }
              - { method: GET, path: "/loans/{id}", scopes: [read:loans] }
              - { method: GET, path: "/loans/mine", scopes: [read:pages] }
              - { method: GET, path: "/{kind}/list", scopes: [read:pages] }
              - { method: POST, path: "/loans", scopes: [write:loans] }
              - { method: GET, path: "/any" }
              - { method: GET, path: "/either", scopes: { any_of: [[admin], [read:loans, read:pages], [write:loans]] } }
          bare:
            token_url: https://auth.example.org/oauth/token
            base_url: https://api.example.org
            client_id: ${{ secrets.ID }}
            client_secret: ${{ secrets.KEY }}

        """

    /// - Parameter steps: the rest of the job file.
    init(_ steps: String, environment: String? = nil, only: [String] = [], from: String? = nil) {
        self.init(whole: Self.environments + steps, environment: environment, only: only, from: from)
    }

    init(whole text: String, environment: String? = nil, only: [String] = [], from: String? = nil) {
        self.text = text
        self.environment = environment
        selection = StepSelection(only: only, from: from)
    }

    func planned() throws -> Planner.Planned {
        let file = SourceFile(path: "job.yaml", bytes: Array(text.utf8))
        do throws(DiagnosticError) {
            let job = try JobLoader.load(file, environments: BuiltInEnvironments.catalogue()).job
            return try Planner.plan(job, environment: environment, selection: selection)
        } catch {
            throw Refused(diagnostics: error.diagnostics)
        }
    }

    func plan() throws -> Plan { try planned().plan }

    /// What is said about it, warnings included.
    func diagnostics() throws -> [Diagnostic] {
        do { return try planned().warnings } catch let refused as Refused { return refused.diagnostics }
    }

    struct Refused: Error, CustomStringConvertible {
        let diagnostics: [Diagnostic]
        var description: String { DiagnosticRenderer(color: false).render(diagnostics) }
    }
}

extension Plan {
    /// `t1: a b` for each token.
    var tokenLines: [String] { tokens.map { "\($0.id): " + $0.scopes.map(\.name).joined(separator: " ") } }

    /// `step→token: scopes` for each step.
    var rideLines: [String] {
        steps.map { step in
            "\(step.id)→\(step.token): " + step.scopes.sorted().map(\.name).joined(separator: " ")
        }
    }
}

extension Diagnostic {
    /// What stands where it points.
    var place: String { span.map { String(decoding: $0.file.bytes[$0.byteRange], as: UTF8.self) } ?? "" }
}
