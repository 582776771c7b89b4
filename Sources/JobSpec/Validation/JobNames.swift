/// The names of a job's variables and steps, and where in the job each stands.
struct JobNames {
    let job: Job?
    let variables: [String: Int]
    let steps: [String: Int]

    /// No names: for what stands outside of a job.
    init() {
        job = nil
        variables = [:]
        steps = [:]
    }

    init(_ job: Job) {
        self.job = job
        let names = job.vars.map(\.name)
        variables = Dictionary(zip(names, names.indices)) { first, _ in first }
        let ids = job.steps.map(\.id.name)
        steps = Dictionary(zip(ids, ids.indices)) { first, _ in first }
    }

    /// Whether one of the first `count` variables has this name.
    func hasVariable(_ name: String, before count: Int) -> Bool { (variables[name] ?? .max) < count }

    /// The step of that id, where it is one of the first `count`.
    func step(_ id: String, before count: Int) -> Step? {
        guard let job, let place = steps[id], place < count else { return nil }
        return job.steps[place]
    }
}
