import CLibYAML
import Diagnostics

/// Owns a libyaml parser and the text that it reads, and frees both on every path.
///
/// libyaml scans only as far as the next event needs (at most 1,024 characters ahead, for a possible key), so whoever
/// stops asking also bounds what the parser does.
struct EventParser: ~Copyable {
    private let file: SourceFile
    private let parser: UnsafeMutablePointer<yaml_parser_t>
    private let input: UnsafeMutableBufferPointer<UInt8>
    private let isInitialized: Bool

    /// A parser at the beginning of `file`, which has to be UTF-8; a byte order mark is left out.
    init(_ file: SourceFile) {
        self.file = file
        let text = file.bytes[file.byteOrderMarkLength...]
        input = .allocate(capacity: text.count)
        _ = input.initialize(fromContentsOf: text)
        parser = .allocate(capacity: 1)
        parser.initialize(to: yaml_parser_t())
        isInitialized = yaml_parser_initialize(parser) == 1
        if isInitialized {
            yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
            yaml_parser_set_input_string(parser, input.baseAddress, input.count)
        }
    }

    deinit {
        yaml_parser_delete(parser)
        parser.deallocate()
        input.deallocate()
    }

    /// The next event. After an error or the end of the stream there is none to ask for.
    mutating func next() throws(SyntaxProblem) -> YAMLEvent {
        guard isInitialized else { throw problem() }
        var event = yaml_event_t()
        guard yaml_parser_parse(parser, &event) == 1 else { throw problem() }
        defer { yaml_event_delete(&event) }
        return converted(event)
    }

    private func converted(_ event: yaml_event_t) -> YAMLEvent {
        let data = event.data
        var anchor: UnsafeMutablePointer<UInt8>?
        var tag: UnsafeMutablePointer<UInt8>?
        let kind: YAMLEvent.Kind
        switch event.type {
        case YAML_STREAM_START_EVENT: kind = .streamStart
        case YAML_DOCUMENT_START_EVENT: kind = .documentStart
        case YAML_DOCUMENT_END_EVENT: kind = .documentEnd
        case YAML_ALIAS_EVENT: kind = .alias(name: Self.string(data.alias.anchor) ?? "")
        case YAML_SCALAR_EVENT:
            (anchor, tag) = (data.scalar.anchor, data.scalar.tag)
            let bytes = UnsafeBufferPointer(start: data.scalar.value, count: data.scalar.length)
            kind = .scalar(text: String(decoding: bytes, as: UTF8.self), style: Self.style(data.scalar.style))
        case YAML_SEQUENCE_START_EVENT:
            (anchor, tag) = (data.sequence_start.anchor, data.sequence_start.tag)
            kind = .sequenceStart(isFlow: data.sequence_start.style == YAML_FLOW_SEQUENCE_STYLE)
        case YAML_SEQUENCE_END_EVENT: kind = .sequenceEnd
        case YAML_MAPPING_START_EVENT:
            (anchor, tag) = (data.mapping_start.anchor, data.mapping_start.tag)
            kind = .mappingStart(isFlow: data.mapping_start.style == YAML_FLOW_MAPPING_STYLE)
        case YAML_MAPPING_END_EVENT: kind = .mappingEnd
        default: kind = .streamEnd
        }
        return YAMLEvent(
            kind: kind,
            anchor: Self.string(anchor),
            tag: Self.string(tag),
            start: offset(of: event.start_mark),
            end: offset(of: event.end_mark)
        )
    }

    private func problem() -> SyntaxProblem {
        let state = parser.pointee
        let isMemory = !isInitialized || state.error == YAML_MEMORY_ERROR
        return SyntaxProblem(
            problem: isMemory ? nil : state.problem.map { String(cString: $0) } ?? "unknown problem",
            position: position(of: state.problem_mark),
            context: state.context.map { String(cString: $0) },
            contextPosition: state.context == nil ? nil : position(of: state.context_mark)
        )
    }

    /// libyaml counts lines and columns from 0, columns in characters; its `index` does not know the byte order mark.
    /// At the end of a text without a last line break, it adds a line that the file does not have.
    private func offset(of mark: yaml_mark_t) -> Int {
        guard mark.line < file.lineCount else { return file.bytes.count }
        return file.offset(line: mark.line + 1, column: mark.column + 1)
    }

    private func position(of mark: yaml_mark_t) -> SourcePosition {
        file.position(atOffset: offset(of: mark))
    }

    private static func string(_ pointer: UnsafeMutablePointer<UInt8>?) -> String? {
        pointer.map { String(cString: $0) }
    }

    private static func style(_ style: yaml_scalar_style_t) -> YAMLScalar.Style {
        switch style {
        case YAML_SINGLE_QUOTED_SCALAR_STYLE: .singleQuoted
        case YAML_DOUBLE_QUOTED_SCALAR_STYLE: .doubleQuoted
        case YAML_LITERAL_SCALAR_STYLE: .literal
        case YAML_FOLDED_SCALAR_STYLE: .folded
        default: .plain
        }
    }
}
