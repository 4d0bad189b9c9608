import Foundation
import JSON

/// Handles received messages.
extension Connection {
  /// Error codes of the connection itself.
  enum Refusal {
    case parseError
    case invalidRequest
    case methodNotFound

    var code: Int {
      switch self {
      case .parseError: RPCError.Code.parseError
      case .invalidRequest: RPCError.Code.invalidRequest
      case .methodNotFound: RPCError.Code.methodNotFound
      }
    }
  }

  func refuse(_ refusal: Refusal, _ message: String, to id: JSONValue, _ writer: FrameWriter) {
    writer.send(RPCError(code: refusal.code, message: message).response(to: id))
  }

  /// Takes the body of a message.
  func receive(_ bytes: [UInt8], writer: FrameWriter) {
    let message: JSONValue
    do { message = try JSONValue.parse(bytes) } catch {
      trace?.record(.body(bytes), from: .client)
      return refuse(.parseError, "the message is not valid JSON: \(error)", to: .null, writer)
    }
    trace?.record(.message(message), from: .client)
    guard case .object(let members) = message else {
      let what = if case .array = message { "batches are not supported" } else { "a message must be an object" }
      return refuse(.invalidRequest, what, to: .null, writer)
    }
    guard let id = Self.requestID(members["id"]) else {
      return refuse(.invalidRequest, "id must be a string or an integer", to: .null, writer)
    }
    guard members["jsonrpc"] == .string("2.0") else {
      return refuse(.invalidRequest, "jsonrpc must be \"2.0\"", to: id.value ?? .null, writer)
    }
    guard case .string(let method) = members["method"] else {
      if members["method"] == nil, members["result"] != nil || members["error"] != nil {
        return receiveAnswer(members)
      }
      return refuse(.invalidRequest, "method must be a string", to: id.value ?? .null, writer)
    }
    let parameters = members["params"] ?? .null
    switch parameters {
    case .null, .object, .array: break
    default: return refuse(.invalidRequest, "params must be an object or an array", to: id.value ?? .null, writer)
    }
    if let id = id.value {
      request(id, method, parameters, writer)
    } else {
      notification(method, parameters)
    }
  }

  /// An id, or its absence; nil where the value cannot be an id.
  private static func requestID(_ value: JSONValue?) -> (value: JSONValue?, Void)? {
    switch value {
    case nil: (nil, ())
    case .string, .int: (value, ())
    case .double(let number):
      if let integer = Int64(exactly: number) { (.int(integer), ()) } else { nil }
    default: nil
    }
  }

  private func notification(_ method: String, _ parameters: JSONValue) {
    if method == "$/cancelRequest" { return cancel(parameters) }
    if let error = admit(method, true) {
      return log(.debug, "notification \(method) was refused: \(error.message)")
    }
    if let handler = notifications[method] {
      handler(parameters)
    } else if !method.hasPrefix("$/") {
      log(.debug, "unknown notification \(method)")
    }
  }

  private func cancel(_ parameters: JSONValue) {
    guard let id = Self.requestID(parameters["id"])?.value, let call = state.withLock({ $0.calls[id] }),
      routes[call.method]?.ordering != .barrier
    else { return }
    cancel(call)
  }

  /// Answers a call at once, and stops its work or keeps it from starting.
  func cancel(_ call: InFlightCall) {
    call.cancel()
    answer(call, .failure(Self.cancelled))
    if let job = call.job.withLock({ $0 }) { scheduler.remove(job) }
  }

  private func request(_ id: JSONValue, _ method: String, _ parameters: JSONValue, _ writer: FrameWriter) {
    if let error = admit(method, false) { return writer.send(error.response(to: id)) }
    guard let route = routes[method] else {
      return refuse(.methodNotFound, "there is no method \"\(method)\"", to: id, writer)
    }
    // An answer that the client has not read counts as in flight, so that memory stays bounded.
    let unread = writer.backlog.answers
    let (isKnown, isFull) = state.withLock {
      ($0.calls[id] != nil, $0.calls.count + unread >= configuration.maxInFlight)
    }
    if isKnown {
      return refuse(.invalidRequest, "the id of a request that is in flight was used again", to: .null, writer)
    }
    if isFull {
      let error = RPCError(
        code: RPCError.Code.busy,
        message:
          "more than \(configuration.maxInFlight) requests are in flight; ask again when some have been answered",
        data: .object(["kind": .string("busy"), "retryable": .bool(true), "detail": .object([:])]))
      return writer.send(error.response(to: id))
    }
    let call = InFlightCall(id: id, method: method, parameters: parameters, writer: writer)
    state.withLock { $0.calls[id] = call }
    let job: Job
    do { job = try route.prepare(parameters) } catch { return answer(call, .failure(failure(of: method, error))) }
    if route.lane == .immediate { return perform(job, call) }
    let number = scheduler.enqueue(route.ordering, route.lane) { [weak self] in self?.perform(job, call) }
    call.job.withLock { $0 = number }
  }

  private func perform(_ job: Job, _ call: InFlightCall) {
    guard !call.isCancelled else { return answer(call, .failure(Self.cancelled)) }
    call.start()
    do { answer(call, .success(try job(call))) } catch { answer(call, .failure(failure(of: call.method, error))) }
  }

  /// `error` as the client gets it.
  private func failure(of method: String, _ error: any Error) -> RPCError {
    if let error = error as? RPCError { return error }
    if error is CancellationError { return Self.cancelled }
    log(.error, "\(method) failed: \(error)")
    return RPCError(
      code: RPCError.Code.internalError, message: "\(method) failed unexpectedly: \(error)",
      data: .object(["kind": .string("internal"), "retryable": .bool(false), "detail": .object([:])]))
  }

  /// Answers a call that is not answered yet, and forgets it.
  func answer(_ call: InFlightCall, _ outcome: Result<JSONValue, RPCError>) {
    // Forgotten first: after the answer, the client may use the id again.
    state.withLock { if $0.calls[call.id] === call { $0.calls[call.id] = nil } }
    guard call.answer(outcome) else { return }
    let took = ((ContinuousClock.now - call.arrival) / .milliseconds(1)).rounded()
    switch outcome {
    case .success: log(.debug, "\(call.method) was answered after \(took) ms")
    case .failure(let error): log(.debug, "\(call.method) failed after \(took) ms with \(error.code): \(error.message)")
    }
  }
}
