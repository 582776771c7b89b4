import Crypto
import Glibc
import JSONBytes
package import JobExecution
import JobPlan

extension InputDigest {
    private static let chunk = 1 << 20

    /// Of a list, each item as a line of NDJSON.
    init(ofItems items: [JSONValue]) {
        var hash = SHA256()
        var count = 0
        for item in items {
            var line: [UInt8] = []
            item.write(into: &line)
            line.append(UInt8(ascii: "\n"))
            hash.update(data: line)
            count += line.count
        }
        self.init(path: nil, bytes: count, sha256: HexText.lowercase(hash.finalize()))
    }

    /// Reads a file of any size once. It may be reached through links: it is the person's own.
    ///
    /// - Throws: `input` where it is missing, no regular file, or may not be read; `io` where reading fails.
    init(ofFile path: String) throws(SinkError) {
        let file = try Self.open(path)
        do throws(SystemError) {
            var hash = SHA256()
            let count = try file.readAll(chunk: Self.chunk) { hash.update(bufferPointer: $0) }
            self.init(path: path, bytes: count, sha256: HexText.lowercase(hash.finalize()))
        } catch {
            throw error.failure(.io, "read the input \"\(path)\"")
        }
    }

    /// Whether a file is there that has what the input had.
    package func matches(fileAt path: String) -> Bool {
        guard let found = try? InputDigest(ofFile: path) else { return false }
        return found.bytes == bytes && found.sha256 == sha256
    }

    private static func open(_ path: String) throws(SinkError) -> FileDescriptor {
        let file: FileDescriptor
        let isRegular: Bool
        do throws(SystemError) {
            // Without O_NONBLOCK a named pipe would hang the run.
            let opened = try repeating { Int(Glibc.open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)) }
            file = FileDescriptor(owning: Int32(opened))
            isRegular = try file.status().st_mode & S_IFMT == S_IFREG
        } catch {
            throw error.failure(.input, "read the input \"\(path)\"")
        }
        guard isRegular else {
            throw SinkError(
                .input,
                "can't read the input \"\(path)\": it is not a regular file",
                help: "write what it yields to a file first: a run that is resumed reads it again"
            )
        }
        return file
    }
}
