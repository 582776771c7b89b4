/// What a paginator adds to a step's request to ask for one page.
package enum PageRequest: Hashable, Sendable {
    /// The request as it stands.
    case plain
    /// Query parameters.
    case params([Param])
    /// Another URL altogether, of the same origin.
    case url(WebURL)

    /// A query parameter.
    package struct Param: Hashable, Sendable {
        package let name: String
        package let value: String

        package init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }
}
