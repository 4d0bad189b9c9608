import Concepts
import Engine
import Foundation
import Tensors
import Structure

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

let t5 = Date()
let cls: [String] = ["minivan", "sports_car", "pickup"]
func ref(_ c: String) -> ClassReference { .label(c.replacingOccurrences(of: "_", with: " ")) }
let tr = try engine.train(model: m.id, classes: cls.map(ref), images: cls.map { (ref($0), Array(files($0).dropLast(20))) }, options: TrainingOptions(), monitor: .silent, onEpoch: { _, _, _ in })
print(tr.epochs, tr.heldOut, tr.masked, tr.loss, tr.seconds, tr.notes, Date().timeIntervalSince(t5))
var agree = 0, n = 0
let t6 = Date()
for c in cls { for f in files(c).suffix(20) { let e = try engine.explain(model: m.id, image: f, classes: nil, graphModel: nil, verify: false, monitor: .silent); n += 1; agree += e.predictedClass == e.graphClass ? 1 : 0; if n % 20 == 1 { print(e.summary) } } }
print("agreement", agree, n, Date().timeIntervalSince(t6), engine.status())
