import JobSpec
import Testing

/// Files that are written to exhaust time, memory or the stack end with a diagnostic.
@Suite struct HostileTests {
    private static let step = "steps: [{ id: a, request: { path: /a } }]\n"

    private static func param(_ value: String) -> String {
        "name: a\nsteps: [{ id: a, request: { path: /a, params: { p: \"\(value)\" } } }]\n"
    }

    @Test func longChainsOfOperators() {
        for (count, codes) in [(200, []), (100_000, ["template-syntax"])] {
            let chain = String(repeating: "true && ", count: count) + "true"
            #expect(Everything.codes(Self.param("${{ \(chain) }}")) == codes)
            #expect(Everything.codes("name: a\nsteps: [{ id: a, if: '\(chain)', request: { path: /a } }]") == codes)
        }
    }

    @Test func longNames() {
        let name = "vars" + String(repeating: ".x", count: 100_000)
        #expect(Everything.codes(Self.param("${{ \(name) }}")) == ["template-syntax"])
    }

    @Test func manyTemplatesInOneText() {
        #expect(Everything.codes(Self.param(String(repeating: "${{ run.as_of }}", count: 1_000))).isEmpty)
        #expect(Everything.codes(Self.param(String(repeating: "${{ 1 }}", count: 200_000))) == ["too-many-templates"])
        let broken = Everything.codes(Self.param(String(repeating: "${{}}", count: 200_000)))
        #expect(broken.count == 11 && broken.last == "too-many-templates")
        #expect(Everything.codes(Self.param(String(repeating: "{{ x ${ ", count: 10_000))).isEmpty)
    }

    @Test func textThatDoubles() {
        var text = "name: a\nvars:\n  v0: 0123456789\n"
        for index in 1...60 { text += "  v\(index): ${{ vars.v\(index - 1) }}${{ vars.v\(index - 1) }}\n" }
        #expect(Everything.codes(text + Self.step).first == "template-too-long")
    }

    @Test func listsThatDouble() {
        var text = "name: a\nvars:\n  v0: [1]\n"
        for index in 1...60 { text += "  v\(index): [\"${{ vars.v\(index - 1) }}\", \"${{ vars.v\(index - 1) }}\"]\n" }
        text += "  json: ${{ json(vars.v60) }}\n  same: ${{ vars.v60 == vars.v60 }}\n"
        #expect(Everything.codes(text + Self.step) == ["template-too-long"])
    }

    @Test func functionsThatMultiply() {
        let text = """
            name: a
            vars:
              long: \(String(repeating: "a", count: 100_000))
              square: ${{ replace(vars.long, 'a', vars.long) }}
              many: ["", "", "", "", ""]
            steps: [{ id: a, request: { path: /a } }]
            """
        #expect(Everything.codes(text) == ["template-value"])
    }

    @Test func numbersAtTheirEnds() {
        let days = ["-9223372036854775808", "9223372036854775807", "1e999999999", "-1e99", "366001"]
        for value in days {
            #expect(
                Everything.codes(Self.param("${{ date('2026-01-31', \(value)) }}")) == ["template-value"],
                "\(value)"
            )
        }
        #expect(Everything.codes(Self.param("${{ 1e999999999 > 1e-999999999 }}")).isEmpty)
    }

    @Test func environmentsThatExtendEachOtherForEver() {
        var text = "name: a\nenvironments:\n  e0: { extends: kiva-stage }\n"
        for index in 1...30 { text += "  e\(index): { extends: e\(index - 1) }\n" }
        #expect(Everything.codes(text + Self.step).isEmpty)
        // In reverse, so that the first one needs all the others.
        text = "name: a\nenvironments:\n"
        for index in 0..<20_000 { text += "  e\(index): { extends: e\(index + 1) }\n" }
        text += "  e20000: { extends: kiva-stage }\n"
        #expect(Everything.codes(text + Self.step).contains("extends-too-deep"))
    }

    @Test func moreProblemsThanAnyoneReads() {
        var text = "name: a\n" + Self.step
        for index in 0..<20_000 { text += "key\(index): 1\n" }
        let codes = Everything.codes(text)
        #expect(codes.count == 101 && codes.last == "too-many-problems")
    }

    @Test func manySteps() {
        var text = "name: a\nvars:\n"
        for index in 0..<5_000 { text += "  v\(index): ${{ vars.v\(max(0, index - 1)) }}\n" }
        text = text.replacing("v0: ${{ vars.v0 }}", with: "v0: 1") + "steps:\n"
        for index in 0..<5_000 { text += "- { id: s\(index), request: { path: '/${{ vars.v\(index) }}' } }\n" }
        #expect(Everything.codes(text).isEmpty)
    }

    @Test func aPathLongerThanAnyServerTakes() {
        let text = "name: a\nsteps: [{ id: a, request: { path: '/\(String(repeating: "a", count: 100_000))' } }]"
        #expect(Everything.codes(text) == ["bad-path"])
    }
}
