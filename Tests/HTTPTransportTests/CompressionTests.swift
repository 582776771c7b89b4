import HTTPTransport
import JobExecution
import Testing

extension TransportTests {
    /// Content codings: decoded, bounded, and nothing that was not offered.
    @Suite struct CompressionTests {
        private static let text = #"{"values":[1,2,3]}"#
        private static let gzip: [UInt8] = [
            0x1F, 0x8B, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0x03, 0xAB, 0x56, 0x2A, 0x4B, 0xCC, 0x29, 0x4D, 0x2D,
            0x56, 0xB2, 0x8A, 0x36, 0xD4, 0x31, 0xD2, 0x31, 0x8E, 0xAD, 0x05, 0x00, 0x72, 0xA3, 0xC3, 0xB8, 0x12, 0x00,
            0x00, 0x00,
        ]
        private static let deflate: [UInt8] = [
            0x78, 0x9C, 0xAB, 0x56, 0x2A, 0x4B, 0xCC, 0x29, 0x4D, 0x2D, 0x56, 0xB2, 0x8A, 0x36, 0xD4, 0x31, 0xD2, 0x31,
            0x8E, 0xAD, 0x05, 0x00, 0x39, 0x9E, 0x05, 0xAD,
        ]

        private static func answer(_ coding: String, _ body: [UInt8]) -> [ScriptedServer.Step] {
            [
                .send(
                    "HTTP/1.1 200 OK\r\nContent-Encoding: \(coding)\r\nContent-Length: \(body.count)\r\nX: y\r\n\r\n"
                ),
                .bytes(body),
            ]
        }

        @Test(arguments: [("gzip", gzip), ("GZIP", gzip), ("deflate", deflate)])
        func decodes(coding: String, body: [UInt8]) async throws {
            let steps = Self.answer(coding, body)
            try await ScriptedServer.run(script: { _ in steps }) { server in
                try await withTransport { transport in
                    for _ in 0..<2 {
                        let answer = try await transport.fetch(server.url())
                        #expect(answer.text == Self.text)
                        #expect(answer.head?.fields["content-encoding"] == nil)
                        #expect(answer.head?.fields["content-length"] == nil)
                        #expect(answer.head?.fields["x"] == "y")
                    }
                }
                #expect(server.log.connections == 1)
            }
        }

        @Test(arguments: [
            ("truncated", "gzip", Array(gzip.dropLast(12)), Kind.lost),
            (
                "damaged", "gzip", Array(gzip.prefix(10)) + [0xFF, 0xFF, 0xFF] + Array(gzip.dropFirst(13)),
                .invalidAnswer
            ),
            ("wrong checksum", "gzip", Array(gzip.dropLast(8)) + [0, 0, 0, 0] + Array(gzip.suffix(4)), .invalidAnswer),
            ("not compressed at all", "gzip", Array(text.utf8), .invalidAnswer),
            ("bytes behind", "gzip", gzip + Array("tail".utf8), .invalidAnswer),
            ("never offered", "br", [1, 2, 3], .invalidAnswer),
            ("twice", "gzip, gzip", gzip, .invalidAnswer),
        ])
        func refuses(name: String, coding: String, body: [UInt8], kind: Kind) async throws {
            let steps = Self.answer(coding, body)
            try await ScriptedServer.run(script: { _ in steps }) { server in
                try await withTransport { transport in
                    let error = await transport.failure(server.url())
                    #expect(Kind(error) == kind, "\(name): \(String(describing: error))")
                }
            }
        }

        @Test(arguments: [100, 2000])
        func bombsAreDefused(ratio: Int) async throws {
            var configuration = TransportConfiguration()
            configuration.maximumInflationRatio = ratio
            let steps = Self.answer("deflate", Self.bomb)
            try await ScriptedServer.run(script: { _ in steps }) { server in
                try await withTransport(configuration) { transport in
                    let collector = Collector()
                    let error = await transport.failure(server.url(), into: collector)
                    #expect(Kind(error) == (ratio == 100 ? .invalidAnswer : .none), "\(String(describing: error))")
                    #expect(ratio == 100 || collector.body.count == 1_000_000)
                }
            }
        }

        @Test func theCallerMayOfferAnotherCoding() async throws {
            let steps = Self.answer("br", [1, 2, 3])
            try await ScriptedServer.run(script: { _ in steps }) { server in
                try await withTransport { transport in
                    let answer = try await transport.fetch(server.url(), fields: [HTTPField("Accept-Encoding", "br")])
                    #expect(answer.body == [1, 2, 3])
                    #expect(answer.head?.fields["content-encoding"] == "br")
                    #expect(answer.head?.fields["content-length"] == "3")
                }
            }
        }

        /// A million zeros, compressed by zlib: a thousandth of the size, mostly zeros again.
        private static let bomb: [UInt8] =
            [0x78, 0xDA, 0xED, 0xC1, 0x01, 0x01, 0x00, 0x00, 0x00, 0x82, 0x20, 0xFF, 0xAF, 0x6E, 0x48, 0x40, 0x01]
            + [UInt8](repeating: 0x00, count: 968)
            + [0xAF, 0x06, 0x43, 0x21, 0x00, 0x01]
    }
}
