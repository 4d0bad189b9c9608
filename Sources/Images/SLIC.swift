/// Superpixels by simple linear iterative clustering (Achanta et al., IEEE PAMI 34(11), 2012): k-means in colour and
/// position, in which each centre reaches two grid steps, then each cluster is split into its connected components.
///
/// Details follow scikit-image's `slic(image, n_segments, compactness, max_num_iter, sigma, start_label=0)`: contrast
/// stretched to the full range, CIELAB, then smoothing; centres start on a regular grid, without colour.
/// Pure functions, which may run on several threads at once.
package enum SLIC {
  /// Components smaller than this share of the mean superpixel join a neighbour.
  static let minSizeFactor = 0.5
  /// Components stop growing at this multiple of the mean superpixel.
  static let maxSizeFactor = 3.0
  /// The compactness is clamped to this range.
  static let compactnessRange = 1e-3...1e6

  /// Partitions `image` into about `segments` superpixels.
  ///
  /// - Parameters:
  ///   - segments: number of superpixels to aim for; below 1 counts as 1.
  ///   - compactness: weight of position against colour: the CIELAB distance that weighs as much as a grid step.
  ///   - sigma: standard deviation of the smoothing beforehand, in pixels; 0 for none.
  ///   - maxIterations: rounds of k-means.
  package static func segment(
    _ image: RGBImage, segments: Int, compactness: Double = 20, sigma: Double = 1, maxIterations: Int = 10
  ) -> Superpixels {
    segment(image, segments: [segments], compactness: compactness, sigma: sigma, maxIterations: maxIterations)[0]
  }

  /// Partitions `image` once for each count in `segments`, sharing the conversion and the smoothing between them.
  package static func segment(
    _ image: RGBImage, segments: [Int], compactness: Double = 20, sigma: Double = 1, maxIterations: Int = 10
  ) -> [Superpixels] {
    guard let black = image.samples.min(), let white = image.samples.max() else {
      return segments.map { _ in Superpixels(width: image.width, height: image.height, labels: [], count: 0) }
    }
    let kernel = GaussianKernel(sigma: GaussianKernel.sigmaRange.nearest(to: sigma))
    let lab = LabImage(image, black: black, white: white).smoothed(by: kernel)
    return segments.map { count in
      var clustering = SLICClustering(
        lab, segments: max(count, 1), compactness: compactnessRange.nearest(to: compactness))
      let labels = clustering.clusters(maxIterations: max(maxIterations, 1))
      let meanSize = Double(lab.width * lab.height) / Double(clustering.centerCount)
      return connected(
        width: lab.width, height: lab.height, labels: labels,
        minSize: Int(minSizeFactor * meanSize), maxSize: Int(maxSizeFactor * meanSize))
    }
  }

  /// Splits clusters into connected components of at most `maxSize` pixels, numbered in row-major order of their first
  /// pixels; a component below `minSize` takes the number of the neighbour met last.
  private static func connected(
    width: Int, height: Int, labels: [Int32], minSize: Int, maxSize: Int
  ) -> Superpixels {
    let unseen: Int32 = -1
    var components = [Int32](repeating: unseen, count: labels.count)
    var queue = [Int32](repeating: 0, count: max(maxSize, 1))
    var next: Int32 = 0
    components.withUnsafeMutableBufferPointer { components in
      queue.withUnsafeMutableBufferPointer { queue in
        labels.withUnsafeBufferPointer { labels in
          for start in 0..<labels.count where components[start] == unseen {
            let label = labels[start]
            var neighbor = next
            var (size, visited) = (1, 0)
            components[start] = next
            queue[0] = Int32(start)
            func visit(_ position: Int) {
              if labels[position] == label && components[position] == unseen {
                components[position] = next
                queue[size] = Int32(position)
                size += 1
              } else if components[position] != unseen && components[position] != next {
                neighbor = components[position]
              }
            }
            while visited < size && size < maxSize {
              let position = Int(queue[visited])
              let x = position % width
              if x + 1 < width { visit(position + 1) }
              if x > 0 && size < maxSize { visit(position - 1) }
              if position + width < labels.count && size < maxSize { visit(position + width) }
              if position >= width && size < maxSize { visit(position - width) }
              visited += 1
            }
            if size < minSize {
              for index in 0..<size { components[Int(queue[index])] = neighbor }
            } else {
              next += 1
            }
          }
        }
      }
    }
    // A small component without a numbered neighbour keeps the number of the next component.
    return Superpixels(width: width, height: height, labels: components, count: Int(components.max() ?? unseen) + 1)
  }
}
