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
    let started = Mutex(0)
    let blocking = Route(method: "block", ordering: .write, lane: .compute) { _, _ in
      started.withLock { $0 += 1 }
      Thread.sleep(forTimeInterval: 1)
      return .bool(true)
    }
    let client = try ScriptedClient(routes: [blocking])
    client.send(#"{"jsonrpc":"2.0","id":1,"method":"block"}"#)
    client.send(#"{"jsonrpc":"2.0","id":2,"method":"block"}"#)
    Thread.sleep(forTimeInterval: 0.1)
    let begin = Date()
    for id in [2, 1] { client.send(#"{"jsonrpc":"2.0","method":"$/cancelRequest","params":{"id":\#(id)}}"#) }
    #expect(client.receive()?.errorCode == -32800)
    #expect(client.receive()?.errorCode == -32800)
    #expect(Date().timeIntervalSince(begin) < 0.5)
    // The late result of the first is dropped, and the second has not run.
    #expect(client.receive(within: 1.5) == nil)
    #expect(started.withLock { $0 } == 1)
    client.closeInput()
    #expect(client.end() == 0)
  }

  @Test func progressBeginsRisesAndEnds() throws {
    let route = Route(method: "work", ordering: .write, lane: .compute) { _, call in
      for step in [0.1, 0.5, 0.3, 0.9] {
        call.report(message: "step", fraction: step, done: 1, total: 2)
        Thread.sleep(forTimeInterval: 0.1)
      }
      call.preview(.string("item"))
      throw RPCError(code: 1006, message: "too little")
    }
    let client = try ScriptedClient(routes: [route])
    client.send(#"{"jsonrpc":"2.0","id":1,"method":"work","params":{"workDoneToken":"t","partialResultToken":"p"}}"#)
    var kinds: [String] = []
    var percentages: [Int64] = []
    var previews = 0
    while let message = client.receive(), message["id"] == nil {
      let value = message["params"]?["value"]
      if message["params"]?["token"] == .string("p") {
        previews += 1
        continue
      }
      if case .string(let kind) = value?["kind"] { kinds.append(kind) }
      if case .int(let percentage) = value?["percentage"] { percentages.append(percentage) }
    }
    #expect(kinds.first == "begin")
    #expect(kinds.last == "end")
    #expect(kinds.filter { $0 == "report" }.count >= 3)
    #expect(percentages == percentages.sorted())
    #expect(previews == 1)
    client.closeInput()
    #expect(client.end() == 0)
  }

  @Test func silentWorkIsStillReported() throws {
    let route = Route(method: "work", ordering: .write, lane: .compute) { _, _ in
      Thread.sleep(forTimeInterval: 1.6)
      return .null
    }
    let client = try ScriptedClient(routes: [route])
    client.send(#"{"jsonrpc":"2.0","id":1,"method":"work","params":{"workDoneToken":7}}"#)
    var reports = 0
    while let message = client.receive(), message["id"] == nil {
      if message["params"]?["value"]?["kind"] == .string("report") { reports += 1 }
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
    let slow = Route(method: "slow", ordering: .write, lane: .compute) { _, _ in
      Thread.sleep(forTimeInterval: 0.2)
      order.withLock { $0.append("slow") }
      return .null
    }
    let quick = Route(method: "quick", ordering: .write, lane: .short) { _, _ in
      order.withLock { $0.append("quick") }
      return .null
    }
    let client = try ScriptedClient(routes: [slow, quick])
    client.send(#"{"jsonrpc":"2.0","id":1,"method":"slow"}"#)
    client.send(#"{"jsonrpc":"2.0","id":2,"method":"quick"}"#)
    #expect(client.response(to: .int(2)) != nil)
    #expect(order.withLock { $0 } == ["slow", "quick"])
    client.closeInput()
    #expect(client.end() == 0)
  }

  @Test func aClientThatReadsLateGetsEveryAnswer() throws {
    let client = try ScriptedClient(routes: [Self.echo])
    let count = 2000
    let sender = Thread {
      for id in 0..<count {
        client.send(#"{"jsonrpc":"2.0","id":\#(id),"method":"echo","params":{"x":"yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy"}}"#)
      }
    }
    sender.start()
    Thread.sleep(forTimeInterval: 0.5)
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
    let route = Route(method: "work", ordering: .write, lane: .compute) { _, call in
      for number in 0..<20_000 {
        call.preview(.object(["number": .int(Int64(number)), "text": .string(String(repeating: "x", count: 100))]))
        call.report(message: "step \(number)", fraction: Double(number) / 20_000, done: number, total: 20_000)
      }
      return .null
    }
    let client = try ScriptedClient(routes: [route])
    client.send(#"{"jsonrpc":"2.0","id":1,"method":"work","params":{"workDoneToken":"t","partialResultToken":"p"}}"#)
    Thread.sleep(forTimeInterval: 1)
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
    let client = try ScriptedClient(routes: [large], configuration: configuration)
    for id in 0..<50 { client.send(#"{"jsonrpc":"2.0","id":\#(id),"method":"large"}"#) }
    Thread.sleep(forTimeInterval: 0.5)
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
    Thread.sleep(forTimeInterval: 0.3)
    // Read again once it has taken them.
    client.send(#"{"jsonrpc":"2.0","id":"last","method":"echo"}"#)
    Thread.sleep(forTimeInterval: 0.2)
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
