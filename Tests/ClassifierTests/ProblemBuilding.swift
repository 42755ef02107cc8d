package import Classifier
import Randomness

/// A small dense matrix and its labels.
struct SmallProblem {
  var x: [[Double]]
  var y: [Double]

  var matrix: SparseMatrix {
    var matrix = SparseMatrix(columnCount: x.first?.count ?? 0)
    for (row, values) in x.enumerated() {
      for (column, value) in values.enumerated() where value != 0 {
        matrix.columns.append(UInt32(column))
        matrix.values.append(value)
      }
      matrix.starts.append(matrix.columns.count)
      matrix.labels.append(y[row])
    }
    return matrix
  }

  func store(_ dtype: StoreValueType = .f64, groupWidth: Int = 512) throws -> TileStore {
    try TileStore.build(from: matrix, dtype: dtype, groupWidth: groupWidth, source: "a test")
  }

  func fit(
    _ costs: [Double], intercept: InterceptRule = .free, scale: FeatureScale = .none,
    classWeight: ClassWeight = .none, dtype: StoreValueType = .f64, groupWidth: Int = 512,
    threads: Int = 2, isa: InstructionSet = .best
  ) throws -> [CertifiedFit] {
    var options = SolverOptions()
    options.intercept = intercept
    options.scale = scale
    options.threads = threads
    options.instructionSet = isa
    let solver = try PathSolver(
      store: try store(dtype, groupWidth: groupWidth), labels: y, options: options)
    let weights = classWeight.rowWeights(labels: y, sampleWeights: y.map { _ in 1 })
    return try solver.solve(
      costs.map { LogisticProblem(name: "C = \($0)", cost: $0, rowWeights: weights) })
  }

  /// Log-normal magnitudes with planted signal in the first two columns.
  static func random(
    rows: Int, columns: Int, density: Double, isSigned: Bool = false, seed: UInt64
  ) -> SmallProblem {
    var random = RandomStream(seed: seed, analysis: "test/problem")
    var problem = SmallProblem(x: [], y: [])
    for row in 0..<rows {
      problem.x.append(
        (0..<columns).map { _ in
          guard random.uniform() < density else { return 0 }
          let value = 0.1 + 3 * random.uniform() * random.uniform()
          return isSigned && random.uniform() < 0.5 ? -value : value
        })
      let score = problem.x[row][0] - problem.x[row][1 % columns] + random.uniform() - 0.5
      problem.y.append(score > 0 ? 1 : -1)
    }
    return problem
  }
}
