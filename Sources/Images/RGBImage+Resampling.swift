extension RGBImage {
  /// The image at another size, equal to Pillow's `Image.resize` with the same filter. Extents below 1 count as 1.
  ///
  /// Filters are separable, with 8-bit samples between the passes; an axis that keeps its extent is not filtered. Rows
  /// are resized first, unless the height loses more than twice the pixels that the width loses: as in Pillow since
  /// version 13 (before, rows always came first, and such results differ by some levels).
  package func resized(width newWidth: Int, height newHeight: Int, filter: ResamplingFilter) -> RGBImage {
    let (newWidth, newHeight) = (max(newWidth, 1), max(newHeight, 1))
    if newWidth == width && newHeight == height { return self }
    guard width > 0, height > 0 else { return RGBImage(width: newWidth, height: newHeight, filledWith: (0, 0, 0)) }
    if height > newHeight && height - newHeight > 2 * (width - newWidth) {
      return resizedAlongColumns(newHeight, filter).resizedAlongRows(newWidth, filter)
    }
    return resizedAlongRows(newWidth, filter).resizedAlongColumns(newHeight, filter)
  }

  private func resizedAlongRows(_ newWidth: Int, _ filter: ResamplingFilter) -> RGBImage {
    if newWidth == width { return self }
    let weights = ResamplingWeights(inputs: width, outputs: newWidth, filter: filter)
    // One row of each, four bytes per pixel.
    var wideSource = [SIMD4<UInt8>](repeating: SIMD4(), count: width)
    var wideTarget = [SIMD4<UInt8>](repeating: SIMD4(), count: newWidth)
    let resized = [UInt8](unsafeUninitializedCapacity: newWidth * height * 3) { target, count in
      samples.withUnsafeBufferPointer { source in
        wideSource.withUnsafeMutableBufferPointer { wideSource in
          wideTarget.withUnsafeMutableBufferPointer { wideTarget in
            for y in 0..<height {
              var position = y * width * 3
              for x in wideSource.indices {
                wideSource[x] = SIMD4(source[position], source[position + 1], source[position + 2], 0)
                position += 3
              }
              weights.forEachOutput { x, start, weights in
                var (high, low) = (SIMD4<Int32>(), SIMD4<Int32>())
                for tap in weights.indices {
                  let pixel = SIMD4<Int32>(truncatingIfNeeded: wideSource[start + tap])
                  high &+= pixel &* SIMD4(repeating: Int32(weights[tap].high))
                  low &+= pixel &* SIMD4(repeating: Int32(weights[tap].low))
                }
                wideTarget[x] = SIMD4<UInt8>(truncatingIfNeeded: ResamplingWeights.samples(high: high, low: low))
              }
              for pixel in wideTarget {
                target[count] = pixel.x
                target[count + 1] = pixel.y
                target[count + 2] = pixel.z
                count += 3
              }
            }
          }
        }
      }
    }
    return RGBImage(width: newWidth, height: height, samples: resized)
  }

  private func resizedAlongColumns(_ newHeight: Int, _ filter: ResamplingFilter) -> RGBImage {
    if newHeight == height { return self }
    let weights = ResamplingWeights(inputs: height, outputs: newHeight, filter: filter)
    let stride = width * 3
    let lanes = SIMD16<UInt8>.scalarCount
    let resized = [UInt8](unsafeUninitializedCapacity: stride * newHeight) { target, count in
      samples.withUnsafeBytes { source in
        let target = UnsafeMutableRawBufferPointer(target)
        weights.forEachOutput { y, start, weights in
          var column = 0
          while column + lanes <= stride {
            var (high, low) = (SIMD16<Int32>(), SIMD16<Int32>())
            for tap in weights.indices {
              let offset = (start + tap) * stride + column
              let row = SIMD16<Int32>(
                truncatingIfNeeded: source.loadUnaligned(fromByteOffset: offset, as: SIMD16<UInt8>.self))
              high &+= row &* SIMD16(repeating: Int32(weights[tap].high))
              low &+= row &* SIMD16(repeating: Int32(weights[tap].low))
            }
            let result = SIMD16<UInt8>(truncatingIfNeeded: ResamplingWeights.samples(high: high, low: low))
            target.storeBytes(of: result, toByteOffset: y * stride + column, as: SIMD16<UInt8>.self)
            column += lanes
          }
          for column in column..<stride {
            var (high, low) = (SIMD2<Int32>(), SIMD2<Int32>())
            for tap in weights.indices {
              let sample = SIMD2(repeating: Int32(source[(start + tap) * stride + column]))
              high &+= sample &* SIMD2(repeating: Int32(weights[tap].high))
              low &+= sample &* SIMD2(repeating: Int32(weights[tap].low))
            }
            target[y * stride + column] = UInt8(truncatingIfNeeded: ResamplingWeights.samples(high: high, low: low).x)
          }
        }
      }
      count = stride * newHeight
    }
    return RGBImage(width: width, height: newHeight, samples: resized)
  }
}
