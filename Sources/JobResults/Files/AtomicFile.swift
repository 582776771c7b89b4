import JobExecution

extension Folder {
    /// Puts a whole small file under its name: a reader sees the old content or the new, never a part.
    ///
    /// - Throws: `io`, after which the name still has what it had before.
    func replaceFile(_ name: String, with bytes: [UInt8]) throws(SinkError) {
        try prepareFile(name, with: bytes)
        try putFile(name)
        try syncNames(after: "write \"\(path(of: name))\"")
    }

    /// Writes a whole small file to the disk, for ``putFile(_:)`` to put it under its name.
    ///
    /// - Throws: `io`.
    func prepareFile(_ name: String, with bytes: [UInt8]) throws(SinkError) {
        try replacing(name) { (temporary) throws(SystemError) in
            // One that a killed run left behind.
            try remove(temporary)
            let file = try makeFile(temporary)
            try bytes.span.bytes.withUnsafeBytes { bytes throws(SystemError) in try calls.writeAll(bytes, to: file) }
            try calls.syncFile(file)
        }
    }

    /// Puts the file that was prepared under its name. The name is on the disk once this folder is synced.
    ///
    /// - Throws: `io`, after which the name still has what it had before.
    func putFile(_ name: String) throws(SinkError) {
        try replacing(name) { (temporary) throws(SystemError) in try rename(temporary, to: name) }
    }

    private func replacing(_ name: String, _ body: (String) throws(SystemError) -> Void) throws(SinkError) {
        let temporary = ".\(name).partial"
        do throws(SystemError) {
            try body(temporary)
        } catch {
            // Should that fail too, the next attempt does it.
            try? remove(temporary)
            throw error.failure(.io, "write \"\(path(of: name))\"")
        }
    }

    /// Waits until the names in this folder are on the disk.
    ///
    /// - Parameter action: what fails where that does.
    /// - Throws: `io`.
    func syncNames(after action: @autoclosure () -> String) throws(SinkError) {
        do throws(SystemError) {
            try sync()
        } catch {
            throw error.failure(.io, action())
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

    /// Points a symbolic link of this folder at another target in one step, and waits until that is on the disk.
    ///
    /// - Throws: `io`.
    func replaceLink(_ name: String, to target: String) throws(SinkError) {
        try putLink(name, to: target)
        try syncNames(after: "point the link \"\(path(of: name))\" at the run \"\(target)\"")
    }

    /// Does the same, and leaves it to the next sync of this folder to put it on the disk.
    ///
    /// - Throws: `io`.
    func putLink(_ name: String, to target: String) throws(SinkError) {
        let temporary = ".\(name).partial"
        do throws(SystemError) {
            try remove(temporary)
            try makeLink(temporary, to: target)
            try rename(temporary, to: name)
        } catch {
            throw error.failure(.io, "point the link \"\(path(of: name))\" at the run \"\(target)\"")
        }
    }
}
