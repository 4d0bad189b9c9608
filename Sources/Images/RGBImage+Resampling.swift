extension RGBImage {
  /// The image at another size, equal to Pillow's `Image.resize` with the same filter. Extents below 1 count as 1.
  ///
  /// The filters other than `nearest` are separable: rows first, then columns, with 8-bit samples between the two, and
  /// an axis that keeps its extent is left alone.
  public func resized(width newWidth: Int, height newHeight: Int, filter: ResamplingFilter) -> RGBImage {
    let (newWidth, newHeight) = (max(newWidth, 1), max(newHeight, 1))
    if newWidth == width && newHeight == height { return self }
    guard width > 0, height > 0 else { return RGBImage(width: newWidth, height: newHeight, filledWith: (0, 0, 0)) }
    if filter == .nearest { return resizedToNearest(newWidth, newHeight) }
    let rows = newWidth == width ? self : resizedAlongRows(newWidth, filter)
    return newHeight == height ? rows : rows.resizedAlongColumns(newHeight, filter)
  }

  /// The pixel under the middle of each new one; positions are summed up in steps, as Pillow sums them.
  private func resizedToNearest(_ newWidth: Int, _ newHeight: Int) -> RGBImage {
    func positions(_ inputs: Int, _ outputs: Int) -> [Int] {
      let step = Double(inputs) / Double(outputs)
      var position = step * 0.5
      return (0..<outputs).map { _ in
        defer { position += step }
        return min(Int(position), inputs - 1)
      }
    }
    let columns = positions(width, newWidth)
    let resized = [UInt8](unsafeUninitializedCapacity: newWidth * newHeight * 3) { target, count in
      samples.withUnsafeBufferPointer { source in
        for y in positions(height, newHeight) {
          for x in columns {
            let position = (y * width + x) * 3
            for channel in 0..<3 { target[count + channel] = source[position + channel] }
            count += 3
          }
        }
      }
    }
    return RGBImage(width: newWidth, height: newHeight, samples: resized)
  }

  private func resizedAlongRows(_ newWidth: Int, _ filter: ResamplingFilter) -> RGBImage {
    let weights = ResamplingWeights(inputs: width, outputs: newWidth, filter: filter)
    // One row as numbers; a spare one so that the last pixel can be loaded with a fourth channel.
    let row = UnsafeMutablePointer<Double>.allocate(capacity: width * 3 + 1)
    defer { row.deallocate() }
    row.initialize(repeating: 0, count: width * 3 + 1)
    let resized = [UInt8](unsafeUninitializedCapacity: newWidth * height * 3) { target, count in
      samples.withUnsafeBufferPointer { source in
        weights.withPointers { starts, counts, factors in
          for y in 0..<height {
            let sourceRow = source.baseAddress.unsafelyUnwrapped + y * width * 3
            for index in 0..<width * 3 { row[index] = Double(sourceRow[index]) }
            let targetRow = target.baseAddress.unsafelyUnwrapped + y * newWidth * 3
            for x in 0..<newWidth {
              var sum = SIMD4<Double>(repeating: 0.5)
              let pixels = UnsafeRawPointer(row + starts[x] * 3)
              let factor = factors + x * weights.taps
              for tap in 0..<counts[x] {
                let pixel = pixels.loadUnaligned(fromByteOffset: tap * 24, as: SIMD4<Double>.self)
                sum += pixel * factor[tap]
              }
              let clamped = sum.clamped(lowerBound: SIMD4(repeating: 0), upperBound: SIMD4(repeating: 255))
              targetRow[x * 3] = UInt8(truncatingIfNeeded: Int32(clamped.x))
              targetRow[x * 3 + 1] = UInt8(truncatingIfNeeded: Int32(clamped.y))
              targetRow[x * 3 + 2] = UInt8(truncatingIfNeeded: Int32(clamped.z))
            }
          }
        }
      }
      count = target.count
    }
    return RGBImage(width: newWidth, height: height, samples: resized)
  }

  private func resizedAlongColumns(_ newHeight: Int, _ filter: ResamplingFilter) -> RGBImage {
    let weights = ResamplingWeights(inputs: height, outputs: newHeight, filter: filter)
    let stride = width * 3
    let sums = UnsafeMutablePointer<Double>.allocate(capacity: stride)
    defer { sums.deallocate() }
    let resized = [UInt8](unsafeUninitializedCapacity: stride * newHeight) { target, count in
      samples.withUnsafeBufferPointer { source in
        weights.withPointers { starts, counts, factors in
          for y in 0..<newHeight {
            sums.update(repeating: 0.5, count: stride)
            let factor = factors + y * weights.taps
            for tap in 0..<counts[y] {
              let sourceRow = source.baseAddress.unsafelyUnwrapped + (starts[y] + tap) * stride
              let weight = factor[tap]
              for index in 0..<stride { sums[index] += Double(sourceRow[index]) * weight }
            }
            let targetRow = target.baseAddress.unsafelyUnwrapped + y * stride
            for index in 0..<stride {
              targetRow[index] = UInt8(truncatingIfNeeded: Int32(min(max(sums[index], 0), 255)))
            }
          }
        }
      }
      count = target.count
    }
    return RGBImage(width: width, height: newHeight, samples: resized)
  }
}

extension ResamplingWeights {
  /// Calls `body` with the memory of starts, counts and weights.
  fileprivate func withPointers(_ body: (UnsafePointer<Int>, UnsafePointer<Int>, UnsafePointer<Double>) -> Void) {
    starts.withUnsafeBufferPointer { starts in
      counts.withUnsafeBufferPointer { counts in
        weights.withUnsafeBufferPointer { weights in
          guard let starts = starts.baseAddress, let counts = counts.baseAddress, let weights = weights.baseAddress
          else { return }
          body(starts, counts, weights)
        }
      }
    }
  }
}
