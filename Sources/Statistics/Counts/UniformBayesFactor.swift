import Glibc

/// The Bayes factor of one share against a fixed share, with a uniform prior on the alternative.
///
/// A sensitivity number beside a p-value near the level; it depends on its prior and is never a
/// verdict.
/// ```
/// BF₁₀ = [1 / (n + 1)] / b(x; n, π)
/// ```
/// - Source: Kass & Raftery (1995), doi:10.2307/2291091, section 4. Oracle: scipy 1.17.
public enum UniformBayesFactor {
  /// For the alternative over the null; undefined when the null gives the data no probability.
  public static func share(successes: Int, trials: Int, nullShare: Double) -> Measured<Double> {
    let logMass = BinomialDistribution.logMass(successes, trials: trials, probability: nullShare)
    guard trials > 0, logMass.isFinite else {
      return .undefined(
        UndefinedReason(.outOfDomain, "\(successes) of \(trials) under a share of \(nullShare)"))
    }
    return Measured(
      finite: exp(-logMass - log(Double(trials + 1))),
      otherwise: UndefinedReason(.tooLarge, "the Bayes factor overflows"))
  }
}
