import JSONBytes
import JobSpec
import TestSupport
import Testing

/// What every key of the vocabulary comes to.
@Suite struct JobDecodingTests {
    let job: Job
    let loans: Step
    let draft: Step

    init() throws {
        job = try Everything.load().job
        loans = try #require(job.steps.first)
        draft = try #require(job.steps.dropFirst().first)
    }

    @Test func theJobItself() throws {
        #expect(try Everything.load().warnings.isEmpty)
        #expect(job.name.name == "everything")
        #expect(job.description == "every key there is")
        #expect(job.environment?.value == "mirror")
        #expect(job.tokens == .single)
        #expect(job.timeout == .seconds(7_200))
        #expect(job.vars.map(\.name) == ["page_size", "price", "serial", "statuses", "nested", "folder", "title"])
        #expect(
            job.steps.map(\.id.name) == [
                "loans", "draft", "numbered", "linked", "header", "once", "text", "repayments", "again", "close",
            ]
        )
    }

    @Test func aStep() throws {
        #expect(loans.title == "Every loan")
        #expect(loans.condition?.source == "vars.page_size > 10 && vars.nested.flag")
        #expect(loans.scopes?.requirement.summary == "read:loans")
        #expect(loans.concurrency == 8)
        #expect(loans.timeout == .seconds(3_600))
        #expect(loans.dataSelector?.value.source == "$.loans[*]")
        #expect(loans.onError == .skip)
        #expect(loans.outputs.map(\.name) == ["total"])
        guard case .template(let list)? = loans.forEach else {
            Issue.record("for_each is not a template")
            return
        }
        #expect(list.source == "${{ vars.statuses }}")
        guard case .status(let codes)? = loans.successCriteria.first else {
            Issue.record("no status criterion")
            return
        }
        #expect(codes == [200, 206])
        #expect(loans.successCriteria.count == 2)
    }

    @Test func aRequest() {
        #expect(loans.request.method == .get)
        #expect(loans.request.params.map(\.name) == ["status", "since", "fields"])
        #expect(loans.request.headers.map(\.name) == ["Accept-Language"])
        #expect(loans.request.timeout == .seconds(90))
        #expect(draft.request.method == .post)
        #expect(draft.request.timeout == .seconds(600))
        guard case .json(.object(let members)) = draft.request.body else {
            Issue.record("the body is not an object")
            return
        }
        #expect(members.map(\.name) == ["total", "loan", "price", "note"])
        guard case .form(let form) = job.steps[5].request.body, case .text(let text) = job.steps[6].request.body else {
            Issue.record("no form, or no text")
            return
        }
        #expect(form.map(\.name) == ["a", "b"])
        #expect(text.literal == "a,b")
    }

    @Test func paginators() throws {
        guard case .offset(let pages)? = loans.paginator?.kind else {
            Issue.record("not offset")
            return
        }
        #expect(pages.limit == 300 && pages.initialOffset == 10)
        #expect(pages.limitParam == "size" && pages.offsetParam == "from")
        #expect(pages.totalPath?.source == "$.total" && !pages.stopOnShortPage)
        #expect(loans.paginator?.maxPages == 50)
        let types = job.steps.dropFirst(2).prefix(5).map { $0.paginator?.type }
        #expect(types == ["page_number", "json_link", "header_link", "single_page", "single_page"])
        guard case .pageNumber(let numbered)? = job.steps[2].paginator?.kind else {
            Issue.record("not page_number")
            return
        }
        #expect(numbered.initialPage == 0 && numbered.pageParam == "p" && numbered.totalPath?.source == "$.pages")
        guard case .headerLink("following")? = job.steps[4].paginator?.kind else {
            Issue.record("not header_link")
            return
        }
        #expect(job.steps[2].paginator?.maxPages == Paginator.defaultMaxPages)
        #expect(job.steps[5].paginator?.maxPages == 1)
    }

    @Test func theJobsDefaultsReachOnlyStepsWithoutTheirOwn() {
        #expect(loans.retry?.maxAttempts == 2)
        #expect(loans.rateLimit == RateLimit(requests: 1, interval: .seconds(2)))
        #expect(draft.retry?.maxAttempts == 7)
        #expect(draft.rateLimit == RateLimit(requests: 20, interval: .seconds(1)))
    }

    @Test func anEnvironment() throws {
        let base = try #require(job.environments["base"])
        #expect(base.clientAuth == .basicRaw)
        #expect(base.isProduction)
        #expect(base.caFile?.value == "ca.pem")
        #expect(base.proxy == "http://proxy.example.org:3128")
        #expect(base.scopes.map(\.scope.name) == ["read:loans", "create:loan"])
        #expect(base.scopes.map(\.access) == [.read, .write])
        let operation = try #require(base.operations.first)
        #expect(operation.requirement.summary == "read:loans, or admin and audit")
        #expect(operation.paginator?.type == "cursor")
        #expect(operation.paginator?.maxPages == 9)
        let retry = try #require(base.retry)
        #expect(
            retry
                == RetryPolicy(
                    maxAttempts: 3,
                    initialBackoff: .milliseconds(250),
                    backoffMultiplier: 1.5,
                    maxBackoff: .seconds(90),
                    maxDuration: .seconds(3_600),
                    maxRetryAfter: .seconds(120),
                    retryableStatusCodes: [429, 502, 503, 504],
                    retryUnsafeOn503: false
                )
        )
        #expect(base.rateLimit == RateLimit(requests: 5, interval: .milliseconds(500)))
    }

    @Test func extendingTakesWhatIsNotSaid() throws {
        let mirror = try #require(job.environments["mirror"])
        #expect(mirror.extends == "base")
        #expect(!mirror.isProduction)
        #expect(mirror.baseURL?.literal == "http://127.0.0.1:8080")
        #expect(mirror.tokenURL?.literal == "https://auth.example.org/oauth/token")
        #expect(mirror.scopes.count == 2 && mirror.operations.count == 1 && mirror.retry?.maxAttempts == 3)
    }

    @Test func aSandboxTakesNoAddressesAndIsNoProduction() throws {
        let toy = try #require(job.environments["toy"])
        #expect(
            toy.sandbox
                == SandboxOptions(
                    loans: 10,
                    seed: 7,
                    tokenTTL: .seconds(2),
                    latency: .milliseconds(5),
                    faults: "429:0.05",
                    authorizedScopes: ["read:loans"]
                )
        )
        #expect(toy.baseURL == nil && toy.clientSecret == nil && !toy.isProduction)
        let real = try #require(job.environments["real"])
        #expect(real.sandbox == nil)
        #expect(real.baseURL?.literal == "https://api.example.org")
    }

    @Test func aJobMayRefineABuiltInEnvironment() throws {
        let text = """
            name: a
            environment: kiva-stage
            environments:
              kiva-stage: { extends: kiva-stage, base_url: https://other.example.org }
            steps: [{ id: a, request: { path: /a } }]
            """
        let stage = try #require(try Everything.load(text).job.environments["kiva-stage"])
        #expect(stage.baseURL?.literal == "https://other.example.org")
        #expect(stage.audience?.literal == "https://partner-api-stage.dk1.kiva.org")
    }

    @Test func theBuiltInEnvironmentsAreKnown() throws {
        let catalogue = try BuiltInEnvironments.catalogue()
        #expect(catalogue.names == ["kiva-production", "kiva-stage", "sandbox"])
        #expect(catalogue["kiva-production"]?.isProduction == true)
        #expect(catalogue["kiva-stage"]?.isProduction == false)
        #expect(catalogue["sandbox"]?.isProduction == false)
        #expect(catalogue["sandbox"]?.operations.count == 9)
    }
}
