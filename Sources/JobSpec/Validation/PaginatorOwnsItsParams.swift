import Diagnostics

/// What the paginator sets, the job can't set as well.
struct PaginatorOwnsItsParams: JobValidator {
    func validate(_ job: Job, _ problems: Problems) {
        for step in job.steps {
            guard let paginator = step.paginator, !step.request.params.isEmpty else { continue }
            let owned: [String] =
                switch paginator.kind {
                case .offset(let pages): [pages.limitParam, pages.offsetParam]
                case .pageNumber(let pages): [pages.pageParam]
                case .cursor(let pages): [pages.cursorParam]
                case .jsonLink, .headerLink, .singlePage: []
                }
            for field in step.request.params where owned.contains(field.name) {
                problems.error(
                    "paginator-param",
                    "`\(field.name)` is set by the paginator",
                    at: field.nameSpan,
                    help: "leave it out here; the paginator of type `\(paginator.type)` sends it with each page"
                )
            }
        }
    }
}
