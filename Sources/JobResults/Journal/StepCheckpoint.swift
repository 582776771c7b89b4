package import JobExecution

/// Where a step stands: what its files hold that counts, and the page that was the last one in it.
package struct StepCheckpoint: Hashable, Sendable {
    /// The beginning of a file.
    package struct FilePrefix: Hashable, Sendable {
        /// How long it is.
        package var bytes: Int
        /// How many lines it has.
        package var records: Int
        /// Of these bytes, in lower-case hexadecimal.
        package var sha256: String

        /// Puts the parts together.
        package init(bytes: Int, records: Int, sha256: String) {
            self.bytes = bytes
            self.records = records
            self.sha256 = sha256
        }
    }

    /// The last page; nothing before the first.
    package var page: PageCommit?
    /// How many pages there are in the file.
    package var pages: Int
    /// The records.
    package var file: FilePrefix
    /// The refused items; nothing where there are none.
    package var rejects: FilePrefix?

    /// Puts the parts together.
    package init(page: PageCommit?, pages: Int, file: FilePrefix, rejects: FilePrefix?) {
        self.page = page
        self.pages = pages
        self.file = file
        self.rejects = rejects
    }
}
