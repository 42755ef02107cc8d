import Glibc

/// How well printed rates fit a sample size, from their granularity alone.
///
/// If every count 0...n is equally likely, K printed rates that fit n have probability (n + 1)^−K.
/// Rates that all fall on the grid of a smaller n therefore speak for the smaller n. A statement
/// about granularity and no more: the uniform distribution of the counts is an assumption.
public enum GranularityLikelihood {
  /// Likelihood ratio of `smaller` against `larger` for `rateCount` printed rates that fit both.
  public static func ratio(smaller: Int, larger: Int, rateCount: Int) -> Double {
    pow(Double(larger + 1) / Double(smaller + 1), Double(rateCount))
  }

  /// P(all of `rateCount` uniform counts over `total` fall on the grid of `coarser`), for a
  /// `coarser` that divides `total`.
  public static func coincidence(coarser: Int, total: Int, rateCount: Int) -> Double {
    pow(Double(coarser + 1) / Double(total + 1), Double(rateCount))
  }
}
