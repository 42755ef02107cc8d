/// One non-zero weight.
public struct FittedWeight: Sendable, Hashable {
  /// Position of the column in the matrix, from 0.
  public var column: Int
  /// In the scale of the fit.
  public var weight: Double
  /// In the units of the raw feature: weight · factor.
  public var rawWeight: Double
}

/// A fitted problem with its proof of optimality.
public struct CertifiedFit: Sendable {
  public var problem: LogisticProblem
  public var intercept: Double
  /// The intercept for raw features: b − Σ w · factor · centre.
  public var rawIntercept: Double
  /// By column.
  public var weights: [FittedWeight]
  public var objective: Double
  public var dual: Double
  /// Relative: (P − D) / P.
  public var gap: Double
  /// Largest violation of the optimality conditions over all columns and the intercept.
  public var maximumViolation: Double
  public var isConverged: Bool
  public var passes: Int
  /// The zero column with the largest |xⱼᵀr|, and 1 − |xⱼᵀr|.
  public var nearestExcluded: (column: Int, margin: Double)?
  /// Columns that the gap-safe sphere cannot certify to be zero, the support included.
  public var uncertifiedCount: Int?

  public var nonzeroCount: Int { weights.count }
}

/// What the passes cost.
public struct SolverStatistics: Sendable {
  public var passes = 0
  public var tilesRead = 0
  public var tilesTotal = 0
  public var bytesRead = 0
  public var workingColumns = 0
  public var tilesReadByPass: [Int] = []
}

/// One line of progress after each pass.
public struct SolverProgress: Sendable {
  public var pass: Int
  public var tilesRead: Int
  public var tilesTotal: Int
  public var workingColumns: Int
  public var openProblems: Int
  public var problems: Int
  /// Largest relative gap of any problem, before the problem is solved again.
  public var worstGap: Double
}
