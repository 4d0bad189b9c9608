import JSON
import Testing

@testable import RPC

@Suite struct FrameDecoderTests {
  private func events(_ text: String, pieces: Int? = nil) -> [FrameDecoder.Event] {
    var decoder = FrameDecoder(maxHeaderBytes: 4096, maxBodyBytes: 100)
    let bytes = Array(text.utf8)
    guard let pieces else { return decoder.push(bytes) }
    return stride(from: 0, to: bytes.count, by: pieces).flatMap {
      decoder.push(bytes[$0..<min($0 + pieces, bytes.count)])
    }
  }

  private func isBroken(_ events: [FrameDecoder.Event]) -> Bool {
    if case .broken = events.last { true } else { false }
  }

  @Test(arguments: [1, 2, 3, 7, 1000]) func anyCutGivesTheSame(pieces: Int) {
    let text = "Content-Length: 2\r\n\r\n{}content-length:3\r\nX-Other: a\r\n\r\n[1]Content-Length: 0\r\n\r\n"
    #expect(events(text, pieces: pieces) == [.message(Array("{}".utf8)), .message(Array("[1]".utf8)), .message([])])
  }

  @Test(arguments: [
    "Content-Length: -1", "Content-Length: 12345678901234567890", "Content-Length: 1x", "Content-Length:",
    "Content-Length", "Other: 3", "Content-Length: 1\r\nContent-Length: 1", "Content-Length: 1.0",
  ])
  func hostileLengths(header: String) { #expect(isBroken(events(header + "\r\n\r\n{}"))) }

  @Test func longHeaders() {
    #expect(isBroken(events("X: " + String(repeating: "a", count: 5000))))
  }

  @Test func oversizedBodiesArePassedOver() {
    let text = "Content-Length: 150\r\n\r\n" + String(repeating: "x", count: 150) + "Content-Length: 2\r\n\r\n{}"
    #expect(events(text, pieces: 11) == [.oversized(150), .message(Array("{}".utf8))])
  }

  @Test func damagedFramesAreReadOrRefused() throws {
    var state: UInt64 = 88172645463325252
    func random() -> UInt64 {
      state ^= state << 13
      state ^= state >> 7
      state ^= state << 17
      return state
    }
    let seeds = [
      "Content-Length: 7\r\n\r\n{\"a\":1}", "content-length: 42\r\nContent-Type: utf8\r\n\r\n[[[\"\\ud83d\\ude00\"]]]",
    ]
    let limit = 40
    var (messages, values, oversized, broken) = (0, 0, 0, 0)
    for round in 0..<10_000 {
      var bytes = Array(seeds[round % seeds.count].utf8)
      for _ in 0...Int(random() % 6) {
        bytes[Int(random() % UInt64(bytes.count))] = UInt8(truncatingIfNeeded: random())
      }
      var decoder = FrameDecoder(maxHeaderBytes: 64, maxBodyBytes: limit)
      let events = decoder.push(bytes)
      for (position, event) in events.enumerated() {
        switch event {
        case .message(let body):
          messages += 1
          #expect(body.count <= limit)
          guard let value = try? JSONValue.parse(body) else { continue }
          values += 1
          #expect(try JSONValue.parse(value.serialized()) == value)
        case .oversized(let size):
          oversized += 1
          #expect(size > limit)
        case .broken(let reason):
          broken += 1
          #expect(!reason.isEmpty && position == events.count - 1, "nothing follows lost framing")
          #expect(decoder.push(Array("Content-Length: 0\r\n\r\n".utf8)).isEmpty)
        }
      }
    }
    #expect(
      messages > 100 && values > 10 && oversized > 100 && broken > 1000, "\(messages) \(values) \(oversized) \(broken)")
  }
}
