import Concepts
import Engine
import Fields
import Foundation
import Images
import JSON
import RPC
import Reports
import Tensors
import Wire

// Classes with their concepts. The tensors of concept j of the class named `name` are `name`.concepts.j.center [d] and
// …cavs [sets, d]; those of a non-negative factorisation have all its components, `name`.components [k, d or 2 d]. The
// centres of all clusters are `name`.clusters [k, d].

extension BankFile {
  // Writing.

  static func json(_ entry: ExportedClass, named name: String, tensors: inout WrittenTensors) -> JSONValue {
    var concepts: [JSONValue] = []
    for (number, concept) in entry.concepts.enumerated() {
      concepts.append(json(concept, named: "\(name).concepts.\(number)", tensors: &tensors))
    }
    return JSONValue.object([
      "model": .string(entry.model), "modelName": .string(entry.modelName), "class": .string(entry.className),
      "classIndex": .count(entry.classIndex), "layer": .string(entry.layer),
      "options": DiscoveryOptions.fields.json(of: entry.options),
      "images": .array(
        entry.images.map {
          .object([
            "path": $0.path.map(JSONValue.string) ?? .null, "sha256": .string($0.sha256),
            "size": .counts([$0.width, $0.height]),
          ])
        }),
      "concepts": .array(concepts),
    ]).with(entry.dictionary.map { ["dictionary": json($0, named: name, tensors: &tensors)] } ?? [:])
      .with(
        entry.clusters.map {
          ["clusters": .object(matrix($0, "centers", named: "\(name).clusters", tensors: &tensors))]
        } ?? [:])
  }

  private static func json(
    _ dictionary: ConceptDictionary, named name: String, tensors: inout WrittenTensors
  ) -> JSONValue {
    JSONValue.object(["concepts": .array(dictionary.entries.map(\.json))])
      .with(matrix(dictionary.components, "components", named: "\(name).components", tensors: &tensors))
  }

  /// The rows of a matrix as member `member`; none where the tensor `name` has them.
  private static func matrix(
    _ matrix: Tensor, _ member: String, named name: String, tensors: inout WrittenTensors
  ) -> [String: JSONValue] {
    guard tensors.areInline else {
      tensors.add(matrix, named: name)
      return [:]
    }
    return [member: .array((0..<matrix.rows).map { .numbers(matrix[row: $0].elements.map(Double.init)) })]
  }

  private static func json(
    _ concept: Concept, named name: String, tensors: inout WrittenTensors
  ) -> JSONValue {
    var vectors: [String: JSONValue] = [:]
    if tensors.areInline {
      vectors = [
        "center": .numbers(concept.center.map(Double.init)),
        "cavs": .array(concept.cavs.map { .numbers($0.map(Double.init)) }),
      ]
    } else {
      let width = concept.center.count
      tensors.add(Tensor(shape: [width], elements: concept.center), named: "\(name).center")
      tensors.add(
        Tensor(shape: [concept.cavs.count, width], elements: Array(concept.cavs.joined())), named: "\(name).cavs")
    }
    return concept.json.with(vectors).with(["patches": .array(concept.patches.map(json))])
  }

  private static func json(_ patch: ConceptPatch) -> JSONValue {
    patch.json.with([
      "size": .counts([patch.mask.width, patch.mask.height]), "runs": .counts(patch.mask.runs),
    ])
  }

  // Reading.

  private static let largestExtent = 1 << 16
  private static let anyCount = FieldType<Int>.int(in: 0...Int.max)

  static func exportedClass(
    _ reader: FieldReader, named name: String, _ reading: BankReading
  ) throws -> ExportedClass {
    let classIndex = try reader.required("classIndex", anyCount)
    var options = DiscoveryOptions.earlier
    try DiscoveryOptions.fields.readOptions(reader.object("options"), into: &options)
    let images = try reader.required("images", .list(of: .record, allowsEmpty: true)).map { image in
      let size = try size(image)
      return ExportedClass.Image(
        path: try image.optional("path", .path), sha256: try image.required("sha256", .string), width: size.width,
        height: size.height)
    }
    let concepts = try reader.required("concepts", .list(of: .record, allowsEmpty: true)).enumerated().map {
      try concept($1, named: "\(name).concepts.\($0)", rank: $0 + 1, classIndex: classIndex, reading)
    }
    return ExportedClass(
      model: try text(reader, "model"), modelName: try text(reader, "modelName"),
      className: try reader.required("class", .string), classIndex: classIndex, layer: try text(reader, "layer"),
      options: options, images: images, concepts: concepts,
      dictionary: try reader.optional("dictionary", .record).map { try dictionary($0, named: name, reading) },
      clusters: try reader.optional("clusters", .record).map {
        try matrix($0, "centers", named: "\(name).clusters", reading)
      })
  }

  private static func dictionary(
    _ reader: FieldReader, named name: String, _ reading: BankReading
  ) throws -> ConceptDictionary {
    let components = try matrix(reader, "components", named: "\(name).components", reading)
    let entries = try reader.required("concepts", .array(of: ConceptDictionary.Entry.type))
    return ConceptDictionary(components: components, entries: entries)
  }

  private static func matrix(
    _ reader: FieldReader, _ member: String, named name: String, _ reading: BankReading
  ) throws -> Tensor {
    if let file = reading.tensors { return try file.tensor(name) }
    let rows = try reader.required(member, FieldType<[[Double]]>.list(of: .list(of: .number())))
    guard Set(rows.map(\.count)).count == 1 else {
      throw reader.failure(member, accepted: "an array of arrays of one length")
    }
    return Tensor(shape: [rows.count, rows[0].count], elements: rows.joined().map { Float($0) })
  }

  /// A text that is empty in a reasoning network that belongs to no network.
  static func text(_ reader: FieldReader, _ name: String) throws -> String {
    try reader.required(name, .anyString)
  }

  private static func concept(
    _ reader: FieldReader, named name: String, rank: Int, classIndex: Int, _ reading: BankReading
  ) throws -> Concept {
    let center: [Float]
    let cavs: [[Float]]
    if let file = reading.tensors {
      center = try file.tensor("\(name).center").elements
      let rows = try file.tensor("\(name).cavs")
      guard rows.rank == 2 else { throw Failure(reason: "tensor \(name).cavs has no rows") }
      cavs = (0..<rows.rows).map { rows[row: $0].elements }
    } else {
      let vector = FieldType<[Double]>.list(of: .number())
      center = try reader.required("center", vector).map { Float($0) }
      cavs = try reader.required("cavs", .list(of: vector, allowsEmpty: true)).map { $0.map { Float($0) } }
    }
    var concept = Concept.blank
    try Concept.fields.read(reader, into: &concept)
    (concept.classIndex, concept.rank, concept.center, concept.cavs) = (classIndex, rank, center, cavs)
    let patches = try reader.required("patches", .list(of: .record, allowsEmpty: true))
    for (position, patch) in patches.enumerated() { try place(&concept.patches[position], patch, reading) }
    return concept
  }

  /// Puts a patch where the file says it is.
  private static func place(_ patch: inout ConceptPatch, _ reader: FieldReader, _ reading: BankReading) throws {
    let (width, height) = try size(reader)
    try reading.count(pixels: width * height)
    patch.mask = try reader.has("runs") ? runs(reader, width, height) : bits(reader, width, height)
    guard let box = patch.mask.boundingBox else {
      throw reader.failure(reader.has("runs") ? "runs" : "mask", accepted: "a patch of one pixel or more")
    }
    patch.box = box
  }

  private static func runs(_ reader: FieldReader, _ width: Int, _ height: Int) throws -> Mask {
    let runs = try reader.required("runs", .list(of: anyCount, allowsEmpty: true))
    guard let mask = Mask(width: width, height: height, runs: runs) else {
      throw reader.failure("runs", accepted: "lengths of runs within the patch's \(width) × \(height) pixels")
    }
    return mask
  }

  /// The form of version 1: a bit a pixel.
  private static func bits(_ reader: FieldReader, _ width: Int, _ height: Int) throws -> Mask {
    guard let bits = Data(base64Encoded: try reader.required("mask", .string)),
      bits.count >= (width * height + 7) / 8
    else {
      throw reader.failure("mask", accepted: "a bit for each of the patch's \(width) × \(height) pixels, in base64")
    }
    let bytes = [UInt8](bits)
    return Mask(
      width: width, height: height, contains: (0..<width * height).map { bytes[$0 >> 3] >> UInt8($0 & 7) & 1 == 1 })
  }

  private static func size(_ reader: FieldReader) throws -> (width: Int, height: Int) {
    let size = try reader.required("size", .list(of: .int(in: 1...largestExtent)))
    guard size.count == 2 else { throw reader.failure("size", accepted: "an array of two: width and height") }
    return (size[0], size[1])
  }
}
