import Statistics
import Study

extension ReportedTest {
  /// The test as counted; `nil` when its counts or its null share are impossible.
  var binomial: BinomialTest? { binomial(successes: successes, trials: trials) }

  /// The same null share with other counts.
  func binomial(successes: Int, trials: Int) -> BinomialTest? {
    guard trials > 0, let observed = try? Proportion(successes: successes, trials: trials) else {
      return nil
    }
    return try? BinomialTest(observed, nullValue: nullShare)
  }

  /// Two-sided, by minimum likelihood, with other counts.
  func pValue(successes: Int, trials: Int) -> Double? {
    binomial(successes: successes, trials: trials)?.pValueMinimumLikelihood
  }

  /// The method behind ``pValue(successes:trials:)``, as printed beside its results.
  static let methodName = "exact binomial, " + BinomialTestVariant.minimumLikelihood.rawValue

  /// The observed share is above the null share.
  var isAboveNull: Bool { Double(successes) > Double(trials) * nullShare }
}
