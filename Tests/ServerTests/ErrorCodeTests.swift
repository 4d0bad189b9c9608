import Bank
import Base
import Drawing
import Engine
import Fields
import RPC
import TestSupport
import Testing

@testable import Server

/// Failures become the errors that the contract publishes.
@Suite struct ErrorCodeTests {
  private func translated(_ error: any Error) throws -> RPCError {
    try #require(ErrorCode.translate(error) as? RPCError)
  }

  private static let kinds: [(kind: EngineError.Kind, code: Int)] = [
    (.model, 1001), (.unknownModel, 1002), (.image, 1003), (.unknownClass, 1004), (.notReady, 1005),
    (.tooLittleData, 1006), (.workspace, 1007), (.invalidValue, -32602), (.unknownConcept, -32602),
    (.output, -32602), (.contentModified, -32801),
  ]

  @Test(arguments: kinds) func failuresOfTheEngine(kind: EngineError.Kind, code: Int) throws {
    let error = try translated(EngineError(kind, "what to do", detail: ["path": "p"]))
    #expect(error.code == code && error.message == "what to do")
    #expect(error.data?["kind"] == .string(kind.rawValue) && error.data?["detail"] == .object(["path": .string("p")]))
    #expect(error.data?["retryable"] == .bool(kind == .contentModified))
    #expect(ErrorCode.meanings.contains { $0.code == code })
  }

  @Test func whatMaySucceedLaterSaysSo() throws {
    let error = try translated(EngineError(.workspace, "locked", isRetryable: true))
    #expect(error.data?["retryable"] == .bool(true))
  }

  @Test func fieldsThatDoNotFit() throws {
    let error = try translated(FieldError("options.clusters", given: .int(0), accepted: "a whole number of 1 or more"))
    #expect(error.code == -32602)
    #expect(error.message == "options.clusters: given 0, accepted is a whole number of 1 or more")
    #expect(error.data?["kind"] == .string("invalidParams") && error.data?["retryable"] == .bool(false))
    #expect(
      error.data?["detail"]
        == .object([
          "field": .string("options.clusters"), "given": .string("0"),
          "accepted": .string("a whole number of 1 or more"),
        ]))
  }

  @Test func filesThatCannotBeWritten() throws {
    let error = try translated(FileError(reason: "the disk is full", path: "a/b"))
    #expect(error.code == -32602 && error.message == "path: the disk is full")
    #expect(error.data?["kind"] == .string("output") && error.data?["detail"]?["path"] == .string("a/b"))
    #expect(try translated(FileError(reason: "no")).data?["detail"] == .object([:]))
  }

  @Test func picturesThatCannotBeDrawn() throws {
    let error = try translated(DrawingError("too large"))
    #expect(error.code == 1003 && error.message == "too large" && error.data?["kind"] == .string("figure"))
  }

  @Test func otherErrorsStayAsTheyAre() {
    #expect(ErrorCode.translate(CancellationError()) is CancellationError)
    let error = RPCError(code: 1, message: "m")
    #expect(ErrorCode.translate(error) as? RPCError == error)
  }

  @Test func codesStandOnce() {
    #expect(Set(ErrorCode.meanings.map(\.code)).count == ErrorCode.meanings.count)
    #expect(ErrorCode.meanings.allSatisfy { !$0.kind.isEmpty && $0.meaning.hasSuffix(".") })
  }
}
