import Foundation
import JSONBytes
import JobSpec
import Testing

/// The schema says what the decoders do.
@Suite struct JobSchemaTests {
    let schema: JSONValue
    let definitions: [String: JSONValue]

    init() throws {
        schema = try JSONParser.parse(Array(JobSchema.json.utf8))
        let members = try #require(schema["$defs"]?.members)
        definitions = Dictionary(members.map { ($0.name.text, $0.value) }) { first, _ in first }
    }

    @Test func isDraft2020AndResolvesItsReferences() {
        #expect(schema["$schema"] == "https://json-schema.org/draft/2020-12/schema")
        var references: Set<String> = []
        func collect(_ value: JSONValue) {
            for member in value.members ?? [] {
                if member.name.text == "$ref", let text = member.value.text { references.insert(text) }
                collect(member.value)
            }
            for element in value.elements ?? [] { collect(element) }
        }
        collect(schema)
        #expect(references == Set(definitions.keys.map { "#/$defs/\($0)" }), "unresolved, or never used")
    }

    @Test func everyMappingHasTheKeysOfItsDecoder() throws {
        let closed = definitions.filter { $0.value["additionalProperties"] == false }
        #expect(closed.keys.sorted() == Vocabulary.keys.keys.sorted())
        for (name, keys) in Vocabulary.keys {
            let properties = try #require(definitions[name]?["properties"]?.members)
            #expect(properties.map(\.name.text).sorted() == keys.sorted(), "\(name)")
        }
    }

    @Test func everyChoiceHasTheWordsOfItsDecoder() throws {
        for (place, words) in Vocabulary.values {
            let parts = place.split(separator: ".").map(String.init)
            var value = try #require(definitions[parts[0]]?["properties"]?[parts[1]])
            if let reference = value["$ref"]?.text {
                value = try #require(definitions[String(reference.dropFirst("#/$defs/".count))])
            }
            // A mapping of names to words.
            if let inner = value["additionalProperties"]?["$ref"]?.text {
                value = try #require(definitions[String(inner.dropFirst("#/$defs/".count))])
            }
            #expect(value["enum"]?.elements?.compactMap(\.text).sorted() == words.sorted(), "\(place)")
        }
    }

    @Test func everyKeyIsDescribed() throws {
        func isDescribed(_ value: JSONValue) -> Bool {
            if value["description"] != nil || value["const"] != nil || value["enum"] != nil { return true }
            if let reference = value["$ref"]?.text, let target = definitions[String(reference.dropFirst(8))] {
                return isDescribed(target)
            }
            return (value["oneOf"]?.elements ?? []).contains(where: isDescribed)
        }
        for name in Vocabulary.keys.keys {
            for property in definitions[name]?["properties"]?.members ?? [] {
                #expect(isDescribed(property.value), "\(name).\(property.name.text)")
            }
        }
    }

    /// Needs Python's `jsonschema` and `yaml`; what it can't do without is checked above.
    @Test(.enabled(if: PythonValidator.isAvailable))
    func aValidatorAgreesWithTheLoader() throws {
        var files = ["everything.yaml": Everything.yaml]
        files["environments.yaml"] = "name: a\nsteps: [{ id: a, request: { path: /a } }]\n" + BuiltInEnvironments.yaml
        for (name, text) in Self.wrong { files[name] = text }
        let refused = try PythonValidator.refused(files, schema: JobSchema.json)
        #expect(refused == Set(Self.wrong.keys))
        for (name, text) in Self.wrong { #expect(!Everything.codes(text).isEmpty, "\(name)") }
    }

    @Test(.enabled(if: PythonValidator.isAvailable))
    func shippedJobsFitTheSchema() throws {
        #expect(try PythonValidator.refused(Self.shipped(), schema: JobSchema.json) == [])
    }

    @Test func shippedJobsLoadWithoutAWarning() throws {
        let files = try Self.shipped()
        #expect(files["nightly.yaml"] != nil)
        for (name, text) in files { #expect(Everything.codes(text) == [], "\(name)") }
    }

    /// The jobs in `jobs` and `examples`; a file of environments alone is no job.
    private static func shipped() throws -> [String: String] {
        let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../..").standardized
        var files: [String: String] = [:]
        for folder in ["jobs", "examples"] {
            let names =
                (try? FileManager.default.contentsOfDirectory(atPath: root.appending(path: folder).path())) ?? []
            for name in names where name.hasSuffix(".yaml") {
                files[name] = try String(contentsOf: root.appending(path: "\(folder)/\(name)"), encoding: .utf8)
            }
        }
        return files.filter { $0.value.contains("\nsteps:") }
    }

    private static let wrong: [String: String] = {
        let steps = "steps: [{ id: a, request: { path: /a } }]\n"
        return [
            "no-steps.yaml": "name: a\n",
            "unknown-key.yaml": "name: a\nvariables: {}\n" + steps,
            "bad-name.yaml": "name: a b\n" + steps,
            "no-unit.yaml": "name: a\ntimeout: 30\n" + steps,
            "lower-case.yaml": "name: a\nsteps: [{ id: a, request: { method: get, path: /a } }]\n",
            "no-limit.yaml": "name: a\nsteps: [{ id: a, request: { path: /a }, paginator: { type: offset } }]\n",
            "two-types.yaml":
                "name: a\nsteps: [{ id: a, request: { path: /a }, paginator: { type: cursor, cursor_path: $.a, limit: 1 } }]\n",
            "one-scope.yaml": "name: a\nsteps: [{ id: a, request: { path: /a }, scopes: read:loans }]\n",
            "literal.yaml": "name: a\nenvironments: { b: { client_secret: abc } }\n" + steps,
            "two-sources.yaml":
                "name: a\nsteps: [{ id: a, request: { path: /a }, for_each: { csv: a.csv, ndjson: b.ndjson } }]\n",
            "no-source.yaml":
                "name: a\nsteps: [{ id: a, request: { path: /a }, for_each: { columns: { a: number } } }]\n",
            "column-type.yaml":
                "name: a\nsteps: [{ id: a, request: { path: /a }, for_each: { csv: a.csv, columns: { a: money } } }]\n",
            "delimiter.yaml":
                "name: a\nsteps: [{ id: a, request: { path: /a }, for_each: { csv: a.csv, delimiter: '::' } }]\n",
            "no-batch.yaml":
                "name: a\nsteps: [{ id: a, request: { path: '/${{ batch }}' }, for_each: [a], batch_size: 0 }]\n",
            "key-flag.yaml":
                "name: a\nsteps: [{ id: a, request: { method: POST, path: /a }, idempotency_key: true }]\n",
            "nothing-found.yaml":
                "name: a\nsteps: [{ id: a, request: { method: POST, path: /a }, reconcile: { request: { path: /a } } }]\n",
            "percentage.yaml":
                "name: a\nsteps: [{ id: a, request: { path: '/${{ item }}' }, for_each: [a], on_error: skip, max_failures: 0.5 }]\n",
            "words.yaml": "name: a\ntokens: many\n" + steps,
        ]
    }()
}

/// The reference validator, where the machine has it.
enum PythonValidator {
    static let isAvailable: Bool = (try? run(["-c", "import jsonschema, yaml"]))?.status == 0

    /// The names of the files that the schema does not accept.
    static func refused(_ files: [String: String], schema: String) throws -> Set<String> {
        let folder = FileManager.default.temporaryDirectory.appending(path: "job-schema-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try schema.write(to: folder.appending(path: "schema.json"), atomically: true, encoding: .utf8)
        for (name, text) in files {
            try text.write(to: folder.appending(path: name), atomically: true, encoding: .utf8)
        }
        let result = try run(["-c", script, folder.path()])
        guard result.status == 0 else { throw Failure(output: result.output) }
        return Set(result.output.split(separator: "\n").map(String.init))
    }

    struct Failure: Error { let output: String }

    private static let script = """
        import json, pathlib, sys, yaml, jsonschema
        folder = pathlib.Path(sys.argv[1])
        schema = json.loads((folder / "schema.json").read_text())
        jsonschema.Draft202012Validator.check_schema(schema)
        validator = jsonschema.Draft202012Validator(schema)
        for path in sorted(folder.glob("*.yaml")):
            if list(validator.iter_errors(yaml.safe_load(path.read_text()))):
                print(path.name)
        """

    private static func run(_ arguments: [String]) throws -> (status: Int32, output: String) {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["python3"] + arguments
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = pipe
        try process.run()
        let output = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return (process.terminationStatus, output)
    }
}
