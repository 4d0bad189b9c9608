import Foundation
import Images
import Testing

@Suite("Reading files")
struct ReadingTests {
  private let folder = FileManager.default.temporaryDirectory.appendingPathComponent("vrx-images-\(UUID().uuidString)")

  private func reason(_ path: String, options: DecodingOptions = DecodingOptions()) -> String {
    do throws(ImageError) {
      _ = try RGBImage.read(path: path, options: options)
      return ""
    } catch {
      return error.reason
    }
  }

  @Test("A file is read; what is no regular file, absent or too large is refused at once")
  func read() throws {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let image = RGBImage(width: 5, height: 4, filledWith: (10, 20, 30))
    let path = folder.appendingPathComponent("grün.png").path
    try Data(image.pngData()).write(to: URL(fileURLWithPath: path))
    #expect(try RGBImage.read(path: path) == image)

    var options = DecodingOptions()
    options.maxFileBytes = 10
    #expect(reason(path, options: options).contains("too large"))
    #expect(reason(path + ".absent").contains("No such file"))
    #expect(reason(folder.path).contains("folder"))
    #expect(reason("/dev/zero").contains("not a regular file"))
    #expect(reason("").contains("path"))
    #expect(reason(path + "\0.jpg").contains("path"))
    let pipe = folder.appendingPathComponent("pipe").path
    #expect(mkfifo(pipe, 0o600) == 0)
    #expect(reason(pipe).contains("not a regular file"))
    let empty = folder.appendingPathComponent("empty.jpg")
    try Data().write(to: empty)
    #expect(reason(empty.path).contains("empty"))
  }
}
