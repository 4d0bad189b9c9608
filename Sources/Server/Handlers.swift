import Engine
import Fields
import Images
import JSON
import Networks
import RPC
import Reports
import Wire

/// Answers requests: passes their parameters to the engine, and its results to the wire.
struct Handlers: Sendable {
  let engine: Engine
  let session: Session
  /// Name and version that `initialize` answers with.
  let version: String

  var routes: [Route] {
    [
      route(initialize), route(shutdown),
      route(loadModel), route(attachModel), route(followsWorkspace: false, listModels), route(unloadModel),
      route(followsWorkspace: false, classify),
      route(discover), route(match), route(train), route(explain), route(compare), route(intervene), route(diagnose),
      route(evaluate),
      route(render),
      route(writeReport),
      route(listConcepts), route(getConcept), route(scoreConcepts), route(renameConcept),
      route(followsWorkspace: false, status),
      route(removeConcept), route(mergeConcepts), route(exportBank), route(importBank),
      route(listGraphs), route(getGraph), route(runGraph), route(bindGraph), route(describeService),
    ]
  }

  /// A route for requests of one type that change something, or depend on nothing: parameters are read on arrival.
  private func route<Request: WireRequest>(
    _ handle: @escaping @Sendable (Request, any Call) throws -> Request.Result
  ) -> Route {
    let result = Request.result
    return Route(method: Request.method, ordering: Request.ordering, lane: Request.lane) { parameters in
      let request: Request = try read(parameters)
      return { call in try translating(Request.self) { result.json(try handle(request, call)) } }
    }
  }

  /// A route for requests of one type that only read: they see the state as it was on their arrival.
  ///
  /// What other daemons have done to the workspace by the time that the work starts is seen as well, in one step and
  /// only then: the thread that reads requests touches no file. `initialize` opens the workspace and changes nothing
  /// else, so that what arrives right behind it finds the workspace there too.
  ///
  /// - Parameter followsWorkspace: whether what other daemons did matters to it.
  private func route<Request: WireRequest>(
    followsWorkspace: Bool = true,
    _ handle: @escaping @Sendable (Request, EngineSnapshot, any Call) throws -> Request.Result
  ) -> Route {
    let result = Request.result
    return Route(method: Request.method, ordering: Request.ordering, lane: Request.lane) { parameters in
      let request: Request = try read(parameters)
      let snapshot = engine.snapshot()
      return { call in
        try translating(Request.self) {
          result.json(try handle(request, followsWorkspace ? engine.refreshed(snapshot) : snapshot, call))
        }
      }
    }
  }

  private func read<Request: WireRequest>(_ parameters: JSONValue) throws -> Request {
    try translating(Request.self) { try Request(try FieldReader(parameters)) }
  }

  /// Runs `body`; errors are as the wire has them.
  private func translating<Request: WireRequest, Result>(
    _ type: Request.Type, _ body: () throws -> Result
  ) throws -> Result {
    do { return try body() } catch {
      if type == Initialize.self { session.reopen() }
      throw ErrorCode.translate(error)
    }
  }

  @Sendable private func initialize(_ request: Initialize, _ call: any Call) throws -> SessionInfo {
    // A refusal leaves the session new, so that the client may try again.
    session.open(request)
    if let workspace = request.workspace {
      try engine.openWorkspace(
        path: session.resolve(workspace), byteLimit: request.workspaceBytes, memoryBytes: request.memoryBytes)
    }
    return SessionInfo(
      version: version, protocolVersion: WireContract.version,
      capabilities: [
        "requests": .array(WireRequests.all.map { .string($0.method) }),
        "workDoneProgress": .bool(true), "partialResults": .bool(true), "workspace": .bool(true),
        "clientModels": .bool(true), "renderFormats": .array(Render.Format.allCases.map { .string($0.rawValue) }),
        "maxInlineImageBytes": .count(WireImage.largestInline),
      ])
  }

  @Sendable private func shutdown(_ request: Shutdown, _ call: any Call) throws -> JSONValue {
    session.cancelWork(except: call)
    return .null
  }

  @Sendable private func describeService(_ request: DescribeService, _ call: any Call) throws -> JSONValue {
    try Server.description()
  }

  @Sendable private func status(_ request: WorkspaceStatus, in snapshot: EngineSnapshot, _ call: any Call) throws
    -> EngineStatus
  {
    try snapshot.status()
  }

  /// The engine's form of an image.
  func source(_ image: WireImage) -> ImageSource {
    switch image {
    case .path(let path): .path(session.resolve(path))
    case .bytes(let bytes): .bytes(bytes)
    }
  }

  /// The engine's form of a class.
  func reference(_ wire: WireClass) -> ClassReference {
    switch wire {
    case .index(let index): .index(index)
    case .label(let label): .label(label)
    }
  }
}

extension Call {
  func preview(_ item: some WrittenRecord) { preview(item.json) }
}
