public enum SceneSet { static let maximumCount = 100 }
public enum EmbeddedNetwork { static let bundleName = "x" }
