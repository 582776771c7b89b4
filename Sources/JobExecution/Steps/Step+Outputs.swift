import JSONBytes
import JobSpec

extension Step {
    /// Works out the outputs from an answer: the value where the path can select only one, else the list of all.
    ///
    /// - Throws: `limit` where a path can't be applied.
    func outputValues(in document: JSONValue) throws(RunFailure) -> [String: JSONValue] {
        var values: [String: JSONValue] = [:]
        for output in outputs {
            do throws(JSONPathError) {
                let found = try output.path.values(in: document)
                values[output.name] = output.path.isSingular ? found.first ?? .null : .array(found)
            } catch {
                throw RunFailure(.limit, "output `\(output.name)`: \(error.message)", span: output.nameSpan)
            }
        }
        return values
    }
}
