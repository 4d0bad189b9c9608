import Foundation
import JSON
import RPC
import TestSupport
import Testing

@Suite struct RefusalTests {
  @Test func anUnknownMethodIsRefused() throws {
    let daemon = try DaemonProcess()
    try daemon.initialize()
    let error = try daemon.request("vrx/guess")["error"]
    #expect(error?["code"] == .int(-32601))
    try daemon.notify("$/unheardOf")
    #expect(try daemon.request("workspace/status")["error"] == nil)
  }

  @Test(
    arguments: [
      ("model/load", #"{}"#, "path"),
      ("model/load", #"{"path": 3}"#, "path"),
      ("model/load", #"{"path": "n.onnx", "preprocessing": {"size": [0, 1]}}"#, "preprocessing.size[0]"),
      ("model/classify", #"{"model": "m", "images": ["a"], "topK": 0}"#, "topK"),
      ("vrx/discover", #"{"model": "m", "images": ["a"], "random": ["b"]}"#, "class"),
      (
        "vrx/discover", #"{"model": "m", "class": 1, "images": ["a"], "random": ["b"], "options": {"cluster": 3}}"#,
        "options.cluster"
      ),
      (
        "vrx/discover", #"{"model": "m", "class": 1, "images": ["a"], "random": ["b"], "options": {"clusters": 0}}"#,
        "options.clusters"
      ),
      (
        "vrx/train", #"{"model": "m", "classes": [1], "images": {"1": ["a"]}, "options": {"loss": "l7"}}"#,
        "options.loss"
      ),
      ("vrx/explain", #"{"model": "m", "image": {"base64": "?"}}"#, "image"),
      ("vrx/render", #"{"explanation": {"model": "m", "image": "a"}, "format": "gif"}"#, "format"),
      ("vrx/report", #"{"model": "m", "images": [], "path": "r.html"}"#, "images"),
      ("concept/rename", #"{"concept": "c", "name": ""}"#, "name"),
    ])
  func aFieldThatDoesNotFitIsNamed(_ method: String, _ parameters: String, _ field: String) throws {
    let daemon = try DaemonProcess()
    try daemon.initialize()
    let error = try daemon.request(method, try JSONValue(foundation: Data(parameters.utf8)))["error"]
    #expect(error?["code"] == .int(-32602))
    #expect(error?["message"]?.text?.hasPrefix("\(field): given ") == true)
    #expect(error?["data"]?["detail"]?["field"] == .string(field))
  }

  @Test func aModelThatIsMissingIsNamed() throws {
    let daemon = try DaemonProcess()
    try daemon.initialize(["rootPath": .string("/nonexistent")])
    let error = try daemon.request("model/load", .object(["path": .string("network.onnx")]))["error"]
    #expect(error?["code"] == .int(1001))
    #expect(error?["message"]?.text?.contains("/nonexistent/network.onnx") == true)
    #expect(error?["data"]?["kind"] == .string("model"))
  }

  @Test func whatIsNotLoadedIsUnknown() throws {
    let daemon = try DaemonProcess()
    try daemon.initialize()
    for (method, parameters) in [
      ("model/unload", #"{"model": "m"}"#), ("model/classify", #"{"model": "m", "images": ["a.png"]}"#),
      ("vrx/explain", #"{"model": "m", "image": "a.png"}"#),
    ] {
      let error = try daemon.request(method, try JSONValue(foundation: Data(parameters.utf8)))["error"]
      #expect(error?["code"] == .int(1002), "\(method)")
    }
  }
}
