import Diagnostics
import JSONBytes
import JobSpec
import TestSupport

/// A job that uses every key of the vocabulary.
enum Everything {
    static let yaml = """
        name: everything
        description: every key there is
        environment: mirror
        tokens: single
        timeout: 2h
        retry: { max_attempts: 7 }
        rate_limit: { requests: 20, per: 1s }
        vars:
          page_size: 300
          price: 480.00
          serial: 1234567890123456789012345
          statuses: [active, 'ended', "funded"]
          nested: { flag: true, nothing: null, hex: 0x1F }
          folder: input
          title: "${{ vars.statuses[0] }} loans"
        environments:
          base:
            token_url: https://auth.example.org/oauth/token
            audience: https://api.example.org
            base_url: https://api.example.org
            client_id: ${{ secrets.ID }}
            client_secret: ${{ secrets.KEY }}
            client_auth: basic_raw
            production: true
            scopes:
              read:loans: { access: read, description: see loans }
              create:loan: { access: write }
            operations:
              - method: GET
                path: /v3/loans/{id}
                scopes: { any_of: [[read:loans], [admin, audit]] }
                paginator: { type: cursor, cursor_path: $.next, cursor_param: after, max_pages: 9 }
                data_selector: $.loans[*]
            rate_limit: { requests: 5, per: 500ms }
            retry:
              max_attempts: 3
              initial_backoff: 250ms
              backoff_multiplier: 1.5
              max_backoff: 1m30s
              max_duration: 1h
              max_retry_after: 2m
              retryable_status_codes: [429, 502..504]
              retry_unsafe_on_503: false
            tls: { ca_file: ca.pem }
            proxy: http://proxy.example.org:3128
          mirror:
            extends: base
            production: false
            base_url: http://127.0.0.1:8080
          toy:
            extends: base
            sandbox:
              loans: 10
              seed: 7
              token_ttl: 2s
              latency: 5ms
              faults: "429:0.05"
              authorized_scopes: [read:loans]
          real:
            extends: toy
            sandbox: null
            token_url: https://auth.example.org/oauth/token
            base_url: https://api.example.org
            client_id: ${{ secrets.ID }}
            client_secret: ${{ secrets.KEY }}
        steps:
          - id: loans
            name: Every loan
            if: vars.page_size > 10 && vars.nested.flag
            scopes: [read:loans]
            for_each: ${{ vars.statuses }}
            concurrency: 8
            timeout: 1h
            request:
              method: GET
              path: /v3/partner/${{ token.partnerId }}/loans
              params:
                status: ${{ item }}
                since: ${{ date(run.as_of, -1) }}
                fields: [id, name]
              headers: { Accept-Language: en }
              timeout: 90s
            paginator:
              type: offset
              limit: 300
              initial_offset: 10
              limit_param: size
              offset_param: from
              total_path: $.total
              stop_on_short_page: false
              max_pages: 50
            data_selector: $.loans[*]
            retry: { max_attempts: 2 }
            rate_limit: { requests: 1, per: 2s }
            success_criteria:
              - status: [200, 206]
              - jsonpath: $.loans
            on_error: skip
            output: { total: $.total }
          - id: draft
            scopes: { any_of: [[create:loan], admin] }
            for_each: [{ name: Ada, amount: 100.50 }, { name: 融资, amount: 1e3 }]
            request:
              method: POST
              path: /v3/drafts
              json:
                total: ${{ steps.loans.output.total }}
                loan: ${{ item }}
                price: ${{ vars.price }}
                note: "for ${{ item.name }}: $${{ kept }}"
            on_error: continue
          - id: numbered
            request: { path: /a }
            paginator: { type: page_number, initial_page: 0, page_param: p, total_path: $.pages }
          - id: linked
            request: { path: /b }
            paginator: { type: json_link, next_url_path: $.next }
          - id: header
            request: { path: /c }
            paginator: { type: header_link, relation: following }
          - id: once
            request:
              method: PUT
              path: /d
              form: { a: 1, b: [x, y] }
            paginator: single_page
          - id: text
            request: { method: PATCH, path: /e, headers: { Content-Type: text/csv }, body: "a,b" }
            paginator: { type: single_page }
          - id: repayments
            scopes: [create:loan]
            for_each:
              csv: "${{ vars.folder }}/repayments-${{ date(run.as_of) }}.csv"
              columns: { amount: number, loan_id: string, count: integer, paid: boolean }
              delimiter: ";"
            batch_size: 250
            request:
              method: POST
              path: /v3/repayments
              headers: { X-Run: "${{ run.id }}" }
              json: { repayments: "${{ batch }}" }
            on_error: skip
            max_failures: 2.5%
            idempotency_key: { value: "${{ run.id }}-${{ batch[0].loan_id }}", header: X-Request-Id }
          - id: again
            scopes: [create:loan]
            for_each: { ndjson: repayments.rejects.ndjson, field: item }
            request: { method: POST, path: /v3/repayments, json: "${{ item }}" }
            on_error: skip
            max_failures: 10
            idempotency_key: auto
          - id: close
            scopes: [create:loan]
            for_each: { step: loans }
            request: { method: PATCH, path: "/v3/loans/${{ item.id }}", json: { closed: true } }
            reconcile:
              request: { path: "/v3/loans/${{ item.id }}", params: { closed: true } }
              found: $.loans[*]
              scopes: [read:loans]
        """

    static func load(
        _ text: String = yaml,
        variables: [VariableOverride] = []
    ) throws(DiagnosticError) -> JobLoader.Loaded {
        try JobLoader.load(
            SourceFile(path: "job.yaml", bytes: Array(text.utf8)),
            environments: BuiltInEnvironments.catalogue(),
            variables: variables
        )
    }

    /// What is wrong with a text, as the codes of its diagnostics.
    static func codes(_ text: String, variables: [VariableOverride] = []) -> [String] {
        do throws(DiagnosticError) {
            return try load(text, variables: variables).warnings.map(\.code)
        } catch {
            return error.diagnostics.map(\.code)
        }
    }
}
