import Bank
import Base
import Concepts
import Engine
import Fields
import Foundation
import Images
import JSON
import RPC
import Reports
import Structure
import Tensors
import Wire

/// The file that carries a bank: JSON, or safetensors whose metadata is that JSON without vectors and weights; and the
/// safetensors file of a published reasoning network.
enum BankFile {
  enum Content {
    case bank(ExportedBank)
    /// Weights under the names of the method's public reference code.
    case published(ReasoningNetwork)
  }

  private static let format = "vrx-bank"
  /// The version that is written. Since 2 there are reasoning networks, and patches are runs of pixels.
  private static let version = 2
  private static let oldestVersion = 1
  /// Largest file that is read.
  private static let maxBytes = 1 << 30
  /// The metadata of a safetensors file that holds the JSON.
  private static let metadataName = "bank"

  static func bytes(of bank: ExportedBank, format: ExportBank.Format) throws -> [UInt8] {
    var tensors = WrittenTensors(areInline: format == .json)
    var (classes, graphs): ([JSONValue], [JSONValue]) = ([], [])
    for (number, entry) in bank.classes.enumerated() {
      classes.append(json(entry, named: "classes.\(number)", tensors: &tensors))
    }
    for (number, graph) in bank.graphs.enumerated() {
      graphs.append(json(graph, named: "graphs.\(number)", tensors: &tensors))
    }
    let document = JSONValue.object([
      "format": .string(Self.format), "version": .count(version), "classes": .array(classes), "graphs": .array(graphs),
    ]).serialized()
    guard format == .safetensors else { return document }
    let text = String(decoding: document, as: UTF8.self)
    do {
      return [UInt8](try SafetensorsFile.bytes(of: tensors.byName, metadata: [metadataName: text]))
    } catch let error as StructureError {
      throw EngineError(.invalidValue, error.description)
    }
  }

  /// What is in a file.
  ///
  /// - Parameter dummyValue: that of a published network.
  /// - Throws: `EngineError` of kind `invalidValue` where it cannot be read.
  static func content(path: String, dummyValue: Float) throws -> Content {
    do {
      let bytes = try RegularFile.bytes(path: path, maxBytes: maxBytes)
      if let first = bytes.first, first == UInt8(ascii: "{") {
        return .bank(try bank(of: JSONValue.parse(bytes), BankReading(tensors: nil)))
      }
      if let reason = foreignFormat(bytes, path: path) { throw Failure(reason: reason) }
      let file = try SafetensorsFile(Data(bytes))
      if let text = file.metadata[metadataName] {
        return .bank(try bank(of: JSONValue.parse(Array(text.utf8)), BankReading(tensors: file)))
      }
      if ReasoningNetwork.isPublished(file) {
        return .published(try ReasoningNetwork(published: file, dummyValue: dummyValue))
      }
      throw Failure(
        reason:
          "it is no bank, and its tensors have not the published names (conv1.lin_W1.weight, …, eij_1, …, fc2.weight)")
    } catch {
      let reason =
        switch error {
        case let error as FieldError: error.description
        case let error as FileError: error.reason
        case let error as Failure: error.reason
        default: String(describing: error)
        }
      throw EngineError(.invalidValue, "path: \(path) cannot be imported: \(reason)", detail: ["path": path])
    }
  }

  /// Why bytes that PyTorch wrote cannot be read, and how to fix it; nil for others.
  ///
  /// They are pickles, which are programs: they are never run.
  private static func foreignFormat(_ bytes: [UInt8], path: String) -> String? {
    let isZip = bytes.starts(with: [0x50, 0x4B, 0x03, 0x04])
    // PROTO of protocols 2 to 5.
    let isPickle = bytes.count > 2 && bytes[0] == 0x80 && (2...5).contains(bytes[1])
    guard isZip || isPickle else { return nil }
    let name = (path as NSString).lastPathComponent
    let target = (name as NSString).deletingPathExtension + ".safetensors"
    return
      "it is a PyTorch checkpoint (a pickle, which could run any code and is not read). Convert it in Python and import "
      + "\(target): import torch, safetensors.torch; safetensors.torch.save_file({k: v.contiguous() for k, v in "
      + "torch.load(\"\(name)\", map_location=\"cpu\", weights_only=True).items()}, \"\(target)\")"
  }

  private static func bank(of json: JSONValue, _ reading: BankReading) throws -> ExportedBank {
    let reader = try FieldReader(json)
    _ = try reader.required("format", .oneOf([format]))
    _ = try reader.required("version", .int(in: oldestVersion...version))
    let classes = try reader.required("classes", .list(of: .record, allowsEmpty: true))
    let graphs = try reader.optional("graphs", .list(of: .record, allowsEmpty: true)) ?? []
    return ExportedBank(
      classes: try classes.enumerated().map { try exportedClass($1, named: "classes.\($0)", reading) },
      graphs: try graphs.enumerated().map { try exportedGraph($1, named: "graphs.\($0)", reading) })
  }

  /// Why a file cannot be read.
  struct Failure: Error { var reason: String }
}

/// The vectors and weights of a bank: beside its JSON by name, or in it.
struct WrittenTensors {
  let areInline: Bool
  private(set) var byName: [String: Tensor] = [:]

  init(areInline: Bool) { self.areInline = areInline }

  /// Adds a tensor beside the JSON.
  mutating func add(_ tensor: Tensor, named name: String) { byName[name] = tensor }
}

/// A bank that is being read.
final class BankReading {
  /// The tensors beside its JSON; nil where they are in it.
  let tensors: SafetensorsFile?
  private var pixels = 0

  /// Pixels that all patches of a file may have together: those of a thousand concepts of fifty patches at 400 × 400, a
  /// gigabyte.
  private static let mostPixels = 8 << 30

  init(tensors: SafetensorsFile?) { self.tensors = tensors }

  /// Counts a patch's pixels before memory is allocated. Throws where they are too many.
  func count(pixels: Int) throws {
    self.pixels += pixels
    guard self.pixels <= Self.mostPixels else { throw BankFile.Failure(reason: "its patches are too large") }
  }
}

extension JSONValue {
  /// Numbers, null where one is not finite.
  static func numbers(_ values: [Double]) -> JSONValue { .array(values.map(finite)) }

  static func counts(_ values: [Int]) -> JSONValue { .array(values.map(count)) }

  /// This object with more members.
  func with(_ members: [String: JSONValue]) -> JSONValue {
    guard case .object(let own) = self else { return self }
    return .object(own.merging(members) { $1 })
  }
}
