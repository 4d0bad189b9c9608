/// Cuts a stream of bytes into messages by the Language Server Protocol's base framing: header lines, an empty line,
/// and a body of `Content-Length` bytes.
///
/// Takes the bytes in chunks of any size; the same bytes give the same events however they are split. A byte is copied
/// once, so the cost is linear in the input.
package struct FrameDecoder: Sendable {
  /// What the bytes turned out to be.
  package enum Event: Sendable, Equatable {
    /// A body.
    case message([UInt8])
    /// A body of this many bytes, above the limit; its bytes are skipped.
    case oversized(Int)
    /// The framing is lost, for this reason; nothing after it can be read.
    case broken(String)
  }

  private enum State {
    case header
    case body(length: Int)
    case passing(Int)
    case broken
  }

  private let maxHeaderBytes: Int
  private let maxBodyBytes: Int
  private var state = State.header
  /// The bytes of the header or the body so far.
  private var collected: [UInt8] = []

  private static let terminator: [UInt8] = [13, 10, 13, 10]
  /// Body bytes for which memory is reserved in advance.
  private static let largestReservation = 1 << 20

  package init(maxHeaderBytes: Int, maxBodyBytes: Int) {
    self.maxHeaderBytes = maxHeaderBytes
    self.maxBodyBytes = maxBodyBytes
  }

  /// Takes the next bytes; returns what they complete.
  package mutating func push(_ bytes: some Collection<UInt8>) -> [Event] {
    var events: [Event] = []
    var rest = bytes[...]
    while !rest.isEmpty {
      switch state {
      case .header: takeHeader(&rest, &events)
      case .body(let length):
        let part = rest.prefix(length - collected.count)
        collected.append(contentsOf: part)
        rest = rest.dropFirst(part.count)
        if collected.count == length {
          state = .header
          events.append(.message(takeCollected()))
        }
      case .passing(let count):
        let passed = min(count, rest.count)
        rest = rest.dropFirst(passed)
        state = passed == count ? .header : .passing(count - passed)
      case .broken: return events
      }
    }
    return events
  }

  private mutating func takeCollected() -> [UInt8] {
    defer { collected = [] }
    return collected
  }

  private mutating func takeHeader<Rest: Collection<UInt8>>(_ rest: inout Rest, _ events: inout [Event])
  where Rest.SubSequence == Rest {
    while let byte = rest.popFirst() {
      collected.append(byte)
      if collected.count > maxHeaderBytes {
        return fail("the header is longer than \(maxHeaderBytes) bytes", &events)
      }
      if byte == 10, collected.suffix(Self.terminator.count).elementsEqual(Self.terminator) {
        return finishHeader(takeCollected().dropLast(Self.terminator.count), &events)
      }
    }
  }

  private mutating func fail(_ reason: String, _ events: inout [Event]) {
    state = .broken
    collected = []
    events.append(.broken(reason))
  }

  private mutating func finishHeader(_ header: ArraySlice<UInt8>, _ events: inout [Event]) {
    switch Self.contentLength(of: header) {
    case .failure(let reason): fail(reason.text, &events)
    case .success(0): events.append(.message([]))
    case .success(let length) where length > maxBodyBytes:
      state = .passing(length)
      events.append(.oversized(length))
    case .success(let length):
      collected.reserveCapacity(min(length, Self.largestReservation))
      state = .body(length: length)
    }
  }

  private struct Reason: Error { var text: String }

  private static func contentLength(of header: ArraySlice<UInt8>) -> Result<Int, Reason> {
    guard let text = String(validating: header, as: UTF8.self) else {
      return .failure(Reason(text: "the header is not UTF-8"))
    }
    var length: Int?
    for line in text.split(separator: "\r\n", omittingEmptySubsequences: false) {
      guard let colon = line.firstIndex(of: ":") else {
        return .failure(Reason(text: "a header line has no colon"))
      }
      guard line[..<colon].lowercased() == "content-length" else { continue }
      let value = line[line.index(after: colon)...].drop { $0 == " " || $0 == "\t" }
      let digits = value.prefix { ("0"..."9").contains($0) }
      let isClean = value.dropFirst(digits.count).allSatisfy { $0 == " " || $0 == "\t" }
      guard isClean, !digits.isEmpty, length == nil, let number = Int(digits) else {
        return .failure(Reason(text: "Content-Length must be given once, as a decimal number"))
      }
      length = number
    }
    return length.map { .success($0) } ?? .failure(Reason(text: "Content-Length is missing"))
  }
}

extension FrameDecoder {
  /// The frame of a body.
  package static func frame(_ body: [UInt8]) -> [UInt8] { Array("Content-Length: \(body.count)\r\n\r\n".utf8) + body }
}
