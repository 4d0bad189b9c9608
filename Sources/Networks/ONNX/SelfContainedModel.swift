import Base
import Foundation
import Images
import SwiftProtobuf

/// Joins a model with weights that are in files beside it.
package enum SelfContainedModel {
  /// Most bytes of one file of weights.
  private static let maxFileBytes = 4 << 30

  /// The bytes of the model at `path`, including the weights that are in other files of its folder.
  ///
  /// Such a file must lie in the model's folder: an absolute path, one with "..", and a symbolic link that leads
  /// outside are refused with `NetworkError`. Files are copied, never mapped.
  ///
  /// - Parameters:
  ///   - bytes: the content of the file at `path`.
  ///   - path: where the model lies.
  /// - Returns: `bytes` itself where the model is in one file or is not a model.
  package static func bytes(_ bytes: [UInt8], at path: String) throws -> [UInt8] {
    // Most models are in one file: a search for the field's key avoids reading the weights twice.
    guard bytes.containsText("location"), var model = try? Vrx_Onnx_Model(serializedBytes: bytes),
      model.graph.initializer.contains(where: { $0.dataLocation != 0 })
    else { return bytes }
    let folder = ((path as NSString).deletingLastPathComponent as NSString)
    var files: [String: [UInt8]] = [:]
    for index in model.graph.initializer.indices where model.graph.initializer[index].dataLocation != 0 {
      let tensor = model.graph.initializer[index]
      let part = try ExternalPart(tensor)
      let content: [UInt8]
      if let known = files[part.location] {
        content = known
      } else {
        content = try read(part.location, in: folder.length == 0 ? "." : folder as String, for: tensor.name)
        files[part.location] = content
      }
      guard part.offset <= content.count, part.length <= content.count - part.offset else {
        throw NetworkError(
          .unreadable,
          "constant \"\(tensor.name)\": \"\(part.location)\" has \(content.count) bytes, \(part.length) at \(part.offset) are needed"
        )
      }
      model.graph.initializer[index].rawData = Data(content[part.offset..<part.offset + part.length])
      model.graph.initializer[index].externalData = []
      model.graph.initializer[index].clearDataLocation()
    }
    do { return try model.serializedBytes() } catch {
      throw NetworkError(.unsupported, "the model's weights are larger than the format allows in one file")
    }
  }

  /// The content of a file of the model's folder.
  private static func read(_ location: String, in folder: String, for tensor: String) throws -> [UInt8] {
    func failure(_ reason: String) -> NetworkError {
      NetworkError(.unreadable, "constant \"\(tensor)\": its weights are in \"\(location)\": \(reason)")
    }
    let parts = location.split(separator: "/", omittingEmptySubsequences: false)
    guard !location.isEmpty, !location.utf8.contains(0), !location.hasPrefix("/"), !parts.contains("..") else {
      throw failure("only files of the model's folder are read")
    }
    guard let root = resolved(folder), let file = resolved(folder + "/" + location) else {
      throw failure("the file is missing; it belongs beside the model")
    }
    guard file.hasPrefix(root.hasSuffix("/") ? root : root + "/") else {
      throw failure("it is a link that leads out of the model's folder")
    }
    do { return try RegularFile.bytes(path: file, maxBytes: maxFileBytes) } catch {
      throw failure("\(error)")
    }
  }

  /// The path without links; nil without such a file.
  private static func resolved(_ path: String) -> String? {
    guard let found = realpath(path, nil) else { return nil }
    defer { free(found) }
    return String(cString: found)
  }
}

/// The file and the place in it of a tensor's elements.
private struct ExternalPart {
  var location: String
  var offset: Int
  var length: Int

  init(_ tensor: Vrx_Onnx_Tensor) throws {
    let fields = Dictionary(tensor.externalData.map { ($0.key, $0.value) }, uniquingKeysWith: { first, _ in first })
    let shape = tensor.dims.map { Int(clamping: $0) }
    guard let count = Constant.elementCount(shape),
      let size = ElementType(rawValue: tensor.dataType)?.byteCount, let location = fields["location"],
      let offset = Int(fields["offset"] ?? "0"), offset >= 0
    else { throw NetworkError(.unreadable, "constant \"\(tensor.name)\": its place in another file makes no sense") }
    let length = count * size
    guard fields["length"].map({ Int($0) == length }) ?? true else {
      throw NetworkError(
        .unreadable,
        "constant \"\(tensor.name)\": shape \(tensor.dims) needs \(length) bytes, the model states \(fields["length"] ?? "")"
      )
    }
    (self.location, self.offset, self.length) = (location, offset, length)
  }
}

extension [UInt8] {
  /// Whether the ASCII letters of `text` occur in this order, one after another.
  fileprivate func containsText(_ text: String) -> Bool {
    let wanted = Array(text.utf8)
    return withUnsafeBytes { bytes in
      guard let base = bytes.baseAddress, let initial = wanted.first else { return false }
      var offset = 0
      while offset + wanted.count <= bytes.count,
        let found = memchr(base + offset, Int32(initial), bytes.count - offset - wanted.count + 1)
      {
        if memcmp(found, wanted, wanted.count) == 0 { return true }
        offset = base.distance(to: UnsafeRawPointer(found)) + 1
      }
      return false
    }
  }
}
