import JSONBytes
import JobSpec
import TestSupport
import Testing

/// `--var NAME=VALUE`, and what is known of variables before the run.
@Suite struct VariableTests {
    static let text = """
        name: a
        vars:
          number: 1
          flag: true
          text: abc
          nothing: null
          list: [a]
          map: { a: 1 }
          derived: ${{ vars.text }}-${{ vars.number }}
          outside: ${{ env.HOME }}
          after: ${{ vars.outside }}
        steps: [{ id: a, request: { path: /a } }]
        """

    private func known(_ name: String, _ value: String) throws -> JSONValue? {
        let job = try Everything.load(Self.text, variables: [VariableOverride(name: name, text: value)]).job
        return StaticValues(job).vars[name]
    }

    @Test(arguments: [
        ("number", "2.50", "2.50"), ("flag", "false", "false"), ("text", "1", #""1""#), ("nothing", "x", #""x""#),
        ("list", "x,y", #"["x","y"]"#), ("text", "", #""""#), ("text", "${{ secrets.X }}", #""${{ secrets.X }}""#),
    ])
    func takesTheTypeOfItsDefault(name: String, value: String, json: String) throws {
        #expect(try known(name, value)?.jsonText == json)
    }

    @Test(arguments: [
        ("number", "two", "wrong-type"), ("flag", "yes", "wrong-type"), ("map", "{}", "wrong-type"),
        ("txt", "a", "unknown-variable"),
    ])
    func isRefused(name: String, value: String, code: String) {
        #expect(Everything.codes(Self.text, variables: [VariableOverride(name: name, text: value)]) == [code])
    }

    @Test func derivedVariablesFollow() throws {
        let job = try Everything.load(Self.text, variables: [VariableOverride(name: "text", text: "new")]).job
        #expect(StaticValues(job).vars["derived"] == "new-1")
    }

    @Test func whatComesFromOutsideIsNotKnown() throws {
        let values = StaticValues(try Everything.load(Self.text).job)
        #expect(values.vars.keys.sorted() == ["derived", "flag", "list", "map", "nothing", "number", "text"])
    }

    @Test func numbersKeepTheirSpelling() throws {
        let vars = StaticValues(try Everything.load().job).vars
        #expect(vars["price"]?.jsonText == "480.00")
        #expect(vars["serial"]?.jsonText == "1234567890123456789012345")
        #expect(vars["nested"]?.jsonText == #"{"flag":true,"nothing":null,"hex":31}"#)
        #expect(vars["title"] == "active loans")
    }

    /// YAML's numbers in JSON's grammar: the text itself where it can stay.
    @Test(arguments: [
        ("1.50", "1.50"), ("-0", "-0"), ("1e5", "1e5"), ("1E+05", "1E+05"), ("0x1F", "31"), ("0o17", "15"),
        ("012", "12"),
        ("+5", "5"), (".5", "0.5"), ("-.5", "-0.5"), ("5.", "5.0"), ("007.50", "7.50"),
    ])
    func numbersOfYAMLAreNumbersOfJSON(text: String, json: String) throws {
        let job = try Everything.load("name: a\nvars: { n: \(text) }\nsteps: [{ id: a, request: { path: /a } }]").job
        #expect(StaticValues(job).vars["n"]?.jsonText == json)
    }

    @Test(arguments: [".nan", ".inf", "-.INF", "0xFFFFFFFFFFFFFFFFFFFF"])
    func whatJSONCanNotSayIsRefused(text: String) {
        let codes = Everything.codes("name: a\nvars: { n: \(text) }\nsteps: [{ id: a, request: { path: /a } }]")
        #expect(codes == ["not-a-json-number"])
    }
}
