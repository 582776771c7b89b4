import JSONBytes
import JobPlan

extension Plan {
    /// The document as a value.
    var json: JSONValue {
        get throws { try JSONParser.parse(document) }
    }
}
