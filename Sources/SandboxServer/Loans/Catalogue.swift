/// The lists that a loan draft refers to, and that the loans are drawn from.
enum Catalogue {
    /// What a loan can be for, with the ids that drafts use.
    static let activities: [(id: Int, name: String)] = [
        (1, "Farming"), (4, "Dairy"), (7, "Pigs"), (11, "Sewing"), (15, "Food Stall"), (21, "Beekeeping"),
        (26, "Fishing"), (31, "Weaving"), (38, "Bakery"), (42, "Solar Home Systems"), (57, "Higher education costs"),
        (61, "Crafts"), (73, "Café"), (88, "Fruits & Vegetables"), (94, "Motorcycle Transport"), (120, "General Store"),
    ]

    /// The loan themes, with the ids that drafts use.
    static let themes: [(id: Int, name: String)] = [
        (1, "Green"), (2, "Higher Education"), (48, "General"), (63, "Community Impact Loan"),
        (105, "Water and Sanitation"),
    ]

    /// Whether a draft may name an activity.
    static func hasActivity(_ id: Int) -> Bool {
        activities.contains { $0.id == id }
    }

    /// Whether a draft may name a theme.
    static func hasTheme(_ id: Int) -> Bool {
        themes.contains { $0.id == id }
    }

    /// The id of a region's language: its place in the list, from 1.
    static func languageID(ofRegion index: Int) -> Int {
        index + 1
    }
}
