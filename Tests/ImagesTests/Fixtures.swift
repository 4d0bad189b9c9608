import Foundation
import Images
import Testing

/// The golden files that `Tests/Fixtures/images/make_fixtures.py` makes.
enum Fixtures {
  static func load<Content: Decodable>(_ name: String, as type: Content.Type = Content.self) throws -> Content {
    let folder = URL(fileURLWithPath: #filePath)
      .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("Fixtures/images")
    return try JSONDecoder().decode(type, from: Data(contentsOf: folder.appendingPathComponent(name)))
  }

  struct Decoding: Decodable {
    struct Case: Decodable {
      let name: String
      let file: Data
      let width: Int
      let height: Int
      let samples: Data
    }

    struct OverWhite: Decodable {
      let file: Data
      let samples: Data
    }

    let cases: [Case]
    let overWhite: OverWhite
  }

  struct Resampling: Decodable {
    struct Case: Decodable {
      let filter: String
      let width: Int
      let height: Int
      let samples: Data
    }

    struct Map: Decodable {
      let width: Int
      let height: Int
      let values: Data

      var map: FloatMap { FloatMap(width: width, height: height, values: values.floats) }
    }

    struct Patch: Decodable {
      let box: [Int]
      let hole: [Int]
      let fill: UInt8
      let size: Int
      let samples: Data
    }

    let width: Int
    let height: Int
    let samples: Data
    let cases: [Case]
    let map: Map
    let maps: [Map]
    let patch: Patch

    var image: RGBImage { RGBImage(width: width, height: height, samples: [UInt8](samples)) }
  }

  struct Segmentations: Decodable {
    struct Case: Decodable {
      let segments: Int
      let compactness: Double
      let sigma: Double
      let labels: Data
    }

    struct Image: Decodable {
      let file: Data
      let cases: [Case]
    }

    struct Lab: Decodable {
      let file: Data
      let values: Data
    }

    let images: [Image]
    let lab: Lab
  }

  /// Label maps of the segmenters other than SLIC.
  struct Segmenters: Decodable {
    struct Case: Decodable {
      let segmenter: String
      let options: [String: Double]
      let labels: Data

      /// The segmentation of an image by these options.
      func segment(_ image: RGBImage) throws -> Superpixels {
        func option(_ name: String) throws -> Double { try #require(options[name]) }
        let results: [Superpixels]
        switch segmenter {
        case "felzenszwalb":
          results = Felzenszwalb.segment(
            image, scales: [try option("scale")], sigma: try option("sigma"), minSize: Int(try option("minSize")))
        case "quickshift":
          results = Quickshift.segment(
            image, maxDistances: [try option("maxDistance")], kernelSize: try option("kernelSize"),
            ratio: try option("ratio"))
        default:
          results = Watershed.segment(
            image, markers: [Int(try option("markers"))], compactness: try option("compactness"))
        }
        return try #require(results.first)
      }
    }

    struct Image: Decodable {
      let file: Data
      let cases: [Case]
    }

    let images: [Image]
  }

  struct SegmentedPhotographs: Decodable {
    struct Photograph: Decodable {
      let path: String
      let cases: [Segmenters.Case]
    }

    let size: Int
    let photographs: [Photograph]
  }

  struct Photographs: Decodable {
    struct Case: Decodable {
      let path: String
      let segments: Int
      let labels: Data
    }

    let size: Int
    let cases: [Case]
  }
}

extension Data {
  /// Little-endian 32-bit floats.
  var floats: [Float] {
    stride(from: 0, to: count - 3, by: 4).map { offset in
      Float(bitPattern: (0..<4).reduce(0) { $0 | UInt32(self[startIndex + offset + $1]) << UInt32(8 * $1) })
    }
  }

  /// The label of each pixel, where the data is a grey PNG of them.
  func decodedLabels() throws -> [Int32] {
    let samples = try RGBImage.decode([UInt8](self)).samples
    return stride(from: 0, to: samples.count, by: 3).map { Int32(samples[$0]) }
  }
}

/// The largest difference between two lists of samples of equal length; 256 where the lengths differ.
func largestDifference(_ left: some Collection<UInt8>, _ right: some Collection<UInt8>) -> Int {
  left.count == right.count ? zip(left, right).reduce(0) { max($0, abs(Int($1.0) - Int($1.1))) } : 256
}
