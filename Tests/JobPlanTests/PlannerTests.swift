import Diagnostics
import JSONBytes
import JobPlan
import JobSpec
import Testing

@Suite struct PlannerTests {
    /// One step that calls `path`, with more keys.
    static func step(_ id: String, _ path: String, method: String = "GET", _ keys: String = "") -> String {
        "  - { id: \(id), request: { method: \(method), path: \"\(path)\" }\(keys.isEmpty ? "" : ", " + keys) }\n"
    }

    // MARK: Where scopes come from

    @Test(arguments: [
        ("/loans", "read:loans", "/loans"), ("/loans/17", "read:loans", "/loans/{id}"),
        ("/loans/${{ token.id }}", "read:loans", "/loans/{id}"), ("/loans/mine", "read:pages", "/loans/mine"),
        ("/loans/${{ vars.mine }}", "read:pages", "/loans/mine"),
        ("/loans/a${{ token.id }}b", "read:loans", "/loans/{id}"),
        ("/loans/${{ vars.slash }}", "read:loans", "/loans/{id}"),
        ("/${{ token.kind }}/list", "read:pages", "/{kind}/list"),
        // Two templates fit: the one whose first segment is literal.
        ("/loans/list", "read:loans", "/loans/{id}"), ("/any", "", "/any"),
    ])
    func theCatalogueKnows(path: String, scopes: String, operation: String) throws {
        let plan = try PlannedJob("vars: { mine: mine, slash: a/b }\nsteps:\n" + Self.step("a", path)).plan()
        #expect(plan.steps[0].scopes.map(\.name).joined(separator: " ") == scopes)
        #expect(plan.steps[0].authority == .operation(operation))
    }

    @Test(arguments: ["/Loans", "/loans/", "/loans/1/2", "/", "/loan", "/loans/${{ token.a }}/${{ token.b }}"])
    func whatTheCatalogueDoesNotKnowMustBeDeclared(path: String) throws {
        let diagnostics = try PlannedJob("steps:\n" + Self.step("a", path)).diagnostics()
        #expect(diagnostics.map(\.code) == ["scopes-unknown"])
        #expect(diagnostics.first?.place == "a")
        let declared = PlannedJob("steps:\n" + Self.step("a", path, "scopes: [admin]"))
        #expect(try declared.plan().rideLines == ["a→t1: admin"])
        #expect(try declared.diagnostics().map(\.code) == ["unlisted-operation"])
        #expect(try declared.plan().steps[0].authority == .declaration)
    }

    @Test func aMethodOfItsOwnHasScopesOfItsOwn() throws {
        let plan = try PlannedJob("steps:\n" + Self.step("a", "/loans", method: "POST")).plan()
        #expect(plan.rideLines == ["a→t1: write:loans"])
    }

    @Test func anEnvironmentWithoutACatalogueTakesTheJobsWord() throws {
        let job = PlannedJob("steps:\n" + Self.step("a", "/x", "scopes: [whatever]"), environment: "bare")
        #expect(try job.plan().tokenLines == ["t1: whatever"])
        #expect(try job.diagnostics().isEmpty)
        let silent = PlannedJob("steps:\n" + Self.step("a", "/x"), environment: "bare")
        #expect(try silent.diagnostics().map(\.code) == ["scopes-unknown"])
        let any = PlannedJob("steps:\n" + Self.step("a", "/x", "scopes: []"), environment: "bare")
        #expect(try any.diagnostics().map(\.code) == ["no-scope-to-ask-for"])
    }

    // MARK: What the job declares

    @Test func aScopeThatIsNotNeededIsLeftOutAndSaid() throws {
        let job = PlannedJob("steps:\n" + Self.step("a", "/loans", "scopes: [read:loans, admin]"))
        #expect(try job.plan().tokenLines == ["t1: read:loans"])
        let diagnostics = try job.diagnostics()
        #expect(diagnostics.map(\.code) == ["scope-not-needed"])
        #expect(diagnostics.first?.severity == .warning)
        #expect(diagnostics.first?.place == "admin")
    }

    @Test(arguments: ["[read:pages]", "[]", "{ any_of: [[read:loans], [read:pages]] }"])
    func aScopeThatIsNeededMustBeThere(scopes: String) throws {
        let diagnostics = try PlannedJob("steps:\n" + Self.step("a", "/loans", "scopes: \(scopes)")).diagnostics()
        #expect(diagnostics.first?.code == "scope-not-declared")
        #expect(diagnostics.first?.severity == .error)
        #expect(diagnostics.first?.help.first?.contains("write `scopes: [read:loans]`") == true)
    }

    @Test func anUnknownScopeIsNamedWithItsLikeliestSpelling() throws {
        let diagnostics = try PlannedJob("steps:\n" + Self.step("a", "/x", "scopes: [read:laons]")).diagnostics()
        let unknown = try #require(diagnostics.first { $0.code == "unknown-scope" })
        #expect(unknown.place == "read:laons")
        #expect(unknown.help == ["did you mean `read:loans`?"])
    }

    @Test func theJobMayNarrowAChoice() throws {
        func scopes(_ declared: String) throws -> [String] {
            try PlannedJob("steps:\n" + Self.step("a", "/either", declared)).plan().tokenLines
        }
        #expect(try scopes("") == ["t1: admin"])
        #expect(try scopes("scopes: [write:loans]") == ["t1: write:loans"])
        #expect(try scopes("scopes: [read:pages, read:loans]") == ["t1: read:loans read:pages"])
        #expect(try scopes("scopes: { any_of: [[write:loans], [read:loans, read:pages]] }") == ["t1: write:loans"])
    }

    @Test func everyProblemIsReportedAtOnce() throws {
        let steps =
            Self.step("a", "/x", "scopes: [read:laons]") + Self.step("b", "/loans", "scopes: []")
            + Self.step("c", "/nothing")
        let codes = try PlannedJob("steps:\n" + steps).diagnostics().map(\.code)
        #expect(codes == ["unknown-scope", "unlisted-operation", "scope-not-declared", "scopes-unknown"])
    }

    // MARK: Tokens

    static let mixed =
        "steps:\n" + step("list", "/loans") + step("any", "/any") + step("one", "/loans/1") + step("pages", "/x/list")
        + step("make", "/loans", method: "POST")

    @Test func noCallCarriesMoreThanItNeeds() throws {
        let plan = try PlannedJob(Self.mixed).plan()
        #expect(plan.tokenLines == ["t1: read:loans", "t2: read:pages", "t3: write:loans"])
        #expect(
            plan.rideLines == [
                "list→t1: read:loans", "any→t1: ", "one→t1: read:loans", "pages→t2: read:pages", "make→t3: write:loans",
            ]
        )
        #expect(plan.tokens[0].reasons.map { "\($0.scope) \($0.calls)" } == ["read:loans [list, one]"])
        for step in plan.steps where !step.scopes.isEmpty {
            let token = try #require(plan.tokens.first { $0.id == step.token })
            #expect(Set(token.scopes) == step.scopes)
        }
        #expect(plan.isProvedSmallest)
    }

    @Test func singleAsksForTheUnion() throws {
        let plan = try PlannedJob("tokens: single\n" + Self.mixed).plan()
        #expect(plan.tokenLines == ["t1: read:loans read:pages write:loans"])
        #expect(plan.rideLines.last == "make→t1: write:loans")
        let choice = try PlannedJob(
            "tokens: single\nsteps:\n" + Self.step("a", "/loans", method: "POST")
                + Self.step("b", "/either")
        ).plan()
        #expect(choice.tokenLines == ["t1: write:loans"])
        #expect(choice.rideLines == ["a→t1: write:loans", "b→t1: write:loans"])
    }

    @Test func callsThatTakeAnyTokenAloneGetTheLeast() throws {
        let plan = try PlannedJob("steps:\n" + Self.step("a", "/any")).plan()
        #expect(plan.tokenLines == ["t1: read:loans"])
        #expect(plan.tokens[0].reasons.map(\.calls.count) == [0])
        #expect(plan.rideLines == ["a→t1: "])
        #expect(plan.text.contains("no call needs a scope"))
    }

    // MARK: Which steps run

    @Test(
        arguments: [
            (["list"], nil, ["list"], ["t1: read:loans"]),
            (["make", "list"], nil, ["list", "make"], ["t1: read:loans", "t2: write:loans"]),
            ([], "pages", ["pages", "make"], ["t1: read:pages", "t2: write:loans"]),
            (["list", "make"], "one", ["make"], ["t1: write:loans"]),
            (["list"], "one", [], []),
        ] as [([String], String?, [String], [String])]
    )
    func whatIsNotRunNeedsNoScopes(only: [String], from: String?, steps: [String], tokens: [String]) throws {
        let plan = try PlannedJob(Self.mixed, only: only, from: from).plan()
        #expect(plan.steps.map(\.id.name) == steps)
        #expect(plan.tokenLines == tokens)
        #expect(plan.skipped.count == 5 - steps.count)
    }

    @Test func aConditionThatIsFalseWhateverHappensLeavesAStepOut() throws {
        let steps =
            Self.step("a", "/loans", "if: vars.mode == 'full'")
            + Self.step("b", "/x/list", "if: vars.mode != 'full' && env.X == '1'")
            + Self.step("c", "/either", "if: env.X == '1'")
        let plan = try PlannedJob("vars: { mode: quick }\nsteps:\n" + steps).plan()
        #expect(plan.skipped.map { "\($0.step.id) \($0.reason.rawValue)" } == ["a its `if` is false"])
        #expect(plan.steps.map(\.id.name) == ["b", "c"])
    }

    @Test func nothingToDoIsAWarning() throws {
        let job = PlannedJob("steps:\n" + Self.step("a", "/loans", "if: false"))
        #expect(try job.diagnostics().map(\.code) == ["nothing-to-do"])
        #expect(try job.plan().tokens.isEmpty)
    }

    @Test func unknownStepsAreNamed() throws {
        let diagnostics = try PlannedJob(Self.mixed, only: ["lits", "zzz"], from: "mke").diagnostics()
        #expect(diagnostics.map(\.code) == ["unknown-step", "unknown-step", "unknown-step"])
        #expect(diagnostics.first?.help == ["did you mean `list`?"])
        #expect(diagnostics.last?.help == ["did you mean `make`?"])
    }

    @Test func aStepThatIsLeftOutLeavesNoOutputBehind() throws {
        let steps =
            Self.step("a", "/loans", "output: { total: $.total }")
            + Self.step("b", "/loans/${{ steps.a.output.total }}")
        #expect(try PlannedJob("steps:\n" + steps).diagnostics().isEmpty)
        for job in [PlannedJob("steps:\n" + steps, only: ["b"]), PlannedJob("steps:\n" + steps, from: "b")] {
            let diagnostics = try job.diagnostics()
            #expect(diagnostics.map(\.code) == ["output-of-skipped-step"])
            #expect(diagnostics.first?.place == "steps.a.output.total")
        }
    }

    // MARK: Environments

    @Test func theCommandLineOverridesTheEnvironment() throws {
        let job = "steps:\n" + Self.step("a", "/loans", "scopes: [read:loans]")
        #expect(try PlannedJob(job).plan().environment.name == "api")
        #expect(try PlannedJob(job, environment: "bare").plan().environment.name == "bare")
    }

    @Test func withoutAnEnvironmentThereIsNoPlan() throws {
        let none = PlannedJob(whole: "name: test\nsteps:\n" + Self.step("a", "/loans"))
        #expect(try none.diagnostics().map(\.code) == ["no-environment"])
        let unknown = PlannedJob(Self.mixed, environment: "kiva-stag")
        #expect(try unknown.diagnostics().map(\.code) == ["unknown-environment"])
        #expect(try unknown.diagnostics().first?.help == ["did you mean `kiva-stage`?"])
    }

    @Test func defaultsComeFromTheCatalogueAndTheEnvironment() throws {
        let plan = try PlannedJob("steps:\n" + Self.step("a", "/loans") + Self.step("b", "/loans/1")).plan()
        #expect(plan.steps[0].dataSelector?.source == "$.loans[*]")
        #expect(plan.steps[1].dataSelector == nil)
        #expect(plan.steps[1].paginator.type == "single_page")
        #expect(plan.steps[1].retry == .standard)
    }

    // MARK: Purity and size

    @Test func theSameJobGivesTheSamePlan() throws {
        let (first, second) = (try PlannedJob(Self.mixed).plan(), try PlannedJob(Self.mixed).plan())
        #expect(first.document == second.document)
        #expect(first.text == second.text)
        #expect(first.hash == second.hash && first.hash.count == 64)
    }

    @Test func aThousandStepsAreNoTrouble() throws {
        let steps = (0..<1_000).map { Self.step("s\($0)", $0.isMultiple(of: 2) ? "/loans/\($0)" : "/x/list") }.joined()
        let plan = try PlannedJob("steps:\n" + steps).plan()
        #expect(plan.tokenLines == ["t1: read:loans", "t2: read:pages"])
        #expect(plan.text.contains("and 495 more"))
    }

    /// What a job holds can't drive the terminal on which its plan is shown.
    @Test func aPlanIsPlainText() throws {
        let step = #"  - { id: a, if: "env.X == '\e[31m'", request: { method: GET, path: /loans } }"# + "\n"
        let text = try PlannedJob("steps:\n" + step).plan().text
        #expect(text.unicodeScalars.allSatisfy { $0.value >= 0x20 || $0 == "\n" })
    }
}
