/// The prevalence of a new sample from calibrated posteriors, when only the prevalence has changed.
///
/// Saerens' EM and the maximiser that it converges to. Check ``InvarianceGate`` first: if the class
/// conditional behaviour differs too, this answers the wrong question.
/// ```
/// q_i = (π/π_t) p_i / [(π/π_t) p_i + ((1 − π)/(1 − π_t))(1 − p_i)],   π ← mean q
/// ```
/// The likelihood is concave in π, so the fixed point solves mean((r₁ − r₀)/(π r₁ + (1 − π) r₀)) = 0
/// with r₁ = p/π_t and r₀ = (1 − p)/(1 − π_t). At a boundary optimum EM converges sublinearly; the
/// sign of the score at the ends finds it at once.
///
/// - Source: Saerens, Latinne & Decaestecker (2002), doi:10.1162/089976602753284446. Oracle:
///   `saerens_em.json`.
public struct PriorShift: Hashable, Sendable {
  public let posteriors: [Double]
  /// Prevalence for which the posteriors are calibrated.
  public let trainingPrevalence: Double

  /// - Throws: ``StatisticsError`` for posteriors outside 0...1 or a training prevalence not
  ///   strictly between 0 and 1.
  public init(posteriors: [Double], trainingPrevalence: Double) throws(StatisticsError) {
    if let index = posteriors.firstIndex(where: { !($0 >= 0 && $0 <= 1) }) {
      throw .argumentOutOfRange(
        argument: "posteriors[\(index)]", found: "\(posteriors[index])", expected: "in 0...1")
    }
    guard trainingPrevalence > 0, trainingPrevalence < 1 else {
      throw .argumentOutOfRange(
        argument: "trainingPrevalence", found: "\(trainingPrevalence)",
        expected: "between 0 and 1, both excluded")
    }
    self.posteriors = posteriors
    self.trainingPrevalence = trainingPrevalence
  }

  /// Posteriors under another prevalence.
  public func adjusted(to prevalence: Double) -> [Double] {
    let up = prevalence / trainingPrevalence
    let down = (1 - prevalence) / (1 - trainingPrevalence)
    return posteriors.map { p in
      let total = up * p + down * (1 - p)
      // A certain posterior contradicts a boundary prevalence; it is kept.
      return total > 0 ? up * p / total : p
    }
  }

  /// The prevalence after some EM updates from the training prevalence.
  public func prevalence(afterUpdates count: Int) -> Measured<Double> {
    guard !posteriors.isEmpty else {
      return .undefined(UndefinedReason(.emptyInput, "there are no posteriors"))
    }
    var prevalence = trainingPrevalence
    for _ in 0..<max(0, count) {
      prevalence = adjusted(to: prevalence).reduce(0, +) / Double(posteriors.count)
    }
    return .defined(prevalence)
  }

  /// The maximiser of the mixture likelihood; 0 or 1 at a boundary optimum.
  public var maximumLikelihoodPrevalence: Measured<Double> {
    guard let first = posteriors.first else {
      return .undefined(UndefinedReason(.emptyInput, "there are no posteriors"))
    }
    guard posteriors.contains(where: { $0 != first }) else {
      return .undefined(
        UndefinedReason(
          .noVariance, "all posteriors equal \(first), which identifies no prevalence")
      )
    }
    func score(_ prevalence: Double) -> Double {
      posteriors.reduce(0) { sum, p in
        let up = p / trainingPrevalence
        let down = (1 - p) / (1 - trainingPrevalence)
        let density = prevalence * up + (1 - prevalence) * down
        return sum + (up - down) / density
      }
    }
    if score(0) <= 0 { return .defined(0) }
    if score(1) >= 0 { return .defined(1) }
    var low = 0.0
    var high = 1.0
    for _ in 0..<200 {
      let middle = 0.5 * (low + high)
      if middle == low || middle == high { break }
      if score(middle) > 0 { low = middle } else { high = middle }
    }
    return .defined(0.5 * (low + high))
  }

  /// Posteriors at the maximum-likelihood prevalence; undefined at a boundary, where every
  /// posterior would become 0 or 1.
  public var adjustedPosteriors: Measured<[Double]> {
    maximumLikelihoodPrevalence.flatMap { prevalence in
      prevalence > 0 && prevalence < 1
        ? .defined(adjusted(to: prevalence))
        : .undefined(
          UndefinedReason(.boundary, "the likelihood is largest at a prevalence of \(prevalence)"))
    }
  }
}
