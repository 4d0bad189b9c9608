import Images
import Testing

/// A small generator of repeatable random numbers (SplitMix64, Steele et al. 2014).
struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var value = state
    value = (value ^ value >> 30) &* 0xBF58_476D_1CE4_E5B9
    value = (value ^ value >> 27) &* 0x94D0_49BB_1331_11EB
    return value ^ value >> 31
  }
}

@Suite("Hostile bytes")
struct HostileBytesTests {
  private static let flippedCopies = 60

  @Test("Cut off at any place, a file is decoded or refused")
  func truncations() throws {
    let fixture: Fixtures.Decoding = try Fixtures.load("decoding.json")
    var outcomes = (decoded: 0, refused: 0)
    for expected in fixture.cases {
      let file = [UInt8](expected.file)
      for length in stride(from: 0, to: file.count, by: 7) {
        do {
          _ = try RGBImage.decode(Array(file.prefix(length)))
          outcomes.decoded += 1
        } catch {
          outcomes.refused += 1
        }
      }
    }
    #expect(outcomes.refused > 1000 && outcomes.decoded < outcomes.refused / 20, "\(outcomes)")
  }

  @Test("With bits flipped, a file is decoded or refused")
  func bitFlips() throws {
    let fixture: Fixtures.Decoding = try Fixtures.load("decoding.json")
    var random = SplitMix(state: 7)
    var options = DecodingOptions()
    options.maxPixels = 1 << 20
    var outcomes = (decoded: 0, refused: 0)
    for expected in fixture.cases {
      for copy in 0..<Self.flippedCopies {
        var file = [UInt8](expected.file)
        for _ in 0...copy % 8 {
          let position = Int.random(in: 2..<file.count, using: &random)
          file[position] ^= 1 << UInt8.random(in: 0..<8, using: &random)
        }
        do {
          let image = try RGBImage.decode(file, options: options)
          #expect(image.samples.count == image.width * image.height * 3)
          outcomes.decoded += 1
        } catch {
          #expect(!error.reason.isEmpty)
          outcomes.refused += 1
        }
      }
    }
    #expect(outcomes.decoded > 100 && outcomes.refused > 100, "\(outcomes)")
  }

  @Test("Damage inside a complete JPEG is concealed, or refused on request")
  func damage() throws {
    let fixture: Fixtures.Resampling = try Fixtures.load("resampling.json")
    let whole = fixture.image.resized(width: 160, height: 160, filter: .bilinear).jpegData(quality: 95)
    var file = whole
    for position in file.count / 2..<file.count / 2 + 60 { file[position] = 0x55 }
    var strict = DecodingOptions()
    strict.concealsDamage = false
    #expect(try RGBImage.decode(file).width == 160)
    #expect(throws: ImageError.self) { try RGBImage.decode(file, options: strict) }
    #expect(throws: Never.self) { try RGBImage.decode(whole, options: strict) }
  }
}
