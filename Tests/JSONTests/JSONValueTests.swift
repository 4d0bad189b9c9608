import JSON
import Testing

@Suite struct JSONValueTests {
  private func parse(_ text: String) throws -> JSONValue { try JSONValue.parse(Array(text.utf8)) }

  @Test func readsEveryKind() throws {
    let value = try parse(#" {"a": [1, -2.5e1, true, false, null], "b": "x\n\u00e9\ud83d\ude00/\/", "c": {}} "#)
    #expect(value["a"] == .array([.int(1), .double(-25), .bool(true), .bool(false), .null]))
    #expect(value["b"] == .string("x\né😀//"))
    #expect(value["c"] == .object([:]))
  }

  @Test func integersAreExact() throws {
    #expect(try parse("9223372036854775807") == .int(.max))
    #expect(try parse("9223372036854775808") == .double(9223372036854775808))
    #expect(try parse("1.0") == .double(1))
  }

  @Test(arguments: [
    "", "{", "[1,]", "{\"a\" 1}", "01", "1.", "-", "+1", "nul", "\"\\ud800\"", "\"\\x\"", "\"a", "[1] 2", "1e999",
    "\"\u{1}\"",
    "{\"a\":1,}", "'a'",
  ])
  func refuses(text: String) { #expect(throws: JSONSyntaxError.self) { try parse(text) } }

  @Test func refusesInvalidUTF8() {
    #expect(throws: JSONSyntaxError.self) { try JSONValue.parse([0x22, 0xC3, 0x28, 0x22]) }
  }

  @Test func depthIsBounded() throws {
    _ = try parse(String(repeating: "[", count: 512) + "1" + String(repeating: "]", count: 512))
    #expect(throws: JSONSyntaxError.self) {
      try parse(String(repeating: "[", count: 513) + String(repeating: "]", count: 513))
    }
    #expect(throws: JSONSyntaxError.self) { try parse(String(repeating: "[", count: 1_000_000)) }
  }

  @Test func writesWhatItReads() throws {
    let text = #"{"a":[1,2.5,"\"\\\n\u0001é"],"b":null}"#
    #expect(String(decoding: try parse(text).serialized(), as: UTF8.self) == text)
    #expect(JSONValue.double(.nan).serialized() == Array("null".utf8))
  }
}
