import JSON

/// How a request is ordered among others (ARCHITECTURE, invariant 4).
package enum Ordering: String, Sendable, Equatable {
  /// Starts once everything before it has ended, and nothing after it starts until it has ended.
  case barrier
  /// Changes state: writes apply in the order of their arrival.
  case write
  /// Reads state as it was at arrival; may run beside anything but a barrier.
  case read
  /// Depends on nothing: may run at any time.
  case free
}

/// Where a handler runs: never on the cooperative pool.
package enum Lane: String, Sendable, Equatable, CaseIterable {
  /// One long job at a time, in order of arrival.
  case compute
  /// Passes of a network over a few images, a few at a time, beside a long job.
  case inference
  /// Short look-ups, a few at a time, beside everything else.
  case short
  /// On the reading thread, before anything else is read: only handlers that return at once.
  case immediate
}

/// The work of one request, once its parameters have been read. Blocks while it works. Throws `RPCError`;
/// `CancellationError` where `call` was cancelled; anything else becomes an internal error.
package typealias Job = @Sendable (_ call: any Call) throws -> JSONValue

/// A method that the connection answers.
package struct Route: Sendable {
  package var method: String
  package var ordering: Ordering
  package var lane: Lane
  /// Reads a request's parameters (null where absent) when the request arrives, and returns the work that its lane
  /// runs. Called on the thread that reads: it touches no file and computes nothing. An error answers the request at
  /// once, as errors of `Job` do.
  package var prepare: @Sendable (_ parameters: JSONValue) throws -> Job

  package init(
    method: String, ordering: Ordering, lane: Lane,
    prepare: @escaping @Sendable (_ parameters: JSONValue) throws -> Job
  ) {
    self.method = method
    self.ordering = ordering
    self.lane = lane
    self.prepare = prepare
  }
}

/// What a handler may ask and report while it works. Every method returns at once and may be called from any thread.
package protocol Call: Sendable {
  /// Whether the client has cancelled the request, or is gone.
  var isCancelled: Bool { get }

  /// Reports how far the work has come: sent as `$/progress` if the request carries a `workDoneToken`, throttled to at
  /// most 20 a second, `percentage` never falling. The connection itself sends `begin` and `end`.
  ///
  /// - Parameters:
  ///   - message: what is being done, in plain words.
  ///   - fraction: how much of the whole request is done, in [0, 1]; nil where unknown.
  ///   - done: units of the current stage done.
  ///   - total: units of the current stage in all.
  func report(message: String, fraction: Double?, done: Int?, total: Int?)

  /// Sends an item of a preview if the request carries a `partialResultToken`; may be dropped where the client reads
  /// slowly.
  func preview(_ item: JSONValue)
}
