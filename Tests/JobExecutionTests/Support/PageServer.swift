import Diagnostics
import JSONBytes
import JobExecution
import JobSpec
import TestSupport

/// Parts of paginators and pages, short to write.
enum Pages {
    static let origin = "https://api.example.org:443"
    static let url = WebURL("https://api.example.org/v1/loans?status=all")!

    static func offset(
        limit: Int,
        initial: Int = 0,
        total: String? = "$.total",
        stopOnShortPage: Bool = true,
        maxPages: Int = Paginator.defaultMaxPages
    ) -> PageWalk {
        let path = total.map { ", total_path: \"\($0)\"" } ?? ""
        return walk(
            "{ type: offset, limit: \(limit), initial_offset: \(initial)\(path), "
                + "stop_on_short_page: \(stopOnShortPage), max_pages: \(maxPages) }"
        )
    }

    static func numbered(initial: Int = 1, total: String? = nil) -> PageWalk {
        walk("{ type: page_number, initial_page: \(initial)\(total.map { ", total_path: \"\($0)\"" } ?? "") }")
    }

    static func cursor(maxPages: Int = Paginator.defaultMaxPages) -> PageWalk {
        walk("{ type: cursor, cursor_path: $.next, max_pages: \(maxPages) }")
    }

    static func jsonLink() -> PageWalk { walk("{ type: json_link, next_url_path: $.next }") }

    static func headerLink(_ relation: String = "next") -> PageWalk {
        walk("{ type: header_link, relation: \"\(relation)\" }")
    }

    /// The walk of a paginator as a job file writes it.
    static func walk(_ paginator: String) -> PageWalk {
        let text = """
            name: test
            steps:
              - { id: a, scopes: [], request: { method: GET, path: / }, paginator: \(paginator) }
            """
        let file = SourceFile(path: "test.yaml", bytes: Array(text.utf8))
        let job = try? JobLoader.load(file, environments: EnvironmentCatalogue([])).job
        return PageWalk(job!.steps[0].paginator!, origin: origin)
    }

    /// A page with that many records, different from every other one unless `fingerprint` says so.
    static func facts(
        _ records: Int,
        _ document: String? = nil,
        fields: HTTPFields = [],
        url: WebURL = url,
        fingerprint: UInt64 = .random(in: 0 ... .max)
    ) -> PageFacts {
        PageFacts(
            records: records,
            document: document.map { (try? JSONParser.parse(Array($0.utf8)))! },
            fields: fields,
            url: url,
            fingerprint: fingerprint
        )
    }
}

extension PageRequest {
    /// The parameters as `name=value&…`, or the URL.
    var text: String {
        switch self {
        case .plain: "plain"
        case .params(let params): params.map { "\($0.name)=\($0.value)" }.joined(separator: "&")
        case .url(let url): url.description
        }
    }
}
