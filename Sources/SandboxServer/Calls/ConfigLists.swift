import NIOHTTP1

/// `GET /config/…`: the lists that a loan draft refers to. They are the same for every seed.
struct ConfigLists: Sendable {
    private let bodies: [ConfigList: [UInt8]]

    init(asOfDateTime: String) {
        bodies = Dictionary(
            uniqueKeysWithValues: ConfigList.allCases.map { list in
                let items = Self.items(list)
                var body: [UInt8] = []
                body.append("{")
                body.append(member: "as_of_date_time", asOfDateTime)
                body.append(verbatim: ",\"\(list.rawValue)\":[")
                body.append(contentsOf: items.joined(separator: [UInt8(ascii: ",")]))
                body.append("],\"code\":\"api.success\",")
                body.append(
                    member: "message",
                    "Found \(items.count) value(s) for configuration '\(list.rawValue)'"
                )
                body.append("}")
                return (list, body)
            }
        )
    }

    /// The answer that holds a list.
    func answer(_ list: ConfigList) -> SandboxAnswer {
        SandboxAnswer(status: .ok, body: bodies[list] ?? [])
    }

    private static func items(_ list: ConfigList) -> [[UInt8]] {
        switch list {
        case .activities:
            Catalogue.activities.map { activity in
                item { text in
                    text.append(member: "activity", activity.name)
                    text.append(",")
                    text.append(member: "activity_id", activity.id)
                }
            }
        case .themes:
            Catalogue.themes.map { theme in
                item { text in
                    text.append(member: "theme_type_id", theme.id)
                    text.append(",")
                    text.append(member: "theme_type", theme.name)
                }
            }
        case .locales:
            Region.all.enumerated().map { index, region in
                item { text in
                    text.append(member: "currency", region.currency)
                    text.append(",")
                    text.append(member: "language_code", region.language.code)
                    text.append(",")
                    text.append(member: "language_name", region.language.name)
                    text.append(",")
                    text.append(member: "language_id", Catalogue.languageID(ofRegion: index))
                }
            }
        case .locations:
            Region.all.flatMap { region in
                region.towns.map { town in
                    item { text in
                        text.append(member: "country", region.country)
                        text.append(",")
                        text.append(member: "location", town)
                        text.append(",")
                        text.append(member: "full_name", "\(town), \(region.country)")
                    }
                }
            }
        }
    }

    private static func item(_ members: (inout [UInt8]) -> Void) -> [UInt8] {
        var text: [UInt8] = [UInt8(ascii: "{")]
        members(&text)
        text.append(UInt8(ascii: "}"))
        return text
    }
}
