import CanonicalJSON
package import Classifier
import Foundation
import Testing

/// Studies of 20,000 and 100,000 columns against liblinear and celer; the larger one only with
/// `REFEREE_SLOW=1`. Objectives agree to 1e-9 where the reference itself is that good. The references come from `References/make_wide_references.py`.
@Suite struct WideReferenceTests {
  private static let isSlow = ProcessInfo.processInfo.environment["REFEREE_SLOW"] != nil
  private static let widths = isSlow ? [20_000, 100_000] : [20_000]

  @Test(arguments: widths)
  func `objectives and supports are those of liblinear and celer`(_ width: Int) throws {
    let path = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "References/wide-references.json")
    let studies = try JSONValue(parsing: try Data(contentsOf: path))["studies"]?.arrayValue ?? []
    let reference = try #require(studies.first { $0["columns"]?.intValue == width })
    var study = SyntheticStudy()
    study.columnCount = width
    let store = try study.write(path: nil)
    // Otherwise the references belong to other numbers.
    #expect(
      store.manifest["files"]?["values.bin"]?["sha256"]?.stringValue
        == reference["values"]?.stringValue)
    let labels = try RowRule.threeVersusOne.labels(of: store)
    var options = SolverOptions()
    options.intercept = .penalised
    let expected = reference["fits"]?.arrayValue ?? []
    let fits = try PathSolver(store: store, labels: labels, options: options).solve(
      expected.map {
        LogisticProblem(
          name: "C", cost: $0["C"]?.doubleValue ?? .nan, rowWeights: labels.map { _ in 1 })
      })
    var tight = 0
    for (fit, entry) in zip(fits, expected) {
      #expect(fit.isConverged)
      for peer in ["liblinear", "celer"] {
        let objective = try #require(entry[peer]?["objective"]?.doubleValue)
        // A reference with gap g may lie g above the optimum, so it is no better than that.
        let gap = try #require(entry[peer]?["gap"]?.doubleValue)
        #expect(
          abs(fit.objective - objective) <= max(1e-9, gap) * objective,
          "C \(fit.problem.cost) \(peer)")
        if gap <= 1e-9 { tight += 1 }
        #expect(
          fit.weights.map(\.column) == entry[peer]?["support"]?.arrayValue?.compactMap(\.intValue),
          "C \(fit.problem.cost) \(peer)")
      }
    }
    #expect(tight >= 2, "too few references reach 1e-9")
  }
}
