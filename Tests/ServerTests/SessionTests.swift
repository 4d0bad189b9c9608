import Fields
import JSON
import RPC
import TestSupport
import Testing
import Wire

@testable import Server

/// The lifecycle of a session, and where its paths lead.
@Suite struct SessionTests {
  private func initialize(_ members: [String: JSONValue] = [:]) throws -> Initialize {
    try Initialize(try FieldReader(.object(members)))
  }

  @Test func nothingGoesBeforeInitialize() throws {
    let session = Session()
    for (method, isNotification) in [("workspace/status", false), ("initialized", true), ("shutdown", false)] {
      let error = try #require(session.admit(method: method, isNotification: isNotification))
      #expect(error.code == RPCError.Code.serverNotInitialized && error.message.contains("send initialize first"))
      #expect(error.data?["kind"] == .string("lifecycle"))
    }
    #expect(session.admit(method: "initialize", isNotification: true) != nil, "as a notification it opens nothing")
    #expect(session.admit(method: "exit", isNotification: true) == nil)
    #expect(session.admit(method: "exit", isNotification: false) != nil)
    #expect(session.admit(method: "initialize", isNotification: false) == nil)
    // What was sent right behind it is let in.
    #expect(session.admit(method: "workspace/status", isNotification: false) == nil)
  }

  @Test func aSessionIsInitializedOnce() throws {
    let session = Session()
    #expect(session.admit(method: "initialize", isNotification: false) == nil)
    let error = try #require(session.admit(method: "initialize", isNotification: false))
    #expect(error.code == RPCError.Code.invalidRequest)
    // One that failed may be sent again.
    session.reopen()
    #expect(session.admit(method: "workspace/status", isNotification: false)?.code == -32002)
    #expect(session.admit(method: "initialize", isNotification: false) == nil)
  }

  @Test func onlyExitFollowsShutdown() throws {
    let session = Session()
    #expect(session.admit(method: "initialize", isNotification: false) == nil)
    #expect(session.admit(method: "shutdown", isNotification: true) == nil && !session.isShutDown)
    #expect(session.admit(method: "shutdown", isNotification: false) == nil && session.isShutDown)
    for method in ["workspace/status", "initialize", "shutdown"] {
      let error = try #require(session.admit(method: method, isNotification: false))
      #expect(error.code == RPCError.Code.invalidRequest && error.message.contains("after shutdown"))
    }
    #expect(session.admit(method: "exit", isNotification: true) == nil)
    session.reopen()
    #expect(session.isShutDown, "a session that has ended stays so")
  }

  @Test func pathsStartAtTheRoot() throws {
    let session = Session()
    session.open(try initialize(["rootPath": .string("/data/photographs")]))
    #expect(session.resolve("a/b.png") == "/data/photographs/a/b.png")
    #expect(session.resolve("../b.png") == "/data/b.png")
    #expect(session.resolve("./x/../b c.png") == "/data/photographs/b c.png")
    #expect(session.resolve("/other/b.png") == "/other/b.png")
    #expect(session.resolve("%41#?.png") == "/data/photographs/%41#?.png")
  }

  @Test func aRelativeRootStartsWhereTheProcessIs() throws {
    let (session, other) = (Session(), Session())
    session.open(try initialize(["rootPath": .string("photographs")]))
    #expect(session.resolve("b.png") == other.resolve("photographs/b.png"))
    #expect(session.resolve("b.png").hasPrefix("/"))
  }
}
