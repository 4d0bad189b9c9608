/// How a batch is shared out among the lanes.
///
/// Each part is computed by one lane, from image to result, so that what is computed stays in that core's cache and cores wait for each
/// other once. Where there are fewer parts than cores, lanes have several threads.
struct BatchSplit {
  /// Images of a part; the last may have fewer.
  var partSize: Int
  /// The number of parts.
  var parts: Int
  /// Lanes at work.
  var lanes: Int
  /// Threads of each.
  var threads: Int

  /// Splits `count` images into parts of at most `most`.
  init(_ count: Int, most: Int, cores: Int = Lane.all.count) {
    // Powers of two: few sizes, so that plans are used again.
    var size = 1
    while size * 2 <= most, size * cores < count { size *= 2 }
    partSize = size
    parts = (count + size - 1) / size
    lanes = max(1, min(cores, parts))
    threads = max(1, cores / lanes)
  }
}

/// How many images one core computes at once.
enum PartSize {
  /// Most images.
  private static let largest = 8
  /// Bytes of weights to read per image above which more images are taken together.
  private static let weightsPerImage = 8 << 20

  /// Few images, so that what is computed stays in the cache; but so many that reading the weights takes little of the time.
  static func choose(for model: ONNXModel) -> Int {
    let bytes = model.constants.values.reduce(0) { $0 + $1.count * MemoryLayout<Float>.size }
    var size = 1
    while size < largest, bytes / size > weightsPerImage { size *= 2 }
    return size
  }
}
