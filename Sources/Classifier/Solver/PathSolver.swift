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
  private let bounds: BoundIndex
  private let sweep: Sweep
  private static let candidateLimit = 2048
  private static let seedingPasses = 2
  /// Columns read at random between two releases of the map, so that residence stays bounded.
  private static let columnsPerRelease = 128

  /// Whether a pass over everything is worth two passes over an eighth of it first.
  private var isLarge: Bool { store.tileCount > 2048 }

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
    bounds = BoundIndex(
      store: store, scale: options.scale, kernels: kernels, threads: options.threads)
    sweep = Sweep(
      store: store, scale: options.scale, bounds: bounds, kernels: kernels,
      threads: options.threads)
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
    let upper = states.map { _ in Buffer<Float>(store.tileCount, repeating: 0) }
    var previous = [[Double]](repeating: [], count: states.count)
    var excluded = [(slot: Int, product: Double)?](repeating: nil, count: states.count)
    var open = Array(states.indices)
    var passes = 0
    while !open.isEmpty, passes < options.maximumPasses {
      passes += 1
      var openUpper = open.map { upper[$0] }
      let pass = sweep.run(
        open.map { states[$0] },
        requests: open.map {
          // Columns of the support lie at 1, so they are always candidates.
          Sweep.Request(
            limit: Self.candidateLimit + 4 * states[$0].weights.count,
            isSeeding: isLarge && passes <= Self.seedingPasses)
        },
        previous: passes == 1 ? [] : open.map { previous[$0] }, upper: &openUpper)
      record(pass)
      for k in open { previous[k] = states[k].residual.array }
      var additions: [Int] = []
      for (order, k) in open.enumerated() {
        let fresh = try judge(states[k], pass.outcomes[order], &excluded[k])
        states[k].passes = passes
        if !states[k].isClosed {
          let share = max(96, 2 * states[k].weights.count)
          additions.append(contentsOf: fresh.prefix(share))
          // Without a new column and with a solved inner problem the next pass would be the same.
          if fresh.isEmpty, !isLarge || passes > Self.seedingPasses {
            if states[k].isStalled { states[k].isClosed = true }
            states[k].isStalled = true
          } else {
            states[k].isStalled = false
          }
        }
      }
      for (index, slot) in additions.enumerated() {
        working.append(slot)
        if index % Self.columnsPerRelease == 0 { releaseValues() }
      }
      releaseValues()
      statistics.workingColumns = working.count
      onProgress?(
        SolverProgress(
          pass: statistics.passes, tilesRead: pass.tilesRead, tilesTotal: store.tileCount,
          workingColumns: working.count,
          openProblems: open.reduce(0) { $0 + (states[$1].isClosed ? 0 : 1) },
          problems: states.count, worstGap: open.reduce(0) { max($0, states[$1].gap) }))
      open.removeAll { states[$0].isClosed }
      let inner = InnerSolver(
        working: working, kernels: kernels, intercept: options.intercept,
        tolerance: options.violationTolerance * 1e-3)
      // A problem that is costly to solve should not start last.
      let order = open.sorted { (states[$1].problem.cost, $0) < (states[$0].problem.cost, $1) }
      let shared = InnerWork(inner: inner, states: states)
      Parallel.forEach(order.count, threads: options.threads) { shared.solve(order[$0]) }
    }
    var details = [(nearest: (slot: Int, product: Double)?, uncertified: Int?)](
      repeating: (nil, nil), count: states.count)
    if options.examinesMargins {
      details = examineMargins(states, upper: upper, excluded: excluded)
    }
    return states.indices.map { fit(states[$0], details[$0]) }
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

  private func releaseValues() {
    if store.valueBytes > 1 << 28 { store.sections.values.release(0..<store.valueBytes) }
  }

  private func record(_ pass: Sweep.Pass) {
    statistics.passes += 1
    statistics.tilesRead += pass.tilesRead
    statistics.bytesRead += pass.bytesRead
    statistics.tilesReadByPass.append(pass.tilesRead)
  }

  /// Recomputes candidates in f64, sets gap and violation, and returns the slots to add.
  private func judge(
    _ state: ProblemState, _ outcome: Sweep.Outcome,
    _ excluded: inout (slot: Int, product: Double)?
  ) throws(ClassifierError) -> [Int] {
    let sum = state.residualSum
    var largest = 0.0
    var supportViolation = QuadraticModel.violation(
      state.intercept, sum, options.intercept == .free ? 0 : 1)
    var fresh: [(slot: Int, product: Double)] = []
    excluded = nil
    if outcome.isTruncated {
      // Far from the optimum: the f32 bounds are valid and good enough to choose columns.
      largest = Double(outcome.largest)
      fresh = outcome.candidates.filter { !working.contains($0.slot) }
        .map { ($0.slot, Double($0.bound)) }
    } else {
      let slots = outcome.candidates.map(\.slot)
      let products = Buffer<Double>(slots.count, repeating: 0)
      for start in stride(from: 0, to: slots.count, by: Self.columnsPerRelease) {
        let count = min(Self.columnsPerRelease, slots.count - start)
        Parallel.forEach(count, threads: options.threads) { offset in
          products[start + offset] = store.exactProduct(
            slots[start + offset], scale: options.scale, residual: state.residual.pointer,
            residualSum: sum)
        }
        releaseValues()
      }
      for (index, slot) in slots.enumerated() {
        let product = abs(products[index])
        largest = max(largest, product)
        let position = working.position(slot)
        if position.map({ state.weights[$0] != nil }) ?? false { continue }
        if product > (excluded?.product ?? 0) { excluded = (slot, product) }
        if position == nil, product > 1 + options.violationTolerance * 0.1 {
          fresh.append((slot, product))
        }
      }
    }
    for position in state.weights.keys.sorted() {
      let product = kernels.pointer.pointee.dot_f64(
        working.columns[position], state.residual.pointer, store.rowCount)
      largest = max(largest, abs(product))
      supportViolation = max(
        supportViolation,
        QuadraticModel.violation(state.weights[position] ?? 0, product, 1))
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
      !outcome.isTruncated && state.gap <= options.gapTolerance
      && state.violation <= options.violationTolerance
    fresh.sort { ($1.product, $0.slot) < ($0.product, $1.slot) }
    return fresh.map(\.slot)
  }

  /// The nearest excluded column and the columns outside the safe sphere's reach, in one more sweep
  /// over the tiles where either may lie.
  private func examineMargins(
    _ states: [ProblemState], upper: [Buffer<Float>],
    excluded: [(slot: Int, product: Double)?]
  ) -> [(nearest: (slot: Int, product: Double)?, uncertified: Int?)] {
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
    var bounds = upper
    let previous = states.map { $0.residual.array }
    let pass = sweep.run(states, requests: requests, previous: previous, upper: &bounds)
    record(pass)
    return states.indices.map { k in
      var nearest = best[k]
      let state = states[k]
      let sum = state.residualSum
      for candidate in pass.outcomes[k].candidates {
        if let position = working.position(candidate.slot), state.weights[position] != nil {
          continue
        }
        if Double(candidate.bound) <= nearest?.product ?? 0 { continue }
        releaseValues()
        let product = abs(
          store.exactProduct(
            candidate.slot, scale: options.scale, residual: state.residual.pointer,
            residualSum: sum))
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

/// Hands problems to threads. `@unchecked Sendable`: each state is solved by one thread at a time and
/// the working set is only read meanwhile.
private final class InnerWork: @unchecked Sendable {
  private let inner: InnerSolver
  private let states: [ProblemState]

  init(inner: InnerSolver, states: [ProblemState]) {
    self.inner = inner
    self.states = states
  }

  func solve(_ index: Int) { inner.solve(states[index]) }
}
