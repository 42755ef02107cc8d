import CanonicalJSON
import Compute
import Foundation
import Testing

/// Samples whose BCa correction is not a number: they once ended the process.
@Suite struct HostileBootstrapTests {
  /// Cubes of the influence overflow, or its squares, or the sum of the replicates itself.
  private static let samples = [
    "[1e110,2e110,5e110,7e109]", "[1e300,2e300,5,7e200]", "[1e308,1e308,-1e308,3]",
    "[-1e160,2e160,3e160,1e10,4e160]",
  ]

  private static func output(_ function: String, _ text: String) throws -> JSONValue {
    let compute = try #require(ComputeRegistry.all.first { $0.name == function })
    return try compute(try JSONValue(parsing: Data(text.utf8)))
  }

  @Test(arguments: samples)
  func `a correction that is not a number is undefined with its reason`(data: String) throws {
    let functions = [("bootstrap", #""statistic": "mean", "#), ("bootstrap_numpy", "")]
    for (function, statistic) in functions {
      let output = try Self.output(
        function, #"{\#(statistic)"data": \#(data), "resamples": 500, "seed": 1}"#)
      for key in ["bca", "z0", "a"] {
        #expect(output[key]?.isNull == true, "\(function): \(key)")
        let reason = output["reasons"]?[key]?.stringValue ?? ""
        #expect(reason.contains(":"), "\(function): \(key) has the reason \(reason)")
      }
    }
  }

  @Test func `given resamples with a correction that is not a number`() throws {
    let output = try Self.output(
      "bca_bootstrap",
      #"{"statistic": "mean", "data": [1e110, 2e110, 5e110, 7e109], "#
        + #""indices": [[0, 0, 1, 2], [3, 3, 3, 0], [2, 2, 1, 0], [1, 1, 0, 3]]}"#)
    #expect(output["bca"]?.isNull == true)
    #expect(output["reasons"]?["bca"]?.stringValue?.hasPrefix("out-of-domain") == true)
    // What does exist is still told.
    #expect(output["percentile"]?.arrayValue?.count == 2)
    #expect(output["theta"]?.doubleValue == 2.175e110)
  }

  @Test func `a standard deviation beyond the largest number is undefined`() throws {
    let output = try Self.output(
      "bootstrap", #"{"statistic": "mean", "data": [1e300, 2e300, 5], "resamples": 99, "seed": 1}"#)
    #expect(output["boot_sd"]?.isNull == true)
    #expect(output["reasons"]?["boot_sd"]?.stringValue?.isEmpty == false)
  }
}
