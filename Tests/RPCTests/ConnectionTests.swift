import Foundation
import JSON
import Synchronization
import Testing

@testable import RPC

@Suite struct ConnectionTests {
  private static let echo = Route(method: "echo", ordering: .free, lane: .short) { parameters, _ in parameters }
  /// Works until it is cancelled. What is cancelled before it has `started` never does, nor stops.
  private static func endless(started: DispatchSemaphore = .init(value: 0), stopped: DispatchSemaphore) -> Route {
    Route(method: "endless", ordering: .write, lane: .compute) { _, call in
      started.signal()
      while !call.isCancelled { Thread.sleep(forTimeInterval: 0.005) }
      stopped.signal()
      throw CancellationError()
    }
  }

  @Test func answersARequest() throws {
    let client = try ScriptedClient(routes: [Self.echo])
    client.send(#"{"jsonrpc":"2.0","id":"a","method":"echo","params":{"x":1}}"#)
    let response = client.receive()
    #expect(response == .object(["jsonrpc": .string("2.0"), "id": .string("a"), "result": .object(["x": .int(1)])]))
    client.closeInput()
    #expect(client.end() == 0)
  }

  @Test(arguments: [
    ("{\"a\"", -32700), ("[]", -32600), ("1", -32600), (#"{"jsonrpc":"2.0","id":null,"method":"echo"}"#, -32600),
    (#"{"jsonrpc":"2.0","id":true,"method":"echo"}"#, -32600), (#"{"jsonrpc":"2.0","id":1.5,"method":"echo"}"#, -32600),
    (#"{"jsonrpc":"1.0","id":1,"method":"echo"}"#, -32600), (#"{"jsonrpc":"2.0","id":1,"method":7}"#, -32600),
    (#"{"jsonrpc":"2.0","id":1,"method":"nothing"}"#, -32601),
    (#"{"jsonrpc":"2.0","id":1,"method":"echo","params":3}"#, -32600),
  ])
  func refusesAndCarriesOn(text: String, code: Int64) throws {
    let client = try ScriptedClient(routes: [Self.echo])
    client.send(text)
    #expect(client.receive()?.errorCode == code)
    client.send(#"{"jsonrpc":"2.0","method":"$/whatever"}"#)
    client.send(#"{"jsonrpc":"2.0","id":2,"method":"echo"}"#)
    #expect(client.receive()?["id"] == .int(2))
    client.closeInput()
    #expect(client.end() == 0)
  }

  @Test func lostFramingEndsTheConnection() throws {
    let client = try ScriptedClient(routes: [Self.echo])
    client.sendRaw(Array("Content-Length: 99999999999999999999\r\n\r\n".utf8))
    let response = client.receive()
    #expect(response?.errorCode == -32700)
    #expect(response?["id"] == .null)
    #expect(client.end() == 1)
  }

  @Test func anIDInFlightIsRefused() throws {
    let stopped = DispatchSemaphore(value: 0)
    let client = try ScriptedClient(routes: [Self.endless(stopped: stopped)])
    client.send(#"{"jsonrpc":"2.0","id":1,"method":"endless"}"#)
    client.send(#"{"jsonrpc":"2.0","id":1,"method":"endless"}"#)
    let refusal = client.receive()
    #expect(refusal?["id"] == .null)
    #expect(refusal?.errorCode == -32600)
    client.send(#"{"jsonrpc":"2.0","method":"$/cancelRequest","params":{"id":1}}"#)
    #expect(client.receive()?.errorCode == -32800)
    client.closeInput()
    #expect(client.end() == 0)
  }

  @Test func cancellationAnswersAtOnceAndQueuedWorkNeverStarts() throws {
    let count = Mutex(0)
    let (started, release) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
    let blocking = Route(method: "block", ordering: .write, lane: .compute) { _, _ in
      count.withLock { $0 += 1 }
      started.signal()
      _ = release.wait(timeout: .now() + ScriptedClient.patience)
      return .bool(true)
    }
    let after = Route(method: "after", ordering: .write, lane: .compute) { _, _ in .null }
    let client = try ScriptedClient(routes: [blocking, after])
    client.send(#"{"jsonrpc":"2.0","id":1,"method":"block"}"#)
    client.send(#"{"jsonrpc":"2.0","id":2,"method":"block"}"#)
    #expect(started.wait(timeout: .now() + ScriptedClient.patience) == .success)
    let begin = Date()
    for id in [2, 1] { client.send(#"{"jsonrpc":"2.0","method":"$/cancelRequest","params":{"id":\#(id)}}"#) }
    #expect(client.receive()?.errorCode == -32800)
    #expect(client.receive()?.errorCode == -32800)
    #expect(Date().timeIntervalSince(begin) < 0.5)
    // The late result of the first is dropped, and the second has not run: what comes behind them is answered next.
    client.send(#"{"jsonrpc":"2.0","id":3,"method":"after"}"#)
    release.signal()
    #expect(client.receive()?["id"] == .int(3))
    #expect(count.withLock { $0 } == 1)
    client.closeInput()
    #expect(client.end() == 0)
  }

  @Test func parametersAreReadOnArrivalAndWorkThatIsCancelledInTheQueueNeverRuns() throws {
    let (started, stopped) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
    let prepared = Mutex<[JSONValue]>([])
    let performed = Mutex(0)
    let careful = Route(
      method: "careful", ordering: .write, lane: .compute,
      prepare: { parameters in
        guard case .int = parameters["x"] else { throw RPCError(code: -32602, message: "x: a number is needed") }
        prepared.withLock { $0.append(parameters) }
        return { _ in
          performed.withLock { $0 += 1 }
          return parameters
        }
      })
    let client = try ScriptedClient(routes: [Self.endless(started: started, stopped: stopped), careful])
    client.send(#"{"jsonrpc":"2.0","id":1,"method":"endless"}"#)
    #expect(started.wait(timeout: .now() + ScriptedClient.patience) == .success)
    // The lane is busy, and a malformed request is answered all the same, its progress ended.
    client.send(#"{"jsonrpc":"2.0","id":2,"method":"careful","params":{"x":"y","workDoneToken":"t"}}"#)
    #expect(client.receive()?["params"]?["value"]?["kind"] == .string("begin"))
    #expect(client.receive()?["params"]?["value"]?["kind"] == .string("end"))
    let refusal = client.receive()
    #expect(refusal?["id"] == .int(2) && refusal?.errorCode == -32602)
    // Its id is free again. This one waits, and whether the id is in use comes before what the parameters are.
    client.send(#"{"jsonrpc":"2.0","id":2,"method":"careful","params":{"x":7}}"#)
    client.send(#"{"jsonrpc":"2.0","id":2,"method":"careful","params":{}}"#)
    let repeated = client.receive()
    #expect(repeated?["id"] == .null && repeated?.errorCode == -32600)
    #expect(prepared.withLock { $0 } == [.object(["x": .int(7)])])
    client.send(#"{"jsonrpc":"2.0","method":"$/cancelRequest","params":{"id":2}}"#)
    #expect(client.receive()?.errorCode == -32800)
    client.send(#"{"jsonrpc":"2.0","method":"$/cancelRequest","params":{"id":1}}"#)
    #expect(client.receive()?.errorCode == -32800)
    client.send(#"{"jsonrpc":"2.0","id":3,"method":"careful","params":{"x":8}}"#)
    #expect(client.receive()?["result"] == .object(["x": .int(8)]))
    #expect(performed.withLock { $0 } == 1, "the one that was cancelled has run")
    client.closeInput()
    #expect(client.end() == 0)
  }

  @Test func aFaultInReadingParametersIsAnInternalError() throws {
    struct Fault: Error {}
    let client = try ScriptedClient(routes: [
      Route(method: "faulty", ordering: .barrier, lane: .short, prepare: { _ in throw Fault() }), Self.echo,
    ])
    client.send(#"{"jsonrpc":"2.0","id":1,"method":"faulty"}"#)
    client.send(#"{"jsonrpc":"2.0","id":2,"method":"echo"}"#)
    #expect(client.receive()?.errorCode == -32603)
    #expect(client.receive()?["id"] == .int(2), "a barrier that never stood holds nobody up")
    client.closeInput()
    #expect(client.end() == 0)
  }

  @Test func progressBeginsRisesAndEnds() throws {
    let told = DispatchSemaphore(value: 0)
    let route = Route(method: "work", ordering: .write, lane: .compute) { _, call in
      for step in [0.1, 0.5, 0.3, 0.9] {
        call.report(message: "step", fraction: step, done: 1, total: 2)
        _ = told.wait(timeout: .now() + ScriptedClient.patience)
      }
      call.preview(.string("item"))
      throw RPCError(code: 1006, message: "too little")
    }
    let client = try ScriptedClient(routes: [route])
    client.send(#"{"jsonrpc":"2.0","id":1,"method":"work","params":{"workDoneToken":"t","partialResultToken":"p"}}"#)
    var kinds: [String] = []
    var percentages: [Int64] = []
    var previews = 0
    var answer: JSONValue?
    while let message = client.receive() {
      answer = message
      guard message["id"] == nil else { break }
      let value = message["params"]?["value"]
      if message["params"]?["token"] == .string("p") {
        previews += 1
        continue
      }
      if case .string(let kind) = value?["kind"] {
        kinds.append(kind)
        if kind == "report" { told.signal() }
      }
      if case .int(let percentage) = value?["percentage"] { percentages.append(percentage) }
    }
    #expect(answer?.errorCode == 1006, "the connection logged \(client.log)")
    #expect(kinds.first == "begin")
    #expect(kinds.last == "end")
    #expect(kinds.filter { $0 == "report" }.count >= 3)
    #expect(percentages == percentages.sorted())
    #expect(previews == 1)
    client.closeInput()
    #expect(client.end() == 0)
  }

  @Test func silentWorkIsStillReported() throws {
    let reported = DispatchSemaphore(value: 0)
    let route = Route(method: "work", ordering: .write, lane: .compute) { _, _ in
      for _ in 0..<2 { _ = reported.wait(timeout: .now() + ScriptedClient.patience) }
      return .null
    }
    let client = try ScriptedClient(routes: [route])
    client.send(#"{"jsonrpc":"2.0","id":1,"method":"work","params":{"workDoneToken":7}}"#)
    var reports = 0
    while let message = client.receive(), message["id"] == nil {
      guard message["params"]?["value"]?["kind"] == .string("report") else { continue }
      reports += 1
      reported.signal()
    }
    #expect(reports >= 2)
    client.closeInput()
    #expect(client.end() == 0)
  }

  @Test func shortRequestsRunBesideALongOne() throws {
    let (started, stopped) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
    let client = try ScriptedClient(routes: [Self.endless(started: started, stopped: stopped), Self.echo])
    client.send(#"{"jsonrpc":"2.0","id":1,"method":"endless"}"#)
    #expect(started.wait(timeout: .now() + ScriptedClient.patience) == .success)
    client.send(#"{"jsonrpc":"2.0","id":2,"method":"echo"}"#)
    #expect(client.receive()?["id"] == .int(2))
    client.closeInput()
    #expect(stopped.wait(timeout: .now() + ScriptedClient.patience) == .success)
    #expect(client.end() == 0)
  }

  @Test func writesKeepTheirOrderAcrossLanes() throws {
    let order = Mutex<[String]>([])
    let release = DispatchSemaphore(value: 0)
    let slow = Route(method: "slow", ordering: .write, lane: .compute) { _, _ in
      _ = release.wait(timeout: .now() + ScriptedClient.patience)
      order.withLock { $0.append("slow") }
      return .null
    }
    let quick = Route(method: "quick", ordering: .write, lane: .short) { _, _ in
      order.withLock { $0.append("quick") }
      return .null
    }
    var configuration = Connection.Configuration()
    configuration.laneWidth = 1
    let client = try ScriptedClient(routes: [slow, quick, Self.echo], configuration: configuration)
    client.send(#"{"jsonrpc":"2.0","id":1,"method":"slow"}"#)
    client.send(#"{"jsonrpc":"2.0","id":2,"method":"quick"}"#)
    // The one thread of its lane has passed it over once what came behind it is answered.
    client.send(#"{"jsonrpc":"2.0","id":3,"method":"echo"}"#)
    #expect(client.receive()?["id"] == .int(3))
    release.signal()
    #expect(client.response(to: .int(2)) != nil)
    #expect(order.withLock { $0 } == ["slow", "quick"])
    client.closeInput()
    #expect(client.end() == 0)
  }

  @Test func aClientThatReadsLateGetsEveryAnswer() throws {
    let client = try ScriptedClient(routes: [Self.echo])
    let count = 2000
    let sent = DispatchSemaphore(value: 0)
    let sender = Thread {
      for id in 0..<count {
        client.send(#"{"jsonrpc":"2.0","id":\#(id),"method":"echo","params":{"x":"yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy"}}"#)
      }
      sent.signal()
    }
    sender.start()
    #expect(sent.wait(timeout: .now() + ScriptedClient.patience) == .success)
    var seen: Set<JSONValue> = []
    while seen.count < count, let message = client.receive(), let id = message["id"] {
      #expect(seen.insert(id).inserted)
      #expect(message.errorCode == nil || message.errorCode == 1009)
    }
    #expect(seen.count == count)
    client.closeInput()
    #expect(client.end() == 0)
  }

  @Test func aClientThatIsGoneEndsTheConnection() throws {
    let client = try ScriptedClient(routes: [Self.echo])
    client.closeOutput()
    client.send(#"{"jsonrpc":"2.0","id":1,"method":"echo"}"#)
    #expect(client.end() == 1)
  }

  @Test func stopEndsWithItsCode() throws {
    let client = try ScriptedClient(routes: [Self.echo])
    client.connection.stop(exitCode: 3)
    client.connection.stop(exitCode: 4)
    #expect(client.end() == 3)
  }

  @Test func aSlowClientGetsPreviewsTogetherAndTheLatestProgress() throws {
    let done = DispatchSemaphore(value: 0)
    let route = Route(method: "work", ordering: .write, lane: .compute) { _, call in
      for number in 0..<20_000 {
        call.preview(.object(["number": .int(Int64(number)), "text": .string(String(repeating: "x", count: 100))]))
        call.report(message: "step \(number)", fraction: Double(number) / 20_000, done: number, total: 20_000)
      }
      done.signal()
      return .null
    }
    let client = try ScriptedClient(routes: [route])
    client.send(#"{"jsonrpc":"2.0","id":1,"method":"work","params":{"workDoneToken":"t","partialResultToken":"p"}}"#)
    #expect(done.wait(timeout: .now() + ScriptedClient.patience) == .success)
    var sequence: [Int64] = []
    var numbers: [Int64] = []
    var reports = 0
    while let message = client.receive(), message["id"] == nil {
      let value = message["params"]?["value"]
      if message["params"]?["token"] == .string("p"), case .int(let number) = value?["seq"],
        case .array(let items) = value?["items"]
      {
        sequence.append(number)
        numbers += items.compactMap { if case .int(let number) = $0["number"] { number } else { nil } }
      } else if value?["kind"] == .string("report") {
        reports += 1
      }
    }
    #expect(sequence == Array(0..<Int64(sequence.count)))
    #expect(numbers == numbers.sorted() && Set(numbers).count == numbers.count && numbers.last == 19_999)
    #expect(reports <= 40)
    client.closeInput()
    #expect(client.end() == 0)
  }

  @Test func answersThatNobodyReadsHoldTheirPlaces() throws {
    let large = Route(method: "large", ordering: .free, lane: .short) { _, _ in
      .string(String(repeating: "x", count: 100_000))
    }
    var configuration = Connection.Configuration()
    configuration.maxInFlight = 10
    let taken = DispatchSemaphore(value: 0)
    let client = try ScriptedClient(
      routes: [large], notifications: ["taken": { _ in taken.signal() }], configuration: configuration)
    for id in 0..<50 { client.send(#"{"jsonrpc":"2.0","id":\#(id),"method":"large"}"#) }
    client.send(#"{"jsonrpc":"2.0","method":"taken"}"#)
    #expect(taken.wait(timeout: .now() + ScriptedClient.patience) == .success)
    var busy = 0
    for _ in 0..<50 {
      let message = try #require(client.receive())
      if message.errorCode == 1009 { busy += 1 }
    }
    // The pipe holds one or two of them.
    #expect((38...40).contains(busy), "\(busy) were refused")
    client.send(#"{"jsonrpc":"2.0","id":99,"method":"large"}"#)
    #expect(client.receive()?["result"] != nil)
    client.closeInput()
    #expect(client.end() == 0)
  }

  @Test func aClientThatTakesNothingIsNotReadAnyMore() throws {
    let large = Route(method: "large", ordering: .free, lane: .short) { _, _ in
      .string(String(repeating: "x", count: 100_000))
    }
    var configuration = Connection.Configuration()
    configuration.maxUnreadBytes = 200_000
    let client = try ScriptedClient(routes: [large, Self.echo], configuration: configuration)
    for id in 0..<10 { client.send(#"{"jsonrpc":"2.0","id":\#(id),"method":"large"}"#) }
    func isCongested() -> Bool {
      client.connection.currentWriter.withLock { $0?.backlog.bytes ?? 0 } > configuration.maxUnreadBytes
    }
    let deadline = Date(timeIntervalSinceNow: ScriptedClient.patience)
    while !isCongested(), Date() < deadline { sched_yield() }
    #expect(isCongested())
    // Read again once it has taken them.
    client.send(#"{"jsonrpc":"2.0","id":"last","method":"echo"}"#)
    #expect(client.response(to: .string("last"))?["result"] == .null)
    client.connection.stop(exitCode: 5)
    #expect(client.end() == 5)
  }

  @Test func whatIsCancelledInTheQueueLeavesIt() throws {
    let (started, stopped) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
    let client = try ScriptedClient(routes: [Self.endless(started: started, stopped: stopped)])
    client.send(#"{"jsonrpc":"2.0","id":"long","method":"endless"}"#)
    #expect(started.wait(timeout: .now() + ScriptedClient.patience) == .success)
    // Far more in all than may be in flight at once.
    for id in 0..<2000 {
      client.send(#"{"jsonrpc":"2.0","id":\#(id),"method":"endless"}"#)
      client.send(#"{"jsonrpc":"2.0","method":"$/cancelRequest","params":{"id":\#(id)}}"#)
      #expect(client.receive()?.errorCode == -32800)
    }
    client.send(#"{"jsonrpc":"2.0","method":"$/cancelRequest","params":{"id":"long"}}"#)
    #expect(client.receive()?.errorCode == -32800)
    #expect(stopped.wait(timeout: .now() + ScriptedClient.patience) == .success)
    client.closeInput()
    #expect(client.end() == 0)
  }
}
