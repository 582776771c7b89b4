import JobExecution

extension Folder {
    /// Puts a whole small file under its name: a reader sees the old content or the new, never a part.
    ///
    /// - Throws: `io`, after which the name still has what it had before.
    func replaceFile(_ name: String, with bytes: [UInt8]) throws(SinkError) {
        let temporary = ".\(name).partial"
        do throws(SystemError) {
            // One that a killed run left behind.
            try remove(temporary)
            try writeFile(temporary, bytes)
            try rename(temporary, to: name)
            try sync()
        } catch {
            // Should that fail too, the next attempt does it.
            try? remove(temporary)
            throw error.failure(.io, "write \"\(path(of: name))\"")
        }
    }

    /// Removes a file, if it is there, and the temporary one that a killed run may have left beside it.
    ///
    /// - Throws: `io`.
    func removeDurably(_ name: String) throws(SinkError) {
        do throws(SystemError) {
            try remove(".\(name).partial")
            try remove(name)
            try sync()
        } catch {
            throw error.failure(.io, "remove \"\(path(of: name))\"")
        }
    }

    private func writeFile(_ name: String, _ bytes: [UInt8]) throws(SystemError) {
        let file = try makeFile(name)
        try bytes.span.bytes.withUnsafeBytes { bytes throws(SystemError) in try calls.writeAll(bytes, to: file) }
        try calls.syncFile(file)
    }

    /// Points a symbolic link of this folder at another target in one step.
    ///
    /// - Throws: `io`.
    func replaceLink(_ name: String, to target: String) throws(SinkError) {
        let temporary = ".\(name).partial"
        do throws(SystemError) {
            try remove(temporary)
            try makeLink(temporary, to: target)
            try rename(temporary, to: name)
            try sync()
        } catch {
            throw error.failure(.io, "point the link \"\(path(of: name))\" at the run \"\(target)\"")
        }
    }
}
