internal import CClassifierKernels
import Glibc

/// The current point of one problem.
final class ProblemState {
  let problem: LogisticProblem
  let labels: Buffer<Double>
  /// `[row]`, cᵢ = C sᵢ.
  let costs: Buffer<Double>
  let rowCount: Int
  /// Weights by position in the working set; only non-zero ones and fresh candidates are listed.
  var weights: [Int: Double] = [:]
  var intercept = 0.0
  let margins: Buffer<Double>
  let residual: Buffer<Double>
  let curvature: Buffer<Double>
  var loss = 0.0

  // Results of the latest pass.
  var dual = -Double.infinity
  var gap = Double.infinity
  var largestProduct = 0.0
  var violation = Double.infinity
  var isClosed = false
  var isStalled = false
  /// Whether the working-set problem was last solved to the final tolerance.
  var isTight = false
  /// A complete pass found no new column: only a tighter solution can help.
  var needsTight = false
  var passes = 0

  init(problem: LogisticProblem, labels: Buffer<Double>) {
    self.problem = problem
    self.labels = labels
    rowCount = labels.count
    costs = Buffer(rowCount, repeating: 0)
    for row in 0..<rowCount { costs[row] = problem.cost * problem.rowWeights[row] }
    margins = Buffer(rowCount, repeating: 0)
    residual = Buffer(rowCount, repeating: 0)
    curvature = Buffer(rowCount, repeating: 0)
  }

  /// Σ cᵢ over the two classes.
  var classCosts: (positive: Double, negative: Double) {
    var result = (positive: 0.0, negative: 0.0)
    for row in 0..<rowCount {
      if labels[row] > 0 { result.positive += costs[row] } else { result.negative += costs[row] }
    }
    return result
  }

  var largestCost: Double { (0..<rowCount).reduce(0) { max($0, costs[$1]) } }

  func norm(_ rule: InterceptRule) -> Double {
    // Positions in ascending order: a sum over a dictionary would change from run to run.
    weights.keys.sorted().reduce(0) { $0 + abs(weights[$1] ?? 0) }
      + (rule == .penalised ? abs(intercept) : 0)
  }

  func primal(_ rule: InterceptRule) -> Double { loss + norm(rule) }

  /// Updates loss, residual and curvature from the margins.
  func evaluate() {
    loss = cls_logistic(
      margins.pointer, labels.pointer, costs.pointer, rowCount, residual.pointer,
      curvature.pointer)
  }

  var residualSum: Double {
    var sum = 0.0
    for row in 0..<rowCount { sum += residual[row] }
    return sum
  }

  /// The dual objective at scale · r.
  ///
  /// ```
  /// D(r) = −Σ cᵢ [u log u + (1 − u) log(1 − u)],  u = scale · yᵢ rᵢ / cᵢ
  /// ```
  func dualObjective(scale: Double) -> Double {
    var total = 0.0
    for row in 0..<rowCount where costs[row] > 0 {
      let u = scale * labels[row] * residual[row] / costs[row]
      let rest = 1 - u
      var term = 0.0
      if u > 0 { term += u * log(u) }
      // For u near 1 the complement comes from the other tail, which keeps its precision.
      if rest > 0 { term += rest * (u < 0.5 ? log1p(-u) : log(rest)) }
      total -= costs[row] * term
    }
    return total
  }

  /// Moves a free intercept to its exact optimum for the current weights, so that Σ r = 0.
  func balanceIntercept() {
    for _ in 0..<60 {
      evaluate()
      var slope = 0.0
      var bend = 0.0
      for row in 0..<rowCount {
        slope += residual[row]
        bend += curvature[row]
      }
      let total = classCosts
      guard bend > 0, abs(slope) > 4e-16 * (total.positive + total.negative) else { return }
      let step = min(max(slope / bend, -4), 4)
      intercept += step
      for row in 0..<rowCount { margins[row] += step }
      if abs(step) < 1e-17 * max(1, abs(intercept)) { return }
    }
    evaluate()
  }
}
