import JSONBytes
import JobExecution

/// All items of a CSV file as JSON texts.
func readCSV(
    _ bytes: [UInt8],
    columns: [String: CSVColumnType] = [:],
    delimiter: UInt8 = UInt8(ascii: ","),
    limits: InputLimits = .standard
) throws -> [String] {
    let file = try TemporaryFile(bytes)
    var items = try CSVItems(path: file.path, columns: columns, delimiter: delimiter, limits: limits)
    var texts: [String] = []
    while let item = try items.next() { texts.append(item.jsonText) }
    return texts
}

/// All items of an NDJSON file as JSON texts.
func readNDJSON(_ bytes: [UInt8], field: String? = nil, limits: InputLimits = .standard) throws -> [String] {
    let file = try TemporaryFile(bytes)
    var items = try NDJSONItems(path: file.path, field: field, limits: limits)
    var texts: [String] = []
    while let item = try items.next() { texts.append(item.jsonText) }
    return texts
}

/// An input error without its path: `line:column: message`, and the help after ` | `.
func complaint(_ body: () throws -> Void) -> String? {
    do {
        try body()
        return nil
    } catch let error as InputError {
        let place = [error.line == 0 ? nil : error.line, error.column].compactMap { $0.map { "\($0)" } }
        return place.joined(separator: ":") + ": " + error.message + (error.help.map { " | \($0)" } ?? "")
    } catch {
        return "another error: \(error)"
    }
}
