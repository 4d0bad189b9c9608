/// A value in bytes, field by field: the same list of fields writes and reads, so that the two cannot differ.
///
/// Numbers are little-endian; texts and arrays are preceded by their count. Reading trusts nothing: what does not fit
/// throws `ArchiveError`, before anything is allocated for it.
package struct Archive: Sendable {
  /// What was written so far, or what is read.
  package private(set) var bytes: [UInt8]
  /// Whether fields are read from the bytes; otherwise they are written.
  package let isReading: Bool
  private var position = 0

  /// An empty archive to write to.
  package init() {
    bytes = []
    isReading = false
  }

  /// An archive to read from.
  package init(reading bytes: [UInt8]) {
    self.bytes = bytes
    isReading = true
  }

  /// Whether everything has been read.
  package var isAtEnd: Bool { position == bytes.count }

  /// Whether there is another field: always while writing. Fields that a later version adds at the end are read where
  /// there are any.
  package var hasMore: Bool { !isReading || !isAtEnd }

  /// An integer of fixed width.
  package mutating func field<Value: FixedWidthInteger>(_ value: inout Value) throws {
    let size = MemoryLayout<Value>.size
    guard isReading else {
      withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
      return
    }
    let start = try advance(by: size)
    var read = Value.zero
    withUnsafeMutableBytes(of: &read) { target in
      bytes.withUnsafeBytes { target.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[start..<start + size])) }
    }
    value = Value(littleEndian: read)
  }

  /// A number of 64 bits.
  package mutating func field(_ value: inout Double) throws {
    var bits = value.bitPattern
    try field(&bits)
    value = Double(bitPattern: bits)
  }

  /// A number of 32 bits.
  package mutating func field(_ value: inout Float) throws {
    var bits = value.bitPattern
    try field(&bits)
    value = Float(bitPattern: bits)
  }

  /// A truth value.
  package mutating func field(_ value: inout Bool) throws {
    var byte: UInt8 = value ? 1 : 0
    try field(&byte)
    guard byte <= 1 else { throw ArchiveError.damaged }
    value = byte == 1
  }

  /// A text.
  package mutating func field(_ value: inout String) throws {
    var utf8 = isReading ? [] : Array(value.utf8)
    try field(&utf8)
    if isReading { value = String(decoding: utf8, as: UTF8.self) }
  }

  /// Bytes.
  package mutating func field(_ value: inout [UInt8]) throws {
    let count = try length(value.count, elementSize: 1)
    guard isReading else { return bytes.append(contentsOf: value) }
    let start = try advance(by: count)
    value = Array(bytes[start..<start + count])
  }

  /// Numbers of 32 bits, as they are.
  package mutating func field(_ value: inout [Float]) throws {
    let size = MemoryLayout<Float>.size
    let count = try length(value.count, elementSize: size)
    guard isReading else {
      bytes.reserveCapacity(bytes.count + count * size)
      for element in value { withUnsafeBytes(of: element.bitPattern.littleEndian) { bytes.append(contentsOf: $0) } }
      return
    }
    let start = try advance(by: count * size)
    value = [Float](unsafeUninitializedCapacity: count) { buffer, initialized in
      bytes.withUnsafeBytes { source in
        for index in 0..<count {
          let bits = source.loadUnaligned(fromByteOffset: start + index * size, as: UInt32.self)
          buffer.initializeElement(at: index, to: Float(bitPattern: UInt32(littleEndian: bits)))
        }
      }
      initialized = count
    }
  }

  /// A value of a type that knows its fields.
  package mutating func field<Value: Archivable>(_ value: inout Value) throws { try value.archive(in: &self) }

  /// A value in bytes of its own, so that it may end early in what an earlier version wrote.
  package mutating func nested<Value: Archivable>(_ value: inout Value) throws {
    var bytes = isReading ? [] : try value.archived()
    try field(&bytes)
    if isReading { value = try Value(archived: bytes) }
  }

  /// One of a type's words.
  package mutating func field<Value: RawRepresentable>(_ value: inout Value) throws where Value.RawValue == String {
    var word = value.rawValue
    try field(&word)
    guard let read = Value(rawValue: word) else { throw ArchiveError.damaged }
    value = read
  }

  /// A value or none; `blank` is what reading starts from.
  package mutating func optional<Value>(
    _ value: inout Value?, blank: @autoclosure () -> Value, _ each: (inout Archive, inout Value) throws -> Void
  ) throws {
    var isThere = value != nil
    try field(&isThere)
    guard isThere else { return value = nil }
    var element = value ?? blank()
    try each(&self, &element)
    value = element
  }

  /// Any number of elements; `blank` is what reading each starts from.
  package mutating func list<Element>(
    _ value: inout [Element], blank: @autoclosure () -> Element,
    _ each: (inout Archive, inout Element) throws -> Void
  ) throws {
    // An element takes a byte at least, so that a damaged count is noticed before memory is reserved for it.
    let count = try length(value.count, elementSize: 1)
    var elements: [Element] = []
    elements.reserveCapacity(count)
    for index in 0..<count {
      var element = isReading ? blank() : value[index]
      try each(&self, &element)
      if isReading { elements.append(element) }
    }
    if isReading { value = elements }
  }

  /// Any number of elements of a type that knows its fields.
  package mutating func list<Element: Archivable>(_ value: inout [Element]) throws {
    try list(&value, blank: Element.blank) { try $0.field(&$1) }
  }

  /// A whole number ≥ 0 that is small as a rule: seven bits a byte, the lowest first.
  package mutating func small(_ value: inout Int) throws {
    guard isReading else {
      var rest = UInt64(bitPattern: Int64(value))
      while rest >= 0x80 {
        bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
        rest >>= 7
      }
      bytes.append(UInt8(truncatingIfNeeded: rest))
      return
    }
    var (result, shift): (UInt64, UInt64) = (0, 0)
    while true {
      let byte = bytes[try advance(by: 1)]
      result |= UInt64(byte & 0x7F) << shift
      if byte < 0x80 { break }
      shift += 7
      guard shift < 63 else { throw ArchiveError.damaged }
    }
    guard let read = Int(exactly: result) else { throw ArchiveError.damaged }
    value = read
  }

  private mutating func length(_ count: Int, elementSize: Int) throws -> Int {
    var count = count
    try small(&count)
    if isReading, count > (bytes.count - position) / elementSize { throw ArchiveError.damaged }
    return count
  }

  /// Moves on by `size` bytes and returns where it was.
  private mutating func advance(by size: Int) throws -> Int {
    guard size <= bytes.count - position else { throw ArchiveError.damaged }
    defer { position += size }
    return position
  }
}

/// A value that an archive can hold.
package protocol Archivable: Sendable {
  static var blank: Self { get }
  mutating func archive(in archive: inout Archive) throws
}

extension Archivable {
  /// The value's bytes. Throws where it cannot be written whole.
  package func archived() throws -> [UInt8] {
    var archive = Archive()
    var copy = self
    try copy.archive(in: &archive)
    return archive.bytes
  }

  /// The value of these bytes. Throws `ArchiveError` where they do not hold exactly one.
  package init(archived bytes: [UInt8]) throws {
    var archive = Archive(reading: bytes)
    var value = Self.blank
    try value.archive(in: &archive)
    guard archive.isAtEnd else { throw ArchiveError.damaged }
    self = value
  }
}

/// Why bytes could not be read as a value.
package enum ArchiveError: Error, Sendable {
  /// They do not hold such a value.
  case damaged
}
