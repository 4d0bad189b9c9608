import Concepts
import Engine
import Foundation
import Images
import RPC
import Structure
import Tensors
import Wire

/// The file that carries a bank: JSON, or safetensors whose metadata is that JSON without the vectors.
enum BankFile {
  private static let format = "vrx-bank"
  private static let version = 1
  /// Largest file that is read.
  private static let maxBytes = 1 << 30
  /// The metadata of a safetensors file that holds the JSON.
  private static let metadataName = "bank"

  /// The bytes of a file of these classes.
  static func bytes(of classes: [ExportedClass], format: ExportBank.Format) throws -> [UInt8] {
    switch format {
    case .json: return json(classes, hasVectors: true).serialized()
    case .safetensors:
      var tensors: [String: Tensor] = [:]
      for (classNumber, entry) in classes.enumerated() {
        for (number, concept) in entry.concepts.enumerated() {
          let names = VectorNames(classNumber, number)
          tensors[names.center] = Tensor(shape: [concept.center.count], elements: concept.center)
          tensors[names.cavs] = Tensor(
            shape: [concept.cavs.count, concept.center.count], elements: Array(concept.cavs.joined()))
        }
      }
      let text = String(decoding: json(classes, hasVectors: false).serialized(), as: UTF8.self)
      return [UInt8](try SafetensorsFile.bytes(of: tensors, metadata: [metadataName: text]))
    }
  }

  /// The classes of a file of either format. Throws `RPCError` −32602 where it is none.
  static func classes(path: String) throws -> [ExportedClass] {
    do {
      let bytes = try RegularFile.bytes(path: path, maxBytes: maxBytes)
      if let first = bytes.first, first == UInt8(ascii: "{") {
        return try classes(of: JSONValue.parse(bytes), tensors: nil)
      }
      let file = try SafetensorsFile(Data(bytes))
      guard let text = file.metadata[metadataName] else { throw Failure(reason: "it is no bank") }
      return try classes(of: JSONValue.parse(Array(text.utf8)), tensors: file)
    } catch {
      let reason =
        switch error {
        case let error as RPCError: error.message
        case let error as ImageError: error.reason
        case let error as Failure: error.reason
        default: String(describing: error)
        }
      throw EngineError(.invalidValue, "path: \(path) cannot be imported: \(reason)", detail: ["path": path])
    }
  }

  private struct Failure: Error { var reason: String }

  /// Names of a concept's tensors.
  private struct VectorNames {
    let center: String
    let cavs: String

    init(_ classNumber: Int, _ number: Int) {
      center = "classes.\(classNumber).concepts.\(number).center"
      cavs = "classes.\(classNumber).concepts.\(number).cavs"
    }
  }

  // Writing.

  private static func json(_ classes: [ExportedClass], hasVectors: Bool) -> JSONValue {
    .object([
      "format": .string(format), "version": .count(version),
      "classes": .array(
        classes.map { entry in
          .object([
            "model": .string(entry.model), "modelName": .string(entry.modelName), "class": .string(entry.className),
            "classIndex": .count(entry.classIndex), "layer": .string(entry.layer),
            "options": DiscoveryOptions.table.json(of: entry.options),
            "images": .array(
              entry.images.map {
                .object([
                  "path": $0.path.map(JSONValue.string) ?? .null, "sha256": .string($0.sha256),
                  "size": .counts([$0.width, $0.height]),
                ])
              }),
            "concepts": .array(entry.concepts.map { json($0, hasVectors: hasVectors) }),
          ])
        }),
    ])
  }

  private static func json(_ significance: TCAVSignificance) -> JSONValue {
    .object([
      "measure": .string(significance.measure.rawValue), "correctedP": .number(significance.correctedPValue),
      "correction": .string(significance.correction.rawValue), "tests": .count(significance.tests),
    ])
  }

  private static func json(_ concept: Concept, hasVectors: Bool) -> JSONValue {
    let vectors: [String: JSONValue] = [
      "center": .numbers(concept.center.map(Double.init)),
      "cavs": .array(concept.cavs.map { .numbers($0.map(Double.init)) }),
    ]
    return JSONValue.object([
      "id": .string(concept.id), "name": .string(concept.name), "size": .count(concept.size),
      "threshold": .number(Double(concept.threshold)), "cavAccuracy": .number(concept.cavAccuracy),
      "tcav": .object([
        "mean": .number(concept.tcav.mean), "sd": .number(concept.tcav.standardDeviation),
        "p": .number(concept.tcav.pValue), "effect": .number(concept.tcav.effect),
        "scores": .numbers(concept.tcav.scores),
        "significance": concept.tcav.significance.map(json) ?? .null,
      ]),
      "patches": .array(
        concept.patches.map {
          .object([
            "image": .count($0.imageIndex), "distance": .number(Double($0.distance)),
            "size": .counts([$0.mask.width, $0.mask.height]),
            "mask": .string(Data($0.mask.bytes).base64EncodedString()),
          ])
        }),
    ]).with(hasVectors ? vectors : [:])
  }

  // Reading.

  private static let largestExtent = 1 << 16
  private static let anyCount = FieldType<Int>.int(in: 0...Int.max)

  private static func classes(of json: JSONValue, tensors: SafetensorsFile?) throws -> [ExportedClass] {
    let reader = try ParameterReader(json)
    _ = try reader.required("format", .oneOf([format]))
    _ = try reader.required("version", .int(in: version...version))
    let readers = try reader.required("classes", .list(of: .record, allowsEmpty: true))
    return try readers.enumerated().map { try entry($1, number: $0, tensors: tensors) }
  }

  private static func entry(
    _ reader: ParameterReader, number classNumber: Int, tensors: SafetensorsFile?
  ) throws -> ExportedClass {
    let classIndex = try reader.required("classIndex", anyCount)
    var options = DiscoveryOptions()
    try DiscoveryOptions.table.read(reader.object("options"), into: &options)
    let images = try reader.required("images", .list(of: .record, allowsEmpty: true)).map { image in
      let size = try size(image)
      return ExportedClass.Image(
        path: try image.optional("path", .path), sha256: try image.required("sha256", .string), width: size.width,
        height: size.height)
    }
    let concepts = try reader.required("concepts", .list(of: .record)).enumerated().map { number, reader in
      try concept(
        reader, rank: number + 1, classIndex: classIndex, tensors: tensors.map { ($0, .init(classNumber, number)) })
    }
    return ExportedClass(
      model: try reader.required("model", .string), modelName: try reader.required("modelName", .string),
      className: try reader.required("class", .string), classIndex: classIndex,
      layer: try reader.required("layer", .string), options: options, images: images, concepts: concepts)
  }

  private static func concept(
    _ reader: ParameterReader, rank: Int, classIndex: Int, tensors: (file: SafetensorsFile, names: VectorNames)?
  ) throws -> Concept {
    let center: [Float]
    let cavs: [[Float]]
    if let (file, names) = tensors {
      center = try file.tensor(names.center).elements
      let rows = try file.tensor(names.cavs)
      guard rows.rank == 2 else { throw Failure(reason: "tensor \(names.cavs) has no rows") }
      cavs = (0..<rows.rows).map { rows[row: $0].elements }
    } else {
      let vector = FieldType<[Double]>.list(of: .number())
      center = try reader.required("center", vector).map { Float($0) }
      cavs = try reader.required("cavs", .list(of: vector, allowsEmpty: true)).map { $0.map { Float($0) } }
    }
    let tcav = try reader.object("tcav")
    return Concept(
      id: try reader.required("id", .string), name: try reader.required("name", .string), classIndex: classIndex,
      rank: rank, center: center, threshold: Float(try reader.required("threshold", .number())),
      patches: try reader.required("patches", .list(of: .record, allowsEmpty: true)).map(patch),
      size: try reader.required("size", anyCount),
      tcav: TCAVSummary(
        mean: try tcav.optional("mean", .number()) ?? .nan,
        standardDeviation: try tcav.optional("sd", .number()) ?? .nan, pValue: try tcav.optional("p", .number()),
        effect: try tcav.optional("effect", .number()) ?? .nan,
        scores: try tcav.optional("scores", .list(of: .number(), allowsEmpty: true)) ?? [],
        significance: try tcav.optional("significance", .record).map(significance)),
      cavAccuracy: try reader.optional("cavAccuracy", .number()) ?? .nan, cavs: cavs)
  }

  private static func significance(_ reader: ParameterReader) throws -> TCAVSignificance {
    TCAVSignificance(
      measure: try reader.required("measure", .word(TCAVMeasure.self)),
      correctedPValue: try reader.optional("correctedP", .number()),
      correction: try reader.required("correction", .word(PValueCorrection.self)),
      tests: try reader.required("tests", anyCount))
  }

  private static func patch(_ reader: ParameterReader) throws -> ConceptPatch {
    let (width, height) = try size(reader)
    guard let bits = Data(base64Encoded: try reader.required("mask", .string)),
      bits.count >= (width * height + 7) / 8
    else {
      throw reader.failure("mask", accepted: "a bit for each of the patch's \(width) × \(height) pixels, in base64")
    }
    let bytes = [UInt8](bits)
    let mask = Mask(
      width: width, height: height, contains: (0..<width * height).map { bytes[$0 >> 3] >> UInt8($0 & 7) & 1 == 1 })
    guard let box = mask.boundingBox else { throw reader.failure("mask", accepted: "a patch of one pixel or more") }
    return ConceptPatch(
      imageIndex: try reader.required("image", anyCount), box: box, mask: mask,
      distance: Float(try reader.required("distance", .number())))
  }

  private static func size(_ reader: ParameterReader) throws -> (width: Int, height: Int) {
    let size = try reader.required("size", .list(of: .int(in: 1...largestExtent)))
    guard size.count == 2 else { throw reader.failure("size", accepted: "an array of two: width and height") }
    return (size[0], size[1])
  }
}
