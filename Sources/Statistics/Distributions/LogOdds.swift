import Glibc

/// The logit and what an error becomes on it.
public enum LogOdds {
  /// log(p / (1 − p)); infinite at 0 and 1.
  public static func of(_ probability: Double) -> Double {
    log(probability) - log1p(-probability)
  }

  /// The inverse: 1 / (1 + e^−x).
  public static func probability(_ logit: Double) -> Double { 1 / (1 + exp(-logit)) }

  /// The variance of the logit by the delta method, (se / (p(1 − p)))².
  public static func variance(of probability: Double, standardError: Double) -> Double {
    let slope = standardError / (probability * (1 - probability))
    return slope * slope
  }
}
