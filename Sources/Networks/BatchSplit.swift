import Base

/// How a batch is shared out among the network threads.
///
/// Each part is computed by one network thread, from image to result, so that what is computed stays in that core's
/// cache and cores wait for each other once. Where there are fewer parts than cores, each has a team of OpenMP threads.
struct BatchSplit {
  /// Images of a part; the last may have fewer.
  var partSize: Int
  var parts: Int
  /// How many network threads are at work.
  var networkThreads: Int
  /// OpenMP threads of each.
  var teamSize: Int

  /// Splits `count` images into parts of at most `most`.
  init(_ count: Int, most: Int, cores: Int = ThreadBudget.cores) {
    // Powers of two: few sizes, so that plans are used again.
    var size = 1
    while size * 2 <= most, size * cores < count { size *= 2 }
    partSize = size
    parts = (count + size - 1) / size
    networkThreads = max(1, min(cores, parts))
    teamSize = max(1, cores / networkThreads)
  }
}

/// How many images one core computes at once.
enum PartSize {
  private static let largest = 8
  /// Bytes of weights to read per image above which more images are taken together.
  private static let weightsPerImage = 8 << 20

  /// Few images, so that what is computed stays in the cache; but so many that reading the weights takes little of the
  /// time.
  static func choose(for model: ONNXModel) -> Int {
    let bytes = model.constants.values.reduce(0) { $0 + $1.count * MemoryLayout<Float>.size }
    var size = 1
    while size < largest, bytes / size > weightsPerImage { size *= 2 }
    return size
  }
}
