import Foundation
import JSON
import RPC
import TestSupport
import Testing

@Suite struct TraceTests {
  @Test func aRecordedSessionIsPlayedAgain() throws {
    let scenes = try DrawnScenes(perClass: 2, random: 2)
    let folder = scenes.folder.appendingPathComponent("traces").path
    let daemon = try DaemonProcess(arguments: ["serve", "--trace-dir", folder])
    try daemon.initialize(["rootPath": .string(scenes.folder.path)])
    let model = try scenes.load(in: daemon)
    let image: JSONValue = .string(try scenes.heldOutImage())
    _ = try daemon.result(of: "model/classify", ["model": model, "images": .array([image]), "workDoneToken": .int(1)])
    daemon.send(body: "no JSON")
    _ = try daemon.message("a refusal") { $0["id"] == .null }
    _ = try daemon.request("model/classify", .object(["images": .array([])]))
    _ = try daemon.request("shutdown")
    try daemon.notify("exit")
    #expect(daemon.exitCode(within: 5) == 0)

    let files = try FileManager.default.contentsOfDirectory(atPath: folder)
    let trace = "\(folder)/\(try #require(files.first))"
    let lines = try String(contentsOfFile: trace, encoding: .utf8).split(separator: "\n")
    let entries = try lines.map { try #require(TraceEntry(line: JSONValue(foundation: Data($0.utf8)))) }
    #expect(entries.first?.sender == .client && entries.map(\.time) == entries.map(\.time).sorted())
    #expect(entries.contains { $0.content == .body(Array("no JSON".utf8)) })

    let same = try DaemonProcess.run(["replay", trace])
    #expect(same.exitCode == 0 && String(decoding: same.output, as: UTF8.self).contains("6 answers, 0 differ"))

    let changed = "\(folder)/changed.jsonl"
    try lines.joined(separator: "\n").replacingOccurrences(of: #""topK""#, with: #""topk""#)
      .replacingOccurrences(of: #""code":-32602"#, with: #""code":-32603"#)
      .write(toFile: changed, atomically: true, encoding: .utf8)
    let different = try DaemonProcess.run(["replay", changed])
    #expect(different.exitCode == 1)
    #expect(String(decoding: different.output, as: UTF8.self).contains("was -32603, is -32602"))
  }

  @Test func aFolderThatCannotBeMadeIsToldAtTheStart() throws {
    let daemon = try DaemonProcess(arguments: ["--trace-dir", "/dev/null/traces"])
    #expect((daemon.exitCode(within: 5) ?? 0) != 0)
  }
}
