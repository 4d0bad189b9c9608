/// Records of 32-bit words by number, each set once, in any order; in memory while they are few.
package struct ScratchRecords: Sendable {
  private let file = ScratchFile(memoryBytes: Self.memoryBytes)
  /// The words of each record by position in the file.
  private var places: [Range<Int>]
  private var end = 0

  /// Bytes that stay in memory.
  package static let memoryBytes = 1 << 20

  /// Records `0..<count`, none set.
  package init(count: Int) { places = [Range<Int>](repeating: 0..<0, count: count) }

  package var count: Int { places.count }

  /// Sets a record.
  package mutating func set(_ index: Int, to words: [UInt32]) throws {
    try words.withUnsafeBytes { try file.write($0, at: end * MemoryLayout<UInt32>.stride) }
    places[index] = end..<end + words.count
    end += words.count
  }

  /// The words of a record; empty where it is not set.
  package subscript(index: Int) -> [UInt32] {
    get throws {
      let place = places[index]
      return try [UInt32](unsafeUninitializedCapacity: place.count) { buffer, initialized in
        try file.read(into: UnsafeMutableRawBufferPointer(buffer), at: place.lowerBound * MemoryLayout<UInt32>.stride)
        initialized = place.count
      }
    }
  }
}
