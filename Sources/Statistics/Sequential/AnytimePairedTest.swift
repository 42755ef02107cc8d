import Glibc

/// An anytime-valid test of a paired binary difference: it may be looked at after every item.
///
/// ```
/// e_t = 2^(b + c) · Beta(b + g, c + g) / Beta(g, g),   g = ½,   p = min(1, 1 / max_t e_t)
/// ```
/// b and c are the discordant pairs so far. Under the null of no difference e_t is a non-negative
/// martingale, so p is valid at any stopping time (Ville).
///
/// - Source: Robbins (1970); Grünwald, de Heide & Koolen (2024), doi:10.1093/jrsssb/qkae011.
///   Oracle: scipy `betaln`, see `Oracles/extra/resampling_and_order.json`.
public struct AnytimePairedTest: Hashable, Sendable {
  /// Natural logarithm of the e-value after each discordant pair.
  public let logEValues: [Double]

  /// - Parameter gains: one element for each discordant pair in order of arrival, `true` for b.
  public init(gains: [Bool], prior: Double = 0.5) {
    let g = prior > 0 && prior.isFinite ? prior : 0.5
    func logBeta(_ x: Double, _ y: Double) -> Double {
      StirlingSeries.logGamma(x) + StirlingSeries.logGamma(y) - StirlingSeries.logGamma(x + y)
    }
    let null = logBeta(g, g)
    var (b, c) = (0.0, 0.0)
    logEValues = gains.map { isGain in
      if isGain { b += 1 } else { c += 1 }
      return (b + c) * log(2.0) + logBeta(b + g, c + g) - null
    }
  }

  /// The e-value now; 1 before the first discordant pair.
  public var logEValue: Double { logEValues.last ?? 0 }

  /// min(1, 1 / max e), valid at any time.
  public var pValue: Double { min(1, exp(-(logEValues.max() ?? 0))) }
}
