import JSONBytes

/// What a person asked for when a run was started: all that a resume needs to plan the same again.
package struct RunInvocation: Hashable, Sendable {
    /// The absolute path of the job file.
    package let jobFile: String
    /// The folder that relative paths of the job start from; absolute.
    package let workingDirectory: String
    /// The environment chosen instead of the job's own.
    package let environment: String?
    /// The absolute paths of files with more environments, in their order.
    package let environmentFiles: [String]
    /// Replaced variables, `name=value` each. They are kept as they are: secrets don't belong there.
    package let variables: [String]
    /// The steps that alone were asked for; empty where all are.
    package let only: [String]
    /// The step that the run began at.
    package let from: String?

    /// Puts the parts together.
    package init(
        jobFile: String,
        workingDirectory: String,
        environment: String? = nil,
        environmentFiles: [String] = [],
        variables: [String] = [],
        only: [String] = [],
        from: String? = nil
    ) {
        self.jobFile = jobFile
        self.workingDirectory = workingDirectory
        self.environment = environment
        self.environmentFiles = environmentFiles
        self.variables = variables
        self.only = only
        self.from = from
    }

    /// Reads what ``json`` wrote; nothing where a part is missing or of another kind.
    init?(_ json: JSONValue) {
        guard let jobFile = json["job_file"]?.text, let workingDirectory = json["working_directory"]?.text,
            let environmentFiles = Self.texts(json["environment_files"]), let variables = Self.texts(json["variables"]),
            let only = Self.texts(json["only"])
        else { return nil }
        self.init(
            jobFile: jobFile,
            workingDirectory: workingDirectory,
            environment: json["environment"]?.text,
            environmentFiles: environmentFiles,
            variables: variables,
            only: only,
            from: json["from"]?.text
        )
    }

    /// The form for the journal; what is not set is left out.
    var json: JSONValue {
        var members = [
            JSONMember("job_file", .string(jobFile)),
            JSONMember("working_directory", .string(workingDirectory)),
            JSONMember("environment_files", .array(environmentFiles.map { .string($0) })),
            JSONMember("variables", .array(variables.map { .string($0) })),
            JSONMember("only", .array(only.map { .string($0) })),
        ]
        if let environment { members.append(JSONMember("environment", .string(environment))) }
        if let from { members.append(JSONMember("from", .string(from))) }
        return .object(members)
    }

    private static func texts(_ value: JSONValue?) -> [String]? {
        guard let elements = value?.elements else { return nil }
        let texts = elements.compactMap(\.text)
        return texts.count == elements.count ? texts : nil
    }
}
