package import JSONBytes
import Synchronization

/// The items of a file, read one after another by whoever asks next.
package final class FileItems: Sendable {
    private enum Source: ~Copyable, Sendable {
        case csv(CSVItems)
        case ndjson(NDJSONItems)
    }

    private let source: Mutex<Source>

    /// The rows of a CSV file.
    package init(csv rows: consuming sending CSVItems) { source = Mutex(.csv(rows)) }

    /// The lines of an NDJSON file.
    package init(ndjson lines: consuming sending NDJSONItems) { source = Mutex(.ndjson(lines)) }

    /// The next item; nothing at the end of the file.
    package func next() throws(InputError) -> JSONValue? {
        let result = source.withLock { source -> Result<JSONValue?, InputError> in
            let result: Result<JSONValue?, InputError>
            // Taken out and put back: a value that can't be copied is not changed in place within an enumeration.
            switch consume source {
            case .csv(var rows):
                do throws(InputError) { result = .success(try rows.next()) } catch { result = .failure(error) }
                source = .csv(rows)
            case .ndjson(var lines):
                do throws(InputError) { result = .success(try lines.next()) } catch { result = .failure(error) }
                source = .ndjson(lines)
            }
            return result
        }
        return try result.get()
    }
}
