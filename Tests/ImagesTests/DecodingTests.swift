import Foundation
import Images
import Testing

@Suite("Decoding")
struct DecodingTests {
  /// JPEG libraries may differ by a rounding; PNG is exact.
  private static let jpegTolerance = 2

  @Test("Every kind of JPEG and PNG decodes to what Pillow's convert(\"RGB\") yields, turned upright")
  func agreesWithPillow() throws {
    let fixture: Fixtures.Decoding = try Fixtures.load("decoding.json")
    #expect(fixture.cases.count == 34)
    for expected in fixture.cases {
      let image = try RGBImage.decode([UInt8](expected.file))
      #expect(image.width == expected.width && image.height == expected.height, "\(expected.name)")
      let isJPEG = expected.file.starts(with: [0xFF, 0xD8])
      let difference = largestDifference(image.samples, expected.samples)
      #expect(difference <= (isJPEG ? Self.jpegTolerance : 0), "\(expected.name)")
    }
  }

  @Test("Orientation is left alone on request")
  func ignoresOrientation() throws {
    let fixture: Fixtures.Decoding = try Fixtures.load("decoding.json")
    let turned = try #require(fixture.cases.first { $0.name == "orientation-6.PNG" })
    var options = DecodingOptions()
    options.appliesOrientation = false
    let image = try RGBImage.decode([UInt8](turned.file), options: options)
    #expect(image.width == turned.height && image.height == turned.width)
  }

  @Test("Transparency is laid over white on request")
  func overWhite() throws {
    let fixture: Fixtures.Decoding = try Fixtures.load("decoding.json")
    var options = DecodingOptions()
    options.transparency = .overWhite
    let image = try RGBImage.decode([UInt8](fixture.overWhite.file), options: options)
    #expect(largestDifference(image.samples, fixture.overWhite.samples) <= 1)
  }

  @Test("What is no image, or another format, is refused with its name")
  func refusesOthers() {
    func reason(_ bytes: [UInt8]) -> String {
      do throws(ImageError) {
        _ = try RGBImage.decode(bytes)
        return ""
      } catch {
        return error.reason
      }
    }
    #expect(reason([]).contains("empty"))
    #expect(reason(Array("hello".utf8)).contains("neither a JPEG nor a PNG"))
    #expect(reason(Array("GIF89a....".utf8)).contains("GIF is not supported"))
    #expect(reason(Array("RIFF....WEBPVP8 ".utf8)).contains("WebP is not supported"))
    #expect(reason([0xFF, 0xD8]).contains("damaged JPEG"))
    #expect(reason([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]).contains("damaged PNG: the file is truncated"))
  }

  @Test(
    "A header that promises a giant image is refused before memory is taken", arguments: ["rgb.png", "baseline.jpg"])
  func refusesGiants(name: String) throws {
    let fixture: Fixtures.Decoding = try Fixtures.load("decoding.json")
    var options = DecodingOptions()
    options.maxPixels = 26 * 18 - 1
    let file = try #require(fixture.cases.first { $0.name == name }).file
    let error = #expect(throws: ImageError.self) { try RGBImage.decode([UInt8](file), options: options) }
    #expect(error?.reason.contains("26 × 18") == true)
    options.maxPixels += 1
    #expect(throws: Never.self) { try RGBImage.decode([UInt8](file), options: options) }
  }

  @Test("A JPEG header of 65,500 × 65,500 pixels costs nothing")
  func refusesGiantHeader() throws {
    var bytes = RGBImage(width: 8, height: 8, filledWith: (1, 2, 3)).jpegData(quality: 80)
    let frame = try #require(bytes.indices.dropLast(9).first { bytes[$0] == 0xFF && bytes[$0 + 1] == 0xC0 })
    for offset in [5, 7] {
      bytes[frame + offset] = 0xFF
      bytes[frame + offset + 1] = 0xDC
    }
    let error = #expect(throws: ImageError.self) { try RGBImage.decode(bytes) }
    #expect(error?.reason.contains("too large") == true)
  }

  @Test("A file that ends before its image does is an error; one that lacks only the end marker is not")
  func truncation() throws {
    let fixture: Fixtures.Decoding = try Fixtures.load("decoding.json")
    for name in ["baseline.jpg", "progressive.jpg", "rgb.png", "interlaced.png"] {
      let file = [UInt8](try #require(fixture.cases.first { $0.name == name }).file)
      for length in [file.count / 2, file.count * 3 / 4, file.count - 40] {
        let error = #expect(throws: ImageError.self) { try RGBImage.decode(Array(file.prefix(length))) }
        #expect(error?.reason.contains("truncated") == true, "\(name) cut at \(length): \(error?.reason ?? "none")")
      }
    }
    let baseline = [UInt8](try #require(fixture.cases.first { $0.name == "baseline.jpg" }).file)
    #expect(try RGBImage.decode(Array(baseline.dropLast(2))) == RGBImage.decode(baseline))
  }

  @Test("What is encoded decodes again: PNG exactly, JPEG nearly")
  func roundTrips() throws {
    let fixture: Fixtures.Resampling = try Fixtures.load("resampling.json")
    let image = fixture.image
    #expect(try RGBImage.decode(image.pngData()) == image)
    let decoded = try RGBImage.decode(image.jpegData(quality: 100))
    #expect(largestDifference(decoded.samples, image.samples) <= 8)
    #expect(image.jpegData(quality: -5).count < image.jpegData(quality: 500).count)
    let nothing = RGBImage(width: 0, height: 0, samples: [])
    #expect(nothing.pngData().isEmpty && nothing.jpegData(quality: 90).isEmpty)
  }
}
