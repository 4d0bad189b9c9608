import Foundation
import JSON
import Testing

@testable import RPC

/// Random bytes against the framing decoder and the JSON parser. `VRX_FUZZ_CASES` and `VRX_FUZZ_SEED` set how many and
/// which.
@Suite struct FuzzTests {
  /// SplitMix64.
  private struct Random: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
      state &+= 0x9E37_79B9_7F4A_7C15
      var z = state
      z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
      z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
      return z ^ (z >> 31)
    }

    mutating func below(_ bound: Int) -> Int { Int.random(in: 0..<bound, using: &self) }
  }

  private static func setting(_ name: String, default standard: Int) -> Int {
    ProcessInfo.processInfo.environment[name].flatMap { Int($0) } ?? standard
  }

  private let cases = Self.setting("VRX_FUZZ_CASES", default: 40_000)
  private let seed = UInt64(Self.setting("VRX_FUZZ_SEED", default: 20_260_101))

  private static let bodies = [
    #"{"jsonrpc":"2.0","id":1,"method":"vrx/explain","params":{"model":"m","image":"a.png"}}"#,
    #"[1,-2.5e-3,true,false,null,"\u00e9\ud83d\ude00\n\/",{"a":{"b":[[],{}]}}]"#,
    #"{"x":9223372036854775808,"y":-0,"z":1.0E+2,"":"\u0000"}"#, "\"\u{10FFFF}é\"", "", " 7 ",
  ]
  private static let headers = [
    "Content-Length: %\r\n\r\n", "content-length:%\r\nContent-Type: application/vscode-jsonrpc; charset=utf8\r\n\r\n",
    "X: y\r\nCONTENT-LENGTH: \t%  \r\n\r\n", "Content-Length: %\n\n", "Content-Length: 0%\r\n\r\n",
  ]
  private static let tokens = [
    "{", "}", "[", "]", "\"", "\\", "\\u", "e", "-", ".", ",", ":", "\r\n", "\r\n\r\n", "null",
  ]

  /// Bytes that are nearly right.
  private func mutated(_ text: String, _ random: inout Random) -> [UInt8] {
    var bytes = Array(text.utf8)
    for _ in 0..<random.below(5) {
      let place = random.below(bytes.count + 1)
      switch random.below(5) {
      case 0: bytes.insert(UInt8(truncatingIfNeeded: random.next()), at: place)
      case 1 where place < bytes.count: bytes[place] = UInt8(truncatingIfNeeded: random.next())
      case 2 where place < bytes.count: bytes.remove(at: place)
      case 3: bytes.insert(contentsOf: Array(Self.tokens[random.below(Self.tokens.count)].utf8), at: place)
      default: bytes = Array(bytes.prefix(place)) + Array(bytes.suffix(random.below(bytes.count + 1)))
      }
    }
    return bytes
  }

  private func events(_ bytes: [UInt8], cuts: () -> Int) -> [FrameDecoder.Event] {
    var decoder = FrameDecoder(maxHeaderBytes: 128, maxBodyBytes: 256)
    var events: [FrameDecoder.Event] = []
    var start = 0
    while start < bytes.count {
      let end = min(bytes.count, start + cuts())
      events += decoder.push(bytes[start..<end])
      start = end
    }
    return events
  }

  @Test func framesAreTheSameHoweverTheyAreCut() {
    var random = Random(state: seed)
    for number in 0..<cases {
      var bytes: [UInt8] = []
      for _ in 0...random.below(3) {
        let body = mutated(Self.bodies[random.below(Self.bodies.count)], &random)
        let length = random.below(8) == 0 ? String(Int64(bitPattern: random.next())) : String(body.count)
        let header = Self.headers[random.below(Self.headers.count)].replacing("%", with: length)
        bytes += (random.below(2) == 0 ? Array(header.utf8) : mutated(header, &random)) + body
      }
      let whole = events(bytes) { bytes.count }
      var cut = Random(state: random.next())
      let pieces = events(bytes) { 1 + cut.below(7) }
      guard whole == pieces else {
        Issue.record("seed \(seed), case \(number): \(bytes)")
        return
      }
      for case .message(let body) in whole where body.count > 256 { Issue.record("case \(number): too long") }
      for event in whole.dropLast() {
        if case .broken = event { Issue.record("case \(number): something follows lost framing") }
      }
    }
  }

  @Test func whatIsAcceptedIsWrittenAndReadBackTheSame() throws {
    var random = Random(state: seed ^ 1)
    var accepted = 0
    for number in 0..<cases {
      let bytes = mutated(Self.bodies[random.below(Self.bodies.count)], &random)
      guard let value = try? JSONValue.parse(bytes) else { continue }
      accepted += 1
      guard try JSONValue.parse(value.serialized()) == value else {
        Issue.record("seed \(seed), case \(number): \(bytes)")
        return
      }
      // What ours takes, Foundation's parser takes too; asked of a sample, as it is slow.
      if number % 16 == 0,
        (try? JSONSerialization.jsonObject(with: Data(bytes), options: .fragmentsAllowed)) == nil
      {
        Issue.record("seed \(seed), case \(number): only ours accepts \(String(decoding: bytes, as: UTF8.self))")
        return
      }
    }
    #expect(accepted > cases / 20)
  }

  private func value(depth: Int, _ random: inout Random) -> JSONValue {
    switch random.below(depth > 4 ? 5 : 7) {
    case 0: .null
    case 1: .bool(random.below(2) == 0)
    case 2: .int(Int64(bitPattern: random.next()) >> Int64(random.below(64)))
    case 3:
      .double(
        [Double(bitPattern: random.next()), 0.1, -1e-7, 1e300, 5e-324, 123456.5][random.below(6)].finiteOrZero)
    case 4:
      .string(
        String(
          String.UnicodeScalarView(
            (0..<random.below(6)).compactMap { _ in Unicode.Scalar(UInt32(random.below(0x110000))) })))
    case 5: .array((0..<random.below(4)).map { _ in value(depth: depth + 1, &random) })
    default:
      .object(
        Dictionary(
          (0..<random.below(4)).map { ("\($0)\"\\", value(depth: depth + 1, &random)) }, uniquingKeysWith: { $1 }))
    }
  }

  @Test func everyValueSurvives() throws {
    var random = Random(state: seed ^ 2)
    for number in 0..<cases / 4 {
      let value = value(depth: 0, &random)
      guard try JSONValue.parse(value.serialized()) == value, try JSONValue.parse(Array(value.pretty().utf8)) == value
      else {
        Issue.record("seed \(seed), case \(number): \(value)")
        return
      }
    }
  }
}

extension Double {
  fileprivate var finiteOrZero: Double { isFinite ? self : 0 }
}
