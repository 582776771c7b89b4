import Foundation
import JSONBytes
import Testing

/// The JSONPath Compliance Test Suite, whole.
@Suite struct JSONPathComplianceTests {
    /// One case of the suite.
    struct Case: Sendable, CustomTestStringConvertible {
        let fields: JSONValue

        var name: String { fields["name"]?.text ?? "?" }
        var selector: String { fields["selector"]?.text ?? "" }
        var isInvalid: Bool { fields["invalid_selector"] == true }
        /// The permitted results, each a list of values.
        var results: [JSONValue] { fields["results"]?.elements ?? fields["result"].map { [$0] } ?? [] }
        /// The permitted lists of normalized paths.
        var paths: [JSONValue] { fields["results_paths"]?.elements ?? fields["result_paths"].map { [$0] } ?? [] }
        var testDescription: String { name }
    }

    static let cases: [Case] = {
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures/jsonpath-cts.json")
        let bytes = (try? Data(contentsOf: file)).map { [UInt8]($0) } ?? []
        return ((try? JSONParser.parse(bytes))?["tests"]?.elements ?? []).map(Case.init)
    }()

    @Test func suiteIsThere() {
        #expect(Self.cases.count == 703)
    }

    @Test(arguments: cases.filter(\.isInvalid))
    func invalidSelectorIsRefused(_ example: Case) {
        #expect(throws: JSONPathError.self) { try JSONPath(example.selector) }
    }

    @Test(arguments: cases.filter { !$0.isInvalid })
    func selectorSelects(_ example: Case) throws {
        let path = try JSONPath(example.selector)
        let document = try #require(example.fields["document"])
        let values = JSONValue.array(try path.values(in: document))
        #expect(example.results.contains { $0.isEquivalent(to: values) }, "\(values.jsonText)")
        let nodes = try path.nodes(in: document)
        #expect(JSONValue.array(nodes.map(\.value)) == values)
        if !example.paths.isEmpty {
            let paths = JSONValue.array(nodes.map { .string($0.path) })
            #expect(example.paths.contains { $0.isEquivalent(to: paths) }, "\(paths.jsonText)")
        }
    }
}
