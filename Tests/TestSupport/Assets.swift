import Foundation

/// The folder of real networks and photographs that some tests need and no project holds.
package enum Assets {
  /// The folder: the environment variable `VRX_ASSETS`, else `../shared/assets` beside the package; nil where it is
  /// absent.
  package static var root: URL? {
    let package = URL(fileURLWithPath: #filePath)
      .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    let given = ProcessInfo.processInfo.environment["VRX_ASSETS"].map { URL(fileURLWithPath: $0) }
    let root = given ?? package.deletingLastPathComponent().appendingPathComponent("shared/assets")
    return FileManager.default.fileExists(atPath: root.path) ? root : nil
  }
}
