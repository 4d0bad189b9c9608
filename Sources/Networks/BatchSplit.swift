import Base

/// How a batch is divided among the network threads.
///
/// One network thread computes a group of images from pixels to result, so that its values stay in that core's cache
/// and cores wait for each other once. Where there are fewer groups than cores, each has a team of OpenMP threads.
struct BatchSplit {
  /// Images of a group; the last may have fewer.
  var groupSize: Int
  var groups: Int
  var networkThreads: Int
  /// OpenMP threads per network thread.
  var teamSize: Int

  /// Splits `count` images into groups of at most `most`.
  init(_ count: Int, most: Int, cores: Int = ThreadBudget.cores) {
    // Powers of two: few sizes, so that plans are used again.
    var size = 1
    while size * 2 <= most, size * cores < count { size *= 2 }
    groupSize = size
    groups = (count + size - 1) / size
    networkThreads = max(1, min(cores, groups))
    teamSize = max(1, cores / networkThreads)
  }
}

/// How many images one core computes at once.
enum GroupSize {
  private static let largest = 8
  /// Above this many bytes of weights per image, more images are computed together.
  private static let weightsPerImage = 8 << 20

  /// Few images, so that their values stay in the cache, but enough that reading the weights takes little of the
  /// time.
  static func choose(for model: ONNXModel) -> Int {
    let bytes = model.constants.values.reduce(0) { $0 + $1.count * MemoryLayout<Float>.size }
    var size = 1
    while size < largest, bytes / size > weightsPerImage { size *= 2 }
    return size
  }
}
