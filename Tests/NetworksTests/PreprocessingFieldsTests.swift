import Testing

@testable import Networks

@Suite struct PreprocessingFieldsTests {
  @Test func whatIsNotGivenTakesTheDefault() throws {
    let defaults = try Preprocessing()
    #expect(try Preprocessing(PreprocessingFields()) == defaults)
    var fields = PreprocessingFields()
    fields.size = [96]
    fields.channelOrder = "BGR"
    fields.layout = "NHWC"
    let given = try Preprocessing(fields)
    #expect(given.width == 96 && given.height == 96 && given.channelOrder == .bgr && given.layout == .nhwc)
    #expect(given.mean == defaults.mean && given.resize == defaults.resize)
    fields.size = [32, 64]
    #expect(try Preprocessing(fields).width == 32 && Preprocessing(fields).height == 64)
  }

  @Test func whatMakesNoSenseIsNamed() {
    func refused(_ name: String, _ change: (inout PreprocessingFields) -> Void) {
      var fields = PreprocessingFields()
      change(&fields)
      let error = #expect(throws: NetworkError.self) { try Preprocessing(fields) }
      #expect(error?.kind == .preprocessing && error?.message.contains("preprocessing.\(name)") == true)
    }
    refused("size") { $0.size = [1, 2, 3] }
    refused("size") { $0.size = [] }
    refused("resize") { $0.resize = "crop" }
    refused("channelOrder") { $0.channelOrder = "grb" }
    refused("layout") { $0.layout = "chw" }
  }
}
