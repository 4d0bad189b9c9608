import Foundation
import JSON
import RPC
import TestSupport
import Testing

@Suite struct ContractTests {
  private func published() throws -> JSONValue { try JSONValue(foundation: Data(contentsOf: PublishedContract.file)) }

  @Test func theCommittedDocumentIsWhatTheTypesSay() throws {
    let printed = try DaemonProcess.run(["schema"])
    #expect(printed.exitCode == 0)
    let isSame = try printed.output == Data(contentsOf: PublishedContract.file)
    #expect(isSame, "run: vrxd schema > protocol/openrpc.json, then clients/python/generate_types.py")
  }

  @Test func theDaemonServesIt() throws {
    let daemon = try DaemonProcess()
    let answer = try daemon.initialize()
    #expect(try daemon.result(of: "rpc.discover") == published())
    let methods = try #require(published()["methods"]?.elements)
      .filter { $0["result"] != nil && $0["x-direction"] == .string("clientToDaemon") }.compactMap { $0["name"]?.text }
    let announced = answer["result"]?["capabilities"]?["requests"]?.elements?.compactMap(\.text) ?? []
    #expect(Set(announced + ["initialize", "shutdown"]) == Set(methods))
  }

  @Test func everyParameterAndOptionIsExplained() throws {
    for method in try #require(published()["methods"]?.elements) {
      let name = method["name"]?.text ?? ""
      for parameter in method["params"]?.elements ?? [] where parameter["$ref"] == nil {
        let path = "\(name): \(parameter["name"]?.text ?? "")"
        if parameter["name"] != .string("value") {
          #expect(parameter["description"]?.text?.isEmpty == false, "\(path)")
        }
        guard case .object(let members)? = parameter["schema"]?["properties"] else { continue }
        for (inner, schema) in members {
          #expect(schema["description"]?.text?.isEmpty == false, "\(path).\(inner)")
        }
      }
    }
    guard case .object(let parts)? = try published()["components"]?["schemas"] else { throw Missing() }
    let options = parts.filter { $0.key.hasSuffix("Options") }
    #expect(Set(options.keys).isSuperset(of: ["DiscoverOptions", "TrainOptions"]))
    for (name, part) in options {
      guard case .object(let members)? = part["properties"] else { throw Missing() }
      for (inner, schema) in members {
        #expect(schema["description"]?.text?.isEmpty == false, "\(name).\(inner)")
        // The default of a layer is the model's.
        if inner != "layer" { #expect(schema["default"] != nil, "\(name).\(inner)") }
      }
    }
  }

  private struct Missing: Error {}
}
