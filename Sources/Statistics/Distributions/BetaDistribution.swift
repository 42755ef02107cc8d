import Glibc

/// The beta distribution, for exact binomial limits and Student's t.
///
/// GSL's `gsl_cdf_beta_Pinv` returns NaN for many ordinary arguments (67 of 5,263,360; already 498
/// of 500) and its `gsl_cdf_beta_P` loses digits through `lnbeta` at n ≈ 5e6. Here the prefactor
/// xᵃ(1−x)ᵇ/B(a,b) comes from Loader's saddle-point form and the rest from Didonato and Morris's
/// continued fraction.
///
/// - Source: Didonato & Morris (1992), doi:10.1145/131766.131776; Loader (2000). Oracle: scipy
///   1.17 `special.betainc`, `betaincinv`.
/// - Complexity: O(√max(a, b)) terms of the fraction.
public enum BetaDistribution {
  /// P(X ≤ x).
  public static func cdf(_ x: Double, alpha: Double, beta: Double) -> Double {
    tails(x, 1 - x, alpha, beta).lower
  }

  /// P(X > x).
  public static func upperTail(_ x: Double, alpha: Double, beta: Double) -> Double {
    tails(x, 1 - x, alpha, beta).upper
  }

  /// The x with P(X ≤ x) = p; NaN outside 0...1 or for parameters that are not positive.
  public static func quantile(_ p: Double, alpha: Double, beta: Double) -> Double {
    guard isValid(alpha, beta), p >= 0, p <= 1 else { return .nan }
    if p == 0 || p == 1 { return p }
    return logistic(logitQuantile(lower: p, upper: 1 - p, alpha, beta))
  }

  /// The x with P(X > x) = q.
  public static func upperQuantile(_ q: Double, alpha: Double, beta: Double) -> Double {
    guard isValid(alpha, beta), q >= 0, q <= 1 else { return .nan }
    if q == 0 || q == 1 { return 1 - q }
    return logistic(logitQuantile(lower: 1 - q, upper: q, alpha, beta))
  }

  // MARK: - Both tails from x and y = 1 − x

  static func isValid(_ alpha: Double, _ beta: Double) -> Bool {
    alpha > 0 && beta > 0 && alpha.isFinite && beta.isFinite
  }

  /// Lower and upper tail at x, with y = 1 − x given apart so that neither loses digits.
  static func tails(
    _ x: Double, _ y: Double, _ alpha: Double, _ beta: Double
  ) -> (lower: Double, upper: Double) {
    guard isValid(alpha, beta), !x.isNaN else { return (.nan, .nan) }
    if x <= 0 { return (0, 1) }
    if y <= 0 { return (1, 0) }
    return tails(x, y, alpha, beta, prefactor: exp(Prefactor(alpha, beta).log(x, y)))
  }

  private static func tails(
    _ x: Double, _ y: Double, _ alpha: Double, _ beta: Double, prefactor: Double
  ) -> (lower: Double, upper: Double) {
    if x < (alpha + 1) / (alpha + beta + 2) {
      let lower = min(1, prefactor / continuedFraction(x, y, alpha, beta))
      return (lower, 1 - lower)
    }
    let upper = min(1, prefactor / continuedFraction(y, x, beta, alpha))
    return (1 - upper, upper)
  }

  /// xᵃ yᵇ / B(a, b) in Loader's saddle-point form. What does not depend on x is computed once for
  /// all steps of a root search.
  struct Prefactor {
    private let alpha: Double
    private let beta: Double
    private let constant: Double

    init(_ alpha: Double, _ beta: Double) {
      self.alpha = alpha
      self.beta = beta
      let sum = alpha + beta
      constant =
        StirlingSeries.error(sum) - StirlingSeries.error(alpha) - StirlingSeries.error(beta)
        + 0.5 * (Glibc.log(alpha) + Glibc.log(beta / sum) - 1.837_877_066_409_345_483_6)
    }

    func log(_ x: Double, _ y: Double) -> Double {
      let sum = alpha + beta
      return constant - StirlingSeries.deviance(alpha, sum * x)
        - StirlingSeries.deviance(beta, sum * y)
    }
  }

  /// Didonato & Morris (1992), the fraction of BFRAC: prefactor / fraction is the lower tail.
  ///
  /// Forward recurrence of numerators and denominators: one division a step, outside the chain of
  /// dependent operations. Where it overflows, Lentz's method takes over.
  private static func continuedFraction(
    _ x: Double, _ y: Double, _ a: Double, _ b: Double
  ) -> Double {
    let lambda = a * y - b * x
    let tilt = lambda + 1
    var inverse = 1 / (a + 1)
    var numerators = (before: 1.0, now: a * tilt * inverse)
    var denominators = (before: 0.0, now: 1.0)
    let limit = 1_000 + 30 * Int(min(1e9, max(a, b)).squareRoot())
    for step in 1...limit {
      let m = Double(step)
      let share = m * (b - m) * x * inverse
      let partial = (a + m - 1) * inverse * ((a + b + m - 1) * x) * share
      inverse = 1 / (a + 2 * m + 1)
      let term = m + share + (a + m) * (tilt + m * (1 + y)) * inverse
      numerators = (numerators.now, term * numerators.now + partial * numerators.before)
      denominators = (denominators.now, term * denominators.now + partial * denominators.before)
      guard step & 1 == 0 else { continue }
      let cross = numerators.now * denominators.before
      if abs(cross - numerators.before * denominators.now) <= 4e-16 * abs(cross) {
        return numerators.now / denominators.now
      }
      if step & 3 == 0 {
        let scale = 1 / denominators.now
        guard scale.isFinite, numerators.now.isFinite else { break }
        numerators = (numerators.before * scale, numerators.now * scale)
        denominators = (denominators.before * scale, 1)
      }
    }
    return lentzFraction(x, y, a, b)
  }

  /// The same fraction by Lentz's method, which no parameters overflow.
  private static func lentzFraction(
    _ x: Double, _ y: Double, _ a: Double, _ b: Double
  ) -> Double {
    let tiny = 1e-300
    func guarded(_ value: Double) -> Double { abs(value) < tiny ? tiny : value }
    let lambda = a * y - b * x
    var fraction = guarded(a * (lambda + 1) / (a + 1))
    var c = fraction
    var d = 0.0
    let limit = 1_000 + 30 * Int(min(1e9, max(a, b)).squareRoot())
    for step in 1...limit {
      let m = Double(step)
      let middle = a + 2 * m
      let inverse = 1 / (middle - 1)
      let share = m * (b - m) * x * inverse
      let numerator = (a + m - 1) * inverse * ((a + b + m - 1) * x) * share
      let term = m + share + (a + m) * (lambda + 1 + m * (1 + y)) / (middle + 1)
      d = 1 / guarded(term + numerator * d)
      c = guarded(term + numerator / c)
      let change = c * d
      fraction *= change
      if abs(change - 1) < 3e-16 { break }
    }
    return fraction
  }

  // MARK: - Quantile

  static func logistic(_ logit: Double) -> Double {
    logit >= 0 ? 1 / (1 + exp(-logit)) : exp(logit) / (1 + exp(logit))
  }

  /// logit of the quantile: Halley's method on (logit x, log of the smaller tail), kept in a bracket
  /// that halves whenever a step leaves it, so that it ends for every pair of parameters.
  static func logitQuantile(
    lower p: Double, upper q: Double, _ alpha: Double, _ beta: Double
  ) -> Double {
    logitQuantile(
      lower: p, upper: q, alpha, beta,
      start: startingLogit(Deviate(lower: p, upper: q), alpha, beta))
  }

  /// - Parameter start: any first guess; a good one saves evaluations of the fraction.
  static func logitQuantile(
    lower p: Double, upper q: Double, _ alpha: Double, _ beta: Double, start: Double
  ) -> Double {
    let usesLower = p <= q
    let target = log(usesLower ? p : q)
    let density = Prefactor(alpha, beta)
    var low = -745.0
    var high = 745.0
    var logit = min(max(start, -740), 740)
    for _ in 0..<200 {
      let odds = exp(-abs(logit))
      let (smaller, larger) = (odds / (1 + odds), 1 / (1 + odds))
      let (x, y) = logit >= 0 ? (larger, smaller) : (smaller, larger)
      let logPrefactor = density.log(x, y)
      let prefactor = exp(logPrefactor)
      let tail = tails(x, y, alpha, beta, prefactor: prefactor)
      let value = usesLower ? tail.lower : tail.upper
      let isBelow = usesLower ? value < p : value > q
      if isBelow { low = logit } else { high = logit }
      // d log(tail) / d logit = ± density · x · y / tail, and density · x · y is the prefactor,
      // whose own logarithm has the derivative a·y − b·x.
      let slope = prefactor / value
      let excess = log(value) - target
      var next = .nan as Double
      if value > 0, slope > 0, slope.isFinite {
        let bend = (alpha * y - beta * x) * (usesLower ? 1 : -1) - slope
        let damping = 1 - excess * bend / (2 * slope)
        let step = excess / slope / (damping > 0.5 && damping < 2 ? damping : 1)
        next = logit - (usesLower ? step : -step)
      }
      // The error of a Halley step is of third order in the excess.
      if abs(excess) < 4e-6, next.isFinite { return next }
      if !(next > low && next < high) { next = low + (high - low) / 2 }
      if abs(next - logit) <= 4e-16 * max(1, abs(next)) || high - low < 1e-15 { return next }
      logit = next
    }
    return logit
  }

  /// The tail probabilities of a quantile with the normal deviate of the lower one.
  struct Deviate {
    let lower: Double
    let upper: Double
    /// The y of Abramowitz & Stegun 26.5.22.
    let z: Double

    init(lower p: Double, upper q: Double) {
      lower = p
      upper = q
      z = p <= q ? -NormalDistribution.upperQuantile(p) : NormalDistribution.upperQuantile(q)
    }
  }

  /// Abramowitz & Stegun 26.5.22 for a, b ≥ 1, else the leading power of the nearer end.
  static func startingLogit(_ tail: Deviate, _ a: Double, _ b: Double) -> Double {
    if a >= 1, b >= 1 {
      let z = tail.z
      let lambda = (z * z - 3) / 6
      let ra = 1 / (2 * a - 1)
      let rb = 1 / (2 * b - 1)
      let h = 2 / (ra + rb)
      let w =
        z * max(0, h + lambda).squareRoot() / h - (rb - ra) * (lambda + 5 / 6.0 - 2 / (3 * h))
      return log(a / b) + 2 * w
    }
    let logBeta =
      StirlingSeries.logGamma(a) + StirlingSeries.logGamma(b) - StirlingSeries.logGamma(a + b)
    let fromLeft = (log(tail.lower) + log(a) + logBeta) / a
    if fromLeft < -0.7 { return fromLeft }
    let fromRight = (log(tail.upper) + log(b) + logBeta) / b
    return fromRight < -0.7 ? -fromRight : 0
  }
}
