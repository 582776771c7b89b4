import JSONBytes
import JobPlan
import JobSpec

extension PlannedStep {
    /// The path to the array whose elements are the records, where they can be streamed.
    ///
    /// Streaming keeps nothing of that array. So it is out of the question where another path of the step may look into
    /// it: a cursor that is the last record's id, an output, a criterion.
    var streamingPath: [String]? {
        guard let path = dataSelector?.streamingPath, otherPaths.allSatisfy({ $0.avoids(path) }) else { return nil }
        return path
    }

    /// Every path into an answer but the selector.
    private var otherPaths: [JSONPath] {
        let criteria = step.successCriteria.compactMap { if case .jsonPath(let path) = $0 { path.value } else { nil } }
        let ofPages: [JSONPath?] =
            switch paginator.kind {
            case .offset(let pages): [pages.totalPath]
            case .pageNumber(let pages): [pages.totalPath]
            case .cursor(let pages): [pages.cursorPath]
            case .jsonLink(let path): [path]
            case .headerLink, .singlePage: []
            }
        return criteria + step.outputs.map(\.path) + ofPages.compactMap { $0 }
    }
}
