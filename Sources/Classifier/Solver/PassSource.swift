/// The residuals of the open problems as one pass needs them: row by row, problems in lanes.
final class PassSource {
  /// Open problems, and their number rounded up to 8.
  let count: Int
  let lanes: Int
  /// Whether there was a pass before.
  let hasChanges: Bool
  /// `[row, lanes]`, r in f32.
  let residuals: Buffer<Float>
  /// `[row, 2 · lanes]`, the positive parts of r, then the negative parts as positive numbers.
  let parts: Buffer<Float>
  /// `[row, 4 · lanes]`, squares: r₊², r₋², and the same of the change since the last pass.
  let squares: Buffer<Float>
  /// Σ r and |Σ change|, per problem.
  let sums: [Float]
  let changeSums: [Float]
  /// ‖r‖, per problem.
  let residualNorms: [Float]
  /// Norms of the change over all rows: its positive and negative part, per problem.
  let changeNorms: [(positive: Float, negative: Float)]

  /// - Parameter changes: per problem `[row]`, r minus the residual of the last pass; `nil` at first.
  init(states: [ProblemState], changes: [[Double]]?) {
    count = states.count
    hasChanges = changes != nil
    lanes = (states.count + 7) / 8 * 8
    let n = states.first?.rowCount ?? 0
    residuals = Buffer(n * lanes, repeating: 0)
    parts = Buffer(n * 2 * lanes, repeating: 0)
    squares = Buffer(n * 4 * lanes, repeating: 0)
    var sums: [Float] = []
    var changeSums: [Float] = []
    var residualNorms: [Float] = []
    var norms: [(positive: Float, negative: Float)] = []
    for (k, state) in states.enumerated() {
      var sum = 0.0
      var energy = 0.0
      for row in 0..<n {
        let value = state.residual[row]
        let single = Float(value)
        sum += value
        energy += value * value
        residuals[row * lanes + k] = single
        parts[row * 2 * lanes + (value > 0 ? k : lanes + k)] = abs(single)
        // The least normal number keeps squares that underflow from vanishing.
        squares[row * 4 * lanes + (value > 0 ? k : lanes + k)] =
          value == 0 ? 0 : single * single + .leastNormalMagnitude
      }
      sums.append(Float(sum))
      residualNorms.append(Self.root(energy))
      guard let change = changes?[k] else {
        changeSums.append(0)
        norms.append((0, 0))
        continue
      }
      var total = 0.0
      var positive = 0.0
      var negative = 0.0
      for row in 0..<n {
        let value = change[row]
        total += value
        if value > 0 { positive += value * value } else { negative += value * value }
        let lane = value > 0 ? 2 * lanes + k : 3 * lanes + k
        // One unit up, so that small changes do not vanish.
        squares[row * 4 * lanes + lane] = value == 0 ? 0 : Float(value * value).nextUp
      }
      changeSums.append(Float(abs(total)).nextUp)
      norms.append((Self.root(positive), Self.root(negative)))
    }
    self.sums = sums
    self.residualNorms = residualNorms
    self.changeSums = changeSums
    changeNorms = norms
  }

  private static func root(_ squares: Double) -> Float {
    squares == 0 ? 0 : Float(squares.squareRoot() * (1 + 1e-7)).nextUp
  }
}
