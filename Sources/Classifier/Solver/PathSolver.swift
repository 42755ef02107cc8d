internal import CClassifierKernels

/// Solves many L1 logistic regressions on one store at once: every C, every fold, the final refit.
///
/// Each pass computes Xᵀ R for all open problems in one sweep over the tiles, adds the strongest
/// violators to one shared working set, and solves every open problem on it. A problem closes when
/// its duality gap and its largest violation over **all** columns are below the tolerances. More
/// problems can be solved later on the same working set (``solve(_:)`` may be called again).
///
/// - Complexity: a pass reads only tiles whose bound allows a violation.
/// - Accuracy: f64 throughout; the f32 sweep only decides what is recomputed in f64. The result does
///   not depend on the number of threads or on the instruction set.
public final class PathSolver {
  public let store: TileStore
  public let options: SolverOptions
  /// `[row]`, ±1.
  public let labels: [Double]
  public private(set) var statistics = SolverStatistics()
  /// Called after every pass, on the caller's thread.
  public var onProgress: ((SolverProgress) -> Void)?

  private let kernels: KernelTable
  private let labelBuffer: Buffer<Double>
  private let working: WorkingSet
  private let sweep: Sweep
  private static let candidateLimit = 2048

  /// - Throws: ``ClassifierError/labels(message:)`` when the labels are not ±1 or not one per row.
  public init(store: TileStore, labels: [Double], options: SolverOptions) throws {
    guard labels.count == store.rowCount else {
      throw ClassifierError.labels(
        message: "\(labels.count) labels for \(store.rowCount) rows")
    }
    guard labels.allSatisfy({ $0 == 1 || $0 == -1 }) else {
      throw ClassifierError.labels(message: "labels must be −1 or 1")
    }
    guard options.gapTolerance > 0, options.violationTolerance > 0, options.threads > 0 else {
      throw ClassifierError.invalidArgument(
        name: "tolerance", message: "tolerances and threads must be positive")
    }
    self.store = store
    self.labels = labels
    self.options = options
    kernels = try options.instructionSet.kernels()
    labelBuffer = Buffer(labels.count, repeating: 0)
    for (row, label) in labels.enumerated() { labelBuffer[row] = label }
    working = WorkingSet(store: store, scale: options.scale)
    sweep = try Sweep(
      store: store, scale: options.scale, kernels: kernels, threads: options.threads)
    statistics.tilesTotal = store.tileCount
  }

  /// Fits every problem to the tolerances of the options.
  ///
  /// - Returns: fits in the order of the problems; ``CertifiedFit/isConverged`` is false where the
  ///   pass limit or rounding stopped the solver, and the gap reached is given.
  /// - Throws: ``ClassifierError/oneClass(problem:)``, ``ClassifierError/invalidArgument(name:message:)``,
  ///   ``ClassifierError/notFinite(problem:)``.
  public func solve(_ problems: [LogisticProblem]) throws -> [CertifiedFit] {
    let states = try problems.map(start)
    let screen = TileScreen(store: store, problemCount: states.count)
    var excluded = [(slot: Int, product: Double)?](repeating: nil, count: states.count)
    var open = Array(states.indices)
    var passes = 0
    var wantsAll = false
    while !open.isEmpty, passes < options.maximumPasses {
      passes += 1
      var isComplete = false
      let pass = try sweep.run(
        open.map { states[$0] }, problems: open,
        // Columns of the support lie at 1, so they are always candidates.
        requests: open.map {
          Sweep.Request(limit: Self.candidateLimit + 4 * states[$0].weights.count)
        }, screen: screen
      ) { wanted in
        let shares = store.tileCount > Self.largeTileCount ? Self.largeShares : Self.shares
        isComplete =
          wantsAll || passes > shares.count || wanted * Self.completeShare <= store.tileCount
        return isComplete ? .complete : .strongest(max(store.tileCount / shares[passes - 1], 64))
      }
      record(pass)
      let fresh = try judge(open, states, pass, &excluded)
      var additions: [Int] = []
      wantsAll = false
      for (order, k) in open.enumerated() {
        states[k].passes = passes
        guard !states[k].isClosed else { continue }
        additions.append(contentsOf: fresh[order].prefix(max(96, 2 * states[k].weights.count)))
        if !fresh[order].isEmpty {
          states[k].isStalled = false
          states[k].needsTight = false
        } else if !isComplete {
          wantsAll = true
        } else if states[k].isTight {
          // Without a new column and with a solved inner problem the next pass would be the same.
          if states[k].isStalled { states[k].isClosed = true }
          states[k].isStalled = true
        } else {
          states[k].needsTight = true
        }
      }
      try working.append(additions, threads: options.threads)
      statistics.workingColumns = working.count
      onProgress?(
        SolverProgress(
          pass: statistics.passes, tilesRead: pass.tilesRead, tilesTotal: store.tileCount,
          workingColumns: working.count,
          openProblems: open.reduce(0) { $0 + (states[$1].isClosed ? 0 : 1) },
          problems: states.count, worstGap: open.reduce(0) { max($0, states[$1].gap) }))
      open.removeAll { states[$0].isClosed }
      // Gap and violation belong to the point of the last pass, so that point stays.
      guard passes < options.maximumPasses else { break }
      solveInner(open.map { states[$0] })
    }
    var details = [(nearest: (slot: Int, product: Double)?, uncertified: Int?)](
      repeating: (nil, nil), count: states.count)
    if options.examinesMargins {
      details = try examineMargins(states, screen: screen, excluded: excluded)
    }
    return states.indices.map { fit(states[$0], details[$0]) }
  }

  /// The first passes read the tiles with the largest bounds only, this share (1/16 …) a problem: the
  /// working set is still wrong then, and where reading costs most a second such pass pays.
  private static let shares = [16]
  private static let largeShares = [24, 12]
  private static let largeTileCount = 8192
  /// A pass reads everything that is wanted when that is at most 1/8 of the tiles.
  private static let completeShare = 8

  private func solveInner(_ open: [ProblemState]) {
    // A problem that is costly to solve should not start last.
    let order = open.indices.sorted {
      (open[$1].problem.cost, $0) < (open[$0].problem.cost, $1)
    }
    let tight = options.violationTolerance * 1e-3
    let threads = max(options.threads / max(open.count, 1), 1)
    Parallel.forEach(order.count, threads: options.threads) { index in
      let state = open[order[index]]
      // Far from the optimum the working set is still wrong, and the last digits are in vain.
      state.isTight = state.violation < 0.1 || state.needsTight
      InnerSolver(
        working: working, kernels: kernels, intercept: options.intercept,
        tolerance: state.isTight ? tight : max(tight, min(state.violation, 1) * 1e-2),
        threads: threads
      ).solve(state)
    }
  }

  private func start(_ problem: LogisticProblem) throws(ClassifierError) -> ProblemState {
    guard problem.cost > 0, problem.cost.isFinite else {
      throw .invalidArgument(name: "C", message: "must be positive and finite")
    }
    guard problem.rowWeights.count == store.rowCount,
      problem.rowWeights.allSatisfy({ $0 >= 0 && $0.isFinite })
    else {
      throw .invalidArgument(
        name: "row weights", message: "must be \(store.rowCount) finite numbers of at least 0")
    }
    let state = ProblemState(problem: problem, labels: labelBuffer)
    let costs = state.classCosts
    guard costs.positive + costs.negative > 0 else {
      throw .invalidArgument(name: problem.name, message: "no row has a positive weight")
    }
    switch options.intercept {
    case .free:
      guard costs.positive > 0, costs.negative > 0 else { throw .oneClass(problem: problem.name) }
      state.intercept = costs.positive.logarithm - costs.negative.logarithm
      for row in 0..<store.rowCount { state.margins[row] = state.intercept }
      state.balanceIntercept()
    case .penalised:
      // The intercept alone, so that the first pass looks at a sensible residual.
      state.evaluate()
      InnerSolver(
        working: WorkingSet(store: store, scale: options.scale), kernels: kernels,
        intercept: .penalised, tolerance: options.violationTolerance * 1e-3
      ).solve(state)
    }
    return state
  }

  private func record(_ pass: Sweep.Pass) {
    statistics.passes += 1
    statistics.tilesRead += pass.tilesRead
    statistics.bytesRead += pass.bytesRead
    statistics.tilesReadByPass.append(pass.tilesRead)
  }

  /// Recomputes candidates in f64 where a problem may close, sets gap and violation, and returns the
  /// slots to add, strongest first, for each open problem.
  private func judge(
    _ open: [Int], _ states: [ProblemState], _ pass: Sweep.Pass,
    _ excluded: inout [(slot: Int, product: Double)?]
  ) throws(ClassifierError) -> [[Int]] {
    var recheck = Recheck(problemCount: open.count)
    let mayClose = pass.outcomes.map { outcome in
      !outcome.isTruncated
        && !outcome.candidates.contains {
          Double($0.lower) > 1 + options.violationTolerance && !working.contains($0.slot)
        }
    }
    for order in open.indices where mayClose[order] {
      for candidate in pass.outcomes[order].candidates where !working.contains(candidate.slot) {
        recheck.want(candidate.slot, problem: order)
      }
    }
    try recheck.run(
      store, scale: options.scale, states: open.map { states[$0] }, threads: options.threads)
    var result: [[Int]] = []
    for (order, k) in open.enumerated() {
      result.append(
        try judge(
          states[k], pass.outcomes[order], mayClose: mayClose[order], &excluded[k]
        ) { recheck.product($0, problem: order) })
    }
    return result
  }

  private func judge(
    _ state: ProblemState, _ outcome: Sweep.Outcome, mayClose: Bool,
    _ excluded: inout (slot: Int, product: Double)?, product exact: (Int) -> Double?
  ) throws(ClassifierError) -> [Int] {
    let sum = state.residualSum
    func workingProduct(_ position: Int) -> Double {
      kernels.pointer.pointee.dot_f64(
        working.columns[position], state.residual.pointer, store.rowCount)
    }
    var largest = 0.0
    var supportViolation = QuadraticModel.violation(
      state.intercept, sum, options.intercept == .free ? 0 : 1)
    var fresh: [(slot: Int, product: Double)] = []
    excluded = nil
    if mayClose {
      for candidate in outcome.candidates {
        let position = working.position(candidate.slot)
        if let position, state.weights[position] != nil { continue }
        let product = abs(position.map(workingProduct) ?? exact(candidate.slot) ?? .infinity)
        largest = max(largest, product)
        if product > (excluded?.product ?? 0) { excluded = (candidate.slot, product) }
        if position == nil, product > 1 + options.violationTolerance * 0.1 {
          fresh.append((candidate.slot, product))
        }
      }
    } else {
      // Far from the optimum: the f32 bounds are valid and good enough to choose columns.
      largest = Double(outcome.largest)
      fresh = outcome.candidates.filter { !working.contains($0.slot) }
        .map { ($0.slot, Double($0.upper)) }
    }
    for position in state.weights.keys.sorted() {
      let product = workingProduct(position)
      largest = max(largest, abs(product))
      supportViolation = max(
        supportViolation, QuadraticModel.violation(state.weights[position] ?? 0, product, 1))
    }
    if options.intercept == .penalised { largest = max(largest, abs(sum)) }
    let primal = state.primal(options.intercept)
    let dual = state.dualObjective(scale: 1 / max(1, largest))
    guard primal.isFinite, dual.isFinite else { throw .notFinite(problem: state.problem.name) }
    state.largestProduct = largest
    state.dual = dual
    state.gap = primal > 0 ? max((primal - dual) / primal, 0) : 0
    state.violation = max(largest - 1, supportViolation, 0)
    state.isClosed =
      mayClose && state.gap <= options.gapTolerance
      && state.violation <= options.violationTolerance
    fresh.sort { ($1.product, $0.slot) < ($0.product, $1.slot) }
    return fresh.map(\.slot)
  }

  /// The nearest excluded column and the columns outside the safe sphere's reach, in one more sweep
  /// over the tiles where either may lie.
  private func examineMargins(
    _ states: [ProblemState], screen: TileScreen, excluded: [(slot: Int, product: Double)?]
  ) throws(ClassifierError) -> [(nearest: (slot: Int, product: Double)?, uncertified: Int?)] {
    var best = excluded
    var requests: [Sweep.Request] = []
    for (k, state) in states.enumerated() {
      for position in 0..<working.count where state.weights[position] == nil {
        let product = abs(
          kernels.pointer.pointee.dot_f64(
            working.columns[position], state.residual.pointer, store.rowCount))
        if product > (best[k]?.product ?? 0) { best[k] = (working.slots[position], product) }
      }
      // ½ (4 / c_max) ‖r − r*‖² ≤ D* − D ≤ P − D: the dual is strongly concave.
      let absolute = max(state.primal(options.intercept) - state.dual, 0)
      let radius = (absolute * state.largestCost / 2).squareRoot()
      requests.append(
        Sweep.Request(
          threshold: Float(min(best[k]?.product ?? 0, 1) * (1 - 1e-6)).nextDown,
          radius: max(Float(radius).nextUp, .leastNormalMagnitude), limit: Self.candidateLimit))
    }
    let pass = try sweep.run(
      states, problems: Array(states.indices), requests: requests, screen: screen
    ) { _ in .complete }
    record(pass)
    var recheck = Recheck(problemCount: states.count)
    for (k, state) in states.enumerated() {
      for candidate in pass.outcomes[k].candidates {
        if let position = working.position(candidate.slot), state.weights[position] != nil {
          continue
        }
        if Double(candidate.upper) > best[k]?.product ?? 0 {
          recheck.want(candidate.slot, problem: k)
        }
      }
    }
    try recheck.run(store, scale: options.scale, states: states, threads: options.threads)
    return states.indices.map { k in
      var nearest = best[k]
      for candidate in pass.outcomes[k].candidates {
        guard let product = recheck.product(candidate.slot, problem: k).map(abs) else { continue }
        if product > nearest?.product ?? 0 { nearest = (candidate.slot, product) }
      }
      return (nearest, pass.outcomes[k].uncertifiedCount)
    }
  }

  private func fit(
    _ state: ProblemState, _ details: (nearest: (slot: Int, product: Double)?, uncertified: Int?)
  ) -> CertifiedFit {
    var weights: [FittedWeight] = []
    var shift = 0.0
    for position in state.weights.keys.sorted() {
      guard let weight = state.weights[position] else { continue }
      let record = store.slot(working.slots[position])
      let transform = ColumnScale(options.scale, record, rowCount: store.rowCount)
      weights.append(
        FittedWeight(
          column: Int(record.column), weight: weight, rawWeight: weight * transform.factor))
      shift += weight * transform.factor * transform.centre
    }
    weights.sort { $0.column < $1.column }
    return CertifiedFit(
      problem: state.problem, intercept: state.intercept, rawIntercept: state.intercept - shift,
      weights: weights, objective: state.primal(options.intercept), dual: state.dual,
      gap: state.gap, maximumViolation: state.violation,
      isConverged: state.gap <= options.gapTolerance
        && state.violation <= options.violationTolerance,
      passes: state.passes,
      nearestExcluded: details.nearest.map {
        (Int(store.slot($0.slot).column), 1 - $0.product)
      }, uncertifiedCount: details.uncertified)
  }
}
