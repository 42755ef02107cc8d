import Glibc

/// The pieces from which binomial-type probabilities are computed without cancellation.
///
/// `log Γ` differences lose one digit for every digit of n (1e-8 relative at n = 5e6). Loader's
/// saddle-point form replaces them by two small terms: the error of Stirling's formula and the
/// deviance part, each accurate to a few ulp at any n.
///
/// - Source: Loader (2000), "Fast and accurate computation of binomial probabilities"; the same
///   decomposition is used by R's `dbinom`.
enum StirlingSeries {
  /// log(n!) − log(√(2πn) (n/e)ⁿ) for real n ≥ 0.
  static func error(_ n: Double) -> Double {
    if n == 0 { return .infinity }
    if n <= 16 { return logGamma(n + 1) - (n + 0.5) * log(n) + n - 0.918_938_533_204_672_741_78 }
    let square = n * n
    if n > 500 { return (1.0 / 12 - 1.0 / 360 / square) / n }
    if n > 80 { return (1.0 / 12 - (1.0 / 360 - 1.0 / 1260 / square) / square) / n }
    let tail = (1.0 / 1680 - (1.0 / 1188 - 691.0 / 360_360 / square) / square) / square
    return (1.0 / 12 - (1.0 / 360 - (1.0 / 1260 - tail) / square) / square) / n
  }

  /// x log(x / m) + m − x, without cancellation where x is close to m.
  static func deviance(_ x: Double, _ m: Double) -> Double {
    if x == 0 { return m }
    if abs(x - m) < 0.1 * (x + m) {
      let v = (x - m) / (x + m)
      var sum = (x - m) * v
      var term = 2 * x * v
      let square = v * v
      for j in 1..<1_000 {
        term *= square
        let next = sum + term / Double(2 * j + 1)
        if next == sum { break }
        sum = next
      }
      return sum
    }
    return x * log(x / m) + m - x
  }

  /// log of n! / (x! (n − x)!) pˣ qⁿ⁻ˣ for real 0 ≤ x ≤ n, given both p and q = 1 − p.
  static func logBinomialMass(_ x: Double, _ rest: Double, _ p: Double, _ q: Double) -> Double {
    let n = x + rest
    if p == 0 { return x == 0 ? 0 : -.infinity }
    if q == 0 { return rest == 0 ? 0 : -.infinity }
    if n == 0 { return 0 }
    if x == 0 { return p < 0.1 ? n * log1p(-p) : n * log(q) }
    if rest == 0 { return q < 0.1 ? n * log1p(-q) : n * log(p) }
    let saddle =
      error(n) - error(x) - error(rest) - deviance(x, n * p) - deviance(rest, n * q)
    return saddle - 0.5 * (1.837_877_066_409_345_483_6 + log(x) + log1p(-x / n))
  }

  /// log Γ(x) for x > 0 (glibc's `lgamma_r`; the sign is always positive here).
  static func logGamma(_ x: Double) -> Double {
    var sign: Int32 = 0
    return lgamma_r(x, &sign)
  }
}
