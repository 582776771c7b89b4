import Diagnostics
import JSONBytes
import YAMLReader

/// Reads `paginator`.
struct PaginatorDecoder {
    static let common = ["type", "max_pages"]
    static let keys: [String: [String]] = [
        "offset": [
            "limit", "initial_offset", "limit_param", "offset_param", "total_path", "stop_on_short_page",
        ],
        "page_number": ["initial_page", "page_param", "total_path"],
        "cursor": ["cursor_path", "cursor_param"],
        "json_link": ["next_url_path"],
        "header_link": ["relation"],
        "single_page": [],
    ]
    static let types = ["offset", "page_number", "cursor", "json_link", "header_link", "single_page"]
    private static let aliases: [String: Fields.Advice] = [
        "base_page": .use("initial_page", "the first page's number is `initial_page`"),
        "cursor_body_path": .means("cursor_path"),
        "next_url": .use("next_url_path", "write `next_url_path: $.next`"),
    ]
    /// What the types are called elsewhere.
    private static let otherTypes = [
        "page": "page_number", "pages": "page_number", "link": "header_link", "link_header": "header_link",
        "next_url": "json_link", "next": "json_link", "json_response": "json_link", "none": "single_page",
        "token": "cursor", "limit_offset": "offset",
    ]

    let problems: Problems

    func decode(_ node: YAMLNode) -> Paginator? {
        if let scalar = node.scalar {
            guard scalar.text == "single_page" else {
                problems.error(
                    "wrong-type",
                    "a paginator is a mapping with a `type`",
                    at: node.span,
                    help: Self.types.contains(scalar.text)
                        ? "write `{ type: \(scalar.text), … }`" : "its types are \(Names.list(Self.types))"
                )
                return nil
            }
            return Paginator(kind: .singlePage, maxPages: 1, span: node.span)
        }
        guard let type = type(of: node), let own = Self.keys[type] else { return nil }
        let fields = Fields(
            node,
            what: "a paginator of type `\(type)`",
            keys: Self.common + own,
            problems: problems,
            aliases: Self.aliases(for: type),
            example: "{ type: \(type) }"
        )
        guard let fields, let kind = kind(type, fields) else { return nil }
        let maxPages = fields.int("max_pages", in: 1...Int.max) ?? Paginator.defaultMaxPages
        return Paginator(kind: kind, maxPages: type == "single_page" ? 1 : maxPages, span: node.span)
    }

    private static func aliases(for type: String) -> [String: Fields.Advice] {
        var aliases = aliases
        for word in ["page_size", "per_page", "size"] {
            aliases[word] =
                type == "offset"
                ? .use("limit", "the number of records a page is `limit`")
                : "the number of records a page is a parameter of the API: write it under `params`"
        }
        return aliases
    }

    /// The value of `type`, read first since the other keys depend on it.
    private func type(of node: YAMLNode) -> String? {
        guard case .mapping(let entries) = node.content else {
            problems.error(
                "wrong-type",
                "a paginator is a mapping, not \(node.kindName)",
                at: node.span.firstLine,
                help: "write `{ type: offset, limit: 300 }`"
            )
            return nil
        }
        guard let entry = entries.first(where: { $0.key.text == "type" }) else {
            problems.error(
                "missing-key",
                "a paginator needs `type`",
                at: node.span.firstLine,
                help: "it is one of \(Names.list(Self.types))"
            )
            return nil
        }
        guard Self.types.contains(entry.value.text) else {
            problems.error(
                "unknown-value",
                "a paginator's `type` can't be \(entry.value.shown)",
                at: entry.value.span,
                help: Self.otherTypes[entry.value.text.lowercased()].map { "did you mean `\($0)`?" }
                    ?? Names.help(for: entry.value.text, in: Self.types)
                    ?? "it is one of \(Names.list(Self.types))"
            )
            return nil
        }
        return entry.value.text
    }

    private func kind(_ type: String, _ fields: Fields) -> Paginator.Kind? {
        switch type {
        case "offset": offset(fields)
        case "page_number":
            .pageNumber(
                NumberedPages(
                    initialPage: fields.int("initial_page", in: 0...Int.max) ?? 1,
                    pageParam: fields.string("page_param")?.value ?? "page",
                    totalPath: fields.jsonPath("total_path")?.value
                )
            )
        case "cursor":
            required("cursor_path", fields, example: "$.next_cursor").map { path in
                .cursor(CursorPages(cursorPath: path, cursorParam: fields.string("cursor_param")?.value ?? "cursor"))
            }
        case "json_link":
            required("next_url_path", fields, example: "$.next").map { .jsonLink(nextURL: $0) }
        case "header_link": .headerLink(relation: fields.string("relation")?.value ?? "next")
        default: .singlePage
        }
    }

    private func offset(_ fields: Fields) -> Paginator.Kind? {
        guard fields["limit"] != nil else {
            fields.missing("limit", help: "say how many records a page holds: `limit: 300`")
            return nil
        }
        guard let limit = fields.int("limit", in: 1...1_000_000) else { return nil }
        return .offset(
            OffsetPages(
                limit: limit,
                initialOffset: fields.int("initial_offset", in: 0...Int.max) ?? 0,
                limitParam: fields.string("limit_param")?.value ?? "limit",
                offsetParam: fields.string("offset_param")?.value ?? "offset",
                totalPath: fields.jsonPath("total_path")?.value,
                stopOnShortPage: fields.bool("stop_on_short_page") ?? true
            )
        )
    }

    private func required(_ key: String, _ fields: Fields, example: String) -> JSONPath? {
        guard fields[key] != nil else {
            fields.missing(key, help: "say where the answer has it: `\(key): \(example)`")
            return nil
        }
        return fields.jsonPath(key)?.value
    }
}
