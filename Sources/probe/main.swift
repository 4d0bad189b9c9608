import Concepts
import Engine
import Foundation
import Tensors
let a = CommandLine.arguments
let root = "/work/shared/assets/"
let engine = Engine()
var pp = PreprocessingFields()
let name = a[1]
if name.hasPrefix("squeeze") { pp.mean = [0.485, 0.456, 0.406]; pp.std = [0.229, 0.224, 0.225] } else { pp.mean = [0.5, 0.5, 0.5]; pp.std = [0.5, 0.5, 0.5] }
let t0 = Date()
let m = try engine.loadModel(ModelSource(path: root + "models/\(name).onnx", labels: .path(root + "models/labels.json"), preprocessing: pp, layer: a.count > 2 && a[2] != "-" ? a[2] : nil), monitor: .silent)
print(m.id, m.defaultLayer, Date().timeIntervalSince(t0))
let known = try FileManager.default.contentsOfDirectory(atPath: root + "images/known").sorted().map { ImageSource.path(root + "images/known/" + $0) }
let t1 = Date()
for r in try engine.classify(model: m.id, images: known, topK: 1, monitor: .silent).results { print((r.image as NSString).lastPathComponent, r.predictions[0].label, r.predictions[0].logit) }
print("classify", Date().timeIntervalSince(t1))
func files(_ f: String) -> [ImageSource] { try! FileManager.default.contentsOfDirectory(atPath: root + "images/" + f).sorted().map { .path(root + "images/\(f)/" + $0) } }
for c in ["minivan", "sports_car", "pickup"] {
  let t = Date()
  let r = try engine.discover(model: m.id, class: .label(c.replacingOccurrences(of: "_", with: " ")), images: Array(files(c).dropLast(20)), random: files("random"), layer: nil, options: DiscoveryOptions(), monitor: .silent, onConcept: { c in print("  ", c.rank, c.name, c.tcav.mean, c.tcav.standardDeviation, c.tcav.pValue ?? -1, c.tcav.effect, c.cavAccuracy, c.size, c.patches.count) })
  print(c, r.concepts.count, r.imageCount, r.segmentCount, r.seconds, r.degenerateLayer, r.notes, Date().timeIntervalSince(t))
}
