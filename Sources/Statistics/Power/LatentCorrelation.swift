import Glibc

/// How alike the answers of one question are at different doses: the correlation of latent normal
/// scores, Y_j = 1[Z_j < Φ⁻¹(p_j)].
///
/// The correlation of the answers themselves is smaller: 0.6 here is 0.40 between answers of rate
/// one half.
public enum LatentCorrelation: Hashable, Sendable {
  /// The same between any two doses.
  case exchangeable(Double)
  /// ρ to the power of the number of steps between the doses.
  case autoregressive(Double)

  public var value: Double {
    switch self {
    case .exchangeable(let value), .autoregressive(let value): value
    }
  }

  /// Between the doses at two positions.
  public func between(_ first: Int, _ second: Int) -> Double {
    if first == second { return 1 }
    return switch self {
    case .exchangeable(let value): value
    case .autoregressive(let value): pow(value, Double(abs(first - second)))
    }
  }

  /// Covariance of 1[Z₁ < h] and 1[Z₂ < k] for standard normals with correlation r.
  /// ```
  /// Φ₂(h, k; r) − Φ(h)Φ(k) = 1/2π ∫₀^asin r exp(−(h² + k² − 2hk sin θ) / (2 cos² θ)) dθ
  /// ```
  /// Simpson's rule with 512 steps; the integrand is smooth for |r| < 1.
  /// - Source: Plackett (1954), doi:10.2307/2332716, in the form of Drezner & Wesolowsky (1990).
  package static func indicatorCovariance(_ h: Double, _ k: Double, correlation r: Double) -> Double
  {
    guard h.isFinite, k.isFinite, abs(r) < 1 else { return 0 }
    let steps = 512
    let width = asin(r) / Double(steps)
    func integrand(_ angle: Double) -> Double {
      let cosine = cos(angle)
      return exp(-(h * h + k * k - 2 * h * k * sin(angle)) / (2 * cosine * cosine))
    }
    var sum = integrand(0) + integrand(asin(r))
    for step in 1..<steps {
      sum += (step % 2 == 1 ? 4 : 2) * integrand(Double(step) * width)
    }
    return sum * width / 3 / (2 * .pi)
  }
}
