import Glibc
import Randomness

/// A mixture of chi-squared distributions: the null distribution of a test against an order.
///
/// `weights[j]` is the probability that the projection of N(0, V) on the non-negative orthant has
/// exactly j positive components.
///
/// - Source: Kudô (1963); Silvapulle & Sen (2005), "Constrained statistical inference", ch. 3.
///   Oracle: R mvtnorm orthant probabilities, see `wolak_paired.json` and `chibar_weights.json`.
public struct ChiBarSquare: Hashable, Sendable {
  /// [m + 1], summing to 1.
  public let weights: [Double]
  /// Monte Carlo standard error of the least certain weight; 0 for closed forms.
  public let weightError: Double

  public init(weights: [Double]) {
    self.weights = weights
    weightError = 0
  }

  private init(simulated counts: [Int], drawCount: Int) {
    weights = counts.map { Double($0) / Double(drawCount) }
    weightError =
      weights.map { ($0 * (1 - $0) / Double(drawCount)).squareRoot() }.max() ?? 0
  }

  /// The mixture of a covariance matrix: closed form up to three dimensions, then projected normal
  /// draws.
  ///
  /// - Returns: Undefined for a singular matrix and above twelve dimensions.
  package static func orthant(
    covariance: SmallMatrix, seed: UInt64 = 20_260_101, drawCount: Int = 100_000
  ) -> Measured<ChiBarSquare> {
    guard covariance.size <= OrthantProjection.maximumDimension else {
      return .undefined(
        UndefinedReason(
          .tooLarge,
          "\(covariance.size) steps; at most \(OrthantProjection.maximumDimension) are supported"))
    }
    guard let factor = covariance.choleskyFactor, let inverse = covariance.inverse else {
      return .undefined(
        UndefinedReason(.singularCovariance, "the covariance of the differences is singular"))
    }
    let size = covariance.size
    switch size {
    case 0: return .defined(ChiBarSquare(weights: [1]))
    case 1: return .defined(ChiBarSquare(weights: [0.5, 0.5]))
    case 2, 3:
      let all = orthantProbability(covariance)
      let none = orthantProbability(inverse)
      return .defined(
        ChiBarSquare(weights: size == 2 ? [none, 0.5, all] : [none, 0.5 - all, 0.5 - none, all]))
    default:
      guard let projection = OrthantProjection(covariance) else {
        return .undefined(
          UndefinedReason(.singularCovariance, "the covariance of the differences is singular"))
      }
      return .defined(
        simulated(projection, factor: factor, seed: seed, drawCount: max(1, drawCount)))
    }
  }

  private static func simulated(
    _ projection: OrthantProjection, factor: SmallMatrix, seed: UInt64, drawCount: Int
  ) -> ChiBarSquare {
    let size = factor.size
    let hash = RandomStream.hash("chi-bar-square/weights")
    let positives = IndexParallel.values(count: drawCount, chunkLength: 1_024) { range, output in
      var normals = [Double](repeating: 0, count: size)
      for (offset, draw) in range.enumerated() {
        var random = RandomStream(seed: seed, analysisHash: hash, index: UInt64(draw))
        for index in 0..<size { normals[index] = random.normal() }
        output[offset] = Double(projection.project(factor.times(normals)).positiveCount)
      }
    }
    var counts = [Int](repeating: 0, count: size + 1)
    for positive in positives { counts[Int(positive)] += 1 }
    return ChiBarSquare(simulated: counts, drawCount: drawCount)
  }

  /// P(N(0, V) > 0) in two or three dimensions.
  private static func orthantProbability(_ matrix: SmallMatrix) -> Double {
    func angle(_ i: Int, _ j: Int) -> Double {
      let correlation = matrix[i, j] / (matrix[i, i] * matrix[j, j]).squareRoot()
      return asin(min(1, max(-1, correlation)))
    }
    if matrix.size == 2 { return 0.25 + angle(0, 1) / (2 * .pi) }
    return 0.125 + (angle(0, 1) + angle(0, 2) + angle(1, 2)) / (4 * .pi)
  }

  // MARK: - Tails

  /// P(mixture ≥ t) for the evidence *for* the order: component j has j degrees of freedom.
  public func upperTail(forOrder t: Double) -> Double {
    weights.enumerated().reduce(0) { sum, component in
      sum
        + component.element
        * ChiSquaredDistribution.upperTail(t, degreesOfFreedom: Double(component.offset))
    }
  }

  /// P(mixture ≥ t) for the evidence *against* the order: component j has m − j degrees of freedom.
  public func upperTail(againstOrder t: Double) -> Double {
    ChiBarSquare(weights: weights.reversed()).upperTail(forOrder: t)
  }

  /// The t at which the tail for the order falls to `level`; 0 where the mass above 0 is below it.
  public func criticalValue(forOrder level: Double) -> Double {
    guard level > 0, level < 1 else { return .nan }
    if upperTail(forOrder: .leastNonzeroMagnitude) <= level { return 0 }
    var low = 0.0
    var high = 1.0
    while upperTail(forOrder: high) > level, high < 1e6 {
      low = high
      high *= 2
    }
    for _ in 0..<200 {
      let middle = 0.5 * (low + high)
      if middle == low || middle == high { break }
      if upperTail(forOrder: middle) > level { low = middle } else { high = middle }
    }
    return 0.5 * (low + high)
  }

  public func criticalValue(againstOrder level: Double) -> Double {
    ChiBarSquare(weights: weights.reversed()).criticalValue(forOrder: level)
  }
}
