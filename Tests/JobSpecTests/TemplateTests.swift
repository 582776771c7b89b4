import Diagnostics
import JSONBytes
import JobSpec
import Secrets
import TestSupport
import Testing

/// Templates as a run resolves them.
@Suite struct TemplateTests {
    /// What a run knows in these tests.
    static let context: TemplateContext = {
        let outside = TemplateContext.Outside(
            environmentVariable: { $0 == "HOME" ? "/home/ada" : nil },
            secret: { (name) throws(SecretLookupError) in
                guard name == "KEY" else { throw SecretLookupError(message: "no secret `\(name)`", help: "set it") }
                return Secret("s3cr3t")
            }
        )
        var context = TemplateContext(outside: outside, asOf: "2026-03-01T01:30:00Z")
        context.vars = [
            "n": 300, "price": .number(JSONNumber(lexeme: "480.00") ?? 0), "text": "abc", "yes": true, "no": false,
            "nothing": .null, "list": ["a", 1, true], "map": ["a.b": ["deep"], "c": "d"],
        ]
        context.item = ["id": 7, "name": "融资"]
        context.token = { $0 == "partnerId" ? "42" : nil }
        context.outputs = ["first": ["total": 99]]
        return context
    }()

    /// The value of a template that stands in the `json` of a step.
    static func value(_ template: String) throws -> JSONValue {
        let quoted = template.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "''")
        let text = """
            name: a
            vars: { n: "${{ env.N }}", price: "${{ env.N }}", text: "${{ env.N }}", yes: "${{ env.N }}",
              no: "${{ env.N }}", nothing: "${{ env.N }}", list: "${{ env.N }}", map: "${{ env.N }}" }
            steps:
              - { id: first, request: { path: /a }, output: { total: $.total } }
              - id: second
                for_each: [{ id: 1 }]
                request: { method: POST, path: /a, json: '\(quoted)' }
            """
        let step = try #require(try Everything.load(text).job.steps.last)
        guard case .json(let json) = step.request.body else { throw Unexpected() }
        return try TemplateEvaluator(context).value(json)
    }

    struct Unexpected: Error {}

    @Test(arguments: [
        ("plain", "plain"), ("${{ vars.text }}", "abc"), ("a${{ vars.text }}b", "aabcb"),
        ("${{ vars.n }}-${{ vars.price }}", "300-480.00"), ("${{ vars.yes }}!", "true!"),
        ("$${{ vars.n }}", "${{ vars.n }}"), ("$${{ a }} ${{ vars.n }}", "${{ a }} 300"),
        ("$ {{ vars }}", "$ {{ vars }}"),
        ("${{ '}}' }}", "}}"), ("${{ 'it''s' }}", "it's"), ("${{ \"say \"\"hi\"\"\" }}", "say \"hi\""),
        ("${{ env.HOME }}", "/home/ada"), ("${{ secrets.KEY }}", "s3cr3t"), ("${{ item.name }}", "融资"),
        ("${{ token.partnerId }}", "42"), ("${{ run.as_of }}", "2026-03-01T01:30:00Z"),
        ("${{ vars.map['a.b'][0] }}", "deep"), ("${{ vars.map.c }}", "d"), ("${{ vars.list[0] }}", "a"),
        ("${{ vars.list.0 }}", "a"), ("${{\n  vars.text\n}}", "abc"),
    ])
    func textOf(template: String, expected: String) throws {
        #expect(try Self.value(template) == .string(expected))
    }

    @Test(arguments: [
        ("${{ vars.n }}", "300"), ("${{ vars.price }}", "480.00"), ("${{ vars.yes }}", "true"),
        ("${{ vars.nothing }}", "null"), ("${{ vars.list }}", #"["a",1,true]"#),
        ("${{ item }}", #"{"id":7,"name":"融资"}"#),
        ("${{ 12.50 }}", "12.50"), ("${{ -1e3 }}", "-1e3"), ("${{ null }}", "null"),
        ("${{ steps.first.output.total }}", "99"), (" ${{ vars.n }}", #"" 300""#),
    ])
    func aLoneExpressionKeepsItsType(template: String, json: String) throws {
        #expect(try Self.value(template).jsonText == json)
    }

    @Test(arguments: [
        ("true || false && false", true), ("(true || false) && false", false), ("!true || true", true),
        ("!(true || true)", false), ("!!true", true), ("!!!true", false), ("1 < 2 && 2 < 3", true), ("1 == 1.0", true),
        ("1 == '1'", false), ("vars.price == 480", true), ("vars.n != 300", false), ("'a' < 'b'", true),
        ("2 <= 2", true),
        ("2 >= 3", false), ("10 > 9", true), ("'10' > '9'", false), ("null == vars.nothing", true),
        ("vars.list == vars.list", true), ("!vars.no && vars.yes", true),
        ("99999999999999999999 > 99999999999999999998", true),
        ("false && vars.text", false), ("true || vars.text < 1", true), ("false && item.missing", false),
    ])
    func conditions(expression: String, expected: Bool) throws {
        #expect(try Self.value("${{ \(expression) }}") == .bool(expected))
    }

    @Test(arguments: [
        ("default(vars.nothing, 'x')", #""x""#), ("default(item.missing, 1)", "1"), ("default(item.id, 1)", "7"),
        ("lower('ÀB')", #""àb""#), ("upper('straße')", #""STRASSE""#), ("trim(' \t a b ')", #""a b""#),
        ("replace('aXbX', 'X', '')", #""ab""#), ("replace('aaa', 'aa', 'b')", #""ba""#),
        ("contains('abc', 'b')", "true"),
        ("contains(vars.list, 1.0)", "true"), ("contains(vars.list, '1')", "false"),
        ("starts_with('abc', 'ab')", "true"),
        ("ends_with('abc', 'ab')", "false"), ("join(vars.list, '-')", #""a-1-true""#), ("length('👩‍👧é')", "4"),
        ("length(vars.list)", "3"), ("length(item)", "2"), ("string(vars.price)", #""480.00""#),
        ("number('0.10')", "0.10"),
        ("json(item)", #""{\"id\":7,\"name\":\"融资\"}""#), ("date(run.as_of)", #""2026-03-01""#),
        ("date(run.as_of, -1)", #""2026-02-28""#), ("date('2024-02-28', 2)", #""2024-03-01""#),
        ("date('2026-03-01T00:30:00+02:00')", #""2026-02-28""#), ("upper(default(vars.nothing, lower('X')))", #""X""#),
    ])
    func functions(expression: String, json: String) throws {
        #expect(try Self.value("${{ \(expression) }}").jsonText == json)
    }

    @Test(arguments: [
        ("${{ item.missing }}", "missing-value"), ("${{ vars.list[9] }}", "missing-value"),
        ("${{ vars.text.x }}", "missing-value"), ("${{ env.NONE }}", "missing-value"),
        ("${{ secrets.NONE }}", "missing-secret"), ("${{ token.none }}", "missing-value"),
        ("a${{ vars.nothing }}", "template-value"), ("a${{ vars.list }}", "template-value"),
        ("${{ !vars.n }}", "not-boolean"), ("${{ vars.n && true }}", "not-boolean"),
        ("${{ item.id < 'a' }}", "not-comparable"),
        ("${{ true && vars.text }}", "not-boolean"), ("${{ join(vars.n, ',') }}", "template-value"),
        ("${{ number(item.name) }}", "template-value"), ("${{ date(vars.text) }}", "template-value"),
        ("${{ date(run.as_of, 1.5) }}", "template-value"), ("${{ replace(item.name, '', 'b') }}", "template-value"),
        ("${{ length(vars.n) }}", "template-value"),
    ])
    func failuresPointAtTheTemplate(template: String, code: String) throws {
        let diagnostic = try #require(throws: Diagnostic.self) { try Self.value(template) }
        #expect(diagnostic.code == code)
        #expect(!diagnostic.help.isEmpty)
        let span = try #require(diagnostic.span)
        #expect(span.start.line == 8)
        #expect(!diagnostic.message.contains("s3cr3t"))
    }

    /// A fallback alone would hide that somebody forgot to set it.
    @Test func aVariableThatIsNotSetIsToBeSet() throws {
        let diagnostic = try #require(throws: Diagnostic.self) { try Self.value("${{ env.NONE }}") }
        #expect(diagnostic.help.first == "set the environment variable `NONE`")
        #expect(diagnostic.help.last?.contains("default(env.NONE, '')") == true)
    }

    @Test func everyFunctionIsTestedAndExplained() {
        for (name, function) in TemplateFunction.all {
            #expect(function.name == name)
            #expect(function.signature.hasPrefix("\(name)("))
            #expect(!function.summary.isEmpty)
            let parameters = function.signature.count { $0 == "," } + 1
            #expect(function.arity.upperBound == parameters)
        }
        #expect(TemplateFunction.all.count == 14)
    }

    @Test func deepNestingIsRefusedNotFollowed() throws {
        for depth in [60, 100, 100_000] {
            let expression = String(repeating: "(", count: depth) + "1" + String(repeating: ")", count: depth)
            let text = """
                name: a
                steps: [{ id: a, request: { path: /a, params: { a: "${{ \(expression) }}" } } }]
                """
            #expect(Everything.codes(text) == (depth < 64 ? [] : ["template-syntax"]))
        }
        let negations = String(repeating: "!", count: 100_001) + "true"
        #expect(try Self.value("${{ \(negations) }}") == .bool(false))
    }
}
