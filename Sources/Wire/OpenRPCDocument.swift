import Fields
import JSON

/// The contract as an OpenRPC document, made from the request types.
package enum OpenRPCDocument {
  /// The document.
  ///
  /// - Parameter errors: The errors by code, in order: kind and meaning.
  /// - Throws: where a parameter's type cannot be described.
  package static func make(errors: [(code: Int, kind: String, meaning: String)]) throws -> JSONValue {
    let requests: [any WireRequest.Type] = [Initialize.self, Shutdown.self] + WireRequests.all
    var parts: [String: JSONValue] = [:]
    var methods: [JSONValue] = []
    for request in requests {
      let members = try request.parameters()
      parts.merge(Schema.merge(members.map(\.schema.parts) + [request.resultSchema.parts]), uniquingKeysWith: { $1 })
      methods.append(method(request, members))
    }
    for request in DaemonRequest.all { parts.merge(request.parts, uniquingKeysWith: { $1 }) }
    return .object([
      "openrpc": .string("1.3.2"),
      "info": .object([
        "title": .string("vrxd"), "version": .string(WireContract.version),
        "description": .string(
          "JSON-RPC 2.0 over standard input and output, framed as the Language Server Protocol does it. README.md "
            + "beside this document says how a session goes."),
      ]),
      "methods": .array(methods + DaemonRequest.all.map(\.json) + WireNotification.all.map(\.json)),
      "components": .object([
        "schemas": .object(parts),
        "contentDescriptors": .object(tokens.mapValues { .object($0) }),
        "errors": .object(
          Dictionary(
            errors.map { ($0.kind, .object(["code": .int(Int64($0.code)), "message": .string($0.meaning)])) },
            uniquingKeysWith: { $1 })),
      ]),
    ])
  }

  private static func method(_ request: any WireRequest.Type, _ members: [Schema.Member]) -> JSONValue {
    var parameters = members.map(\.parameter)
    if request.lane == .compute || request.lane == .inference {
      parameters += tokens.keys.sorted().map { .object(["$ref": .string("#/components/contentDescriptors/\($0)")]) }
    }
    return message(
      request.method, request.summary, parameters, .clientToDaemon,
      [
        "result": .object(["name": .string("result"), "schema": request.resultSchema.json]),
        "x-ordering": .string(request.ordering.rawValue), "x-lane": .string(request.lane.rawValue),
      ])
  }

  /// A message, with the members that only some kinds have.
  static func message(
    _ name: String, _ summary: String, _ parameters: [JSONValue], _ direction: WireNotification.Direction,
    _ members: [String: JSONValue]
  ) -> JSONValue {
    let shared: [String: JSONValue] = [
      "name": .string(name), "summary": .string(summary), "paramStructure": .string("by-name"),
      "params": .array(parameters), "x-direction": .string(direction.rawValue),
    ]
    return .object(shared.merging(members) { $1 })
  }

  private static let tokens: [String: [String: JSONValue]] = [
    "workDoneToken": token(
      "workDoneToken", "Asks for $/progress under this token: begin, reports and an end."),
    "partialResultToken": token(
      "partialResultToken", "Asks for previews under this token; the answer is complete all the same."),
  ]

  private static func token(_ name: String, _ meaning: String) -> [String: JSONValue] {
    [
      "name": .string(name), "required": .bool(false), "description": .string(meaning),
      "schema": WireNotification.token.json,
    ]
  }
}

extension Schema.Member {
  /// The member as a parameter: its explanation stands beside the schema.
  var parameter: JSONValue {
    var bare = schema
    let meaning = bare.members.removeValue(forKey: "description")
    // An explanation around a reference needs none once it has moved out.
    if case .array(let all)? = bare.members["allOf"], bare.members.count == 1, all.count == 1,
      case .object(let members)? = all.first
    {
      bare.members = members
    }
    var parameter: [String: JSONValue] = [
      "name": .string(name), "required": .bool(isRequired), "schema": bare.json,
    ]
    parameter["description"] = meaning
    return .object(parameter)
  }
}
