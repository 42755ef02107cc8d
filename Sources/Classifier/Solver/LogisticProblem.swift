/// One L1-regularised logistic regression among many that share the matrix.
///
/// ```
/// minimise  C · Σᵢ sᵢ log(1 + exp(−yᵢ zᵢ)) + ‖w‖₁ (+ |b|),   z = X w + b
/// ```
/// A row with weight 0 is held out: folds are weights, never copies.
public struct LogisticProblem: Sendable, Hashable {
  /// For messages: "C = 0.1, fold 2".
  public var name: String
  public var cost: Double
  /// `[row]`, sᵢ ≥ 0.
  public var rowWeights: [Double]

  public init(name: String, cost: Double, rowWeights: [Double]) {
    self.name = name
    self.cost = cost
    self.rowWeights = rowWeights
  }
}

/// Whether the intercept is penalised. liblinear penalises it as a constant column, glmnet does not.
public enum InterceptRule: String, Sendable, CaseIterable {
  case free, penalised
}

/// The weights sᵢ of the two classes.
public enum ClassWeight: String, Sendable, CaseIterable {
  case none
  /// n / (2 n_k) over the rows of the problem, as scikit-learn defines it.
  case balanced

  /// - Parameters:
  ///   - labels: `[row]`, ±1.
  ///   - sampleWeights: `[row]`, 0 for rows that are held out.
  public func rowWeights(labels: [Double], sampleWeights: [Double]) -> [Double] {
    guard self == .balanced else { return sampleWeights }
    var counts = (positive: 0.0, negative: 0.0)
    for (label, weight) in zip(labels, sampleWeights) where weight > 0 {
      if label > 0 { counts.positive += 1 } else { counts.negative += 1 }
    }
    let total = counts.positive + counts.negative
    return zip(labels, sampleWeights).map { label, weight in
      weight == 0 ? 0 : weight * total / (2 * (label > 0 ? counts.positive : counts.negative))
    }
  }
}

/// What the solver is asked to reach, and how.
public struct SolverOptions: Sendable {
  public var intercept = InterceptRule.free
  public var scale = FeatureScale.none
  /// Relative duality gap (P − D) / P.
  public var gapTolerance = 1e-9
  /// Largest violation of |xⱼᵀr| ≤ 1 and of its equality on the support.
  public var violationTolerance = 1e-7
  public var maximumPasses = 200
  public var threads = 2
  public var instructionSet = InstructionSet.best
  /// Whether the nearest excluded column and the columns not certified zero are determined.
  public var examinesMargins = true

  public init() {}
}
