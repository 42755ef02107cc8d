internal import CClassifierKernels

/// Solves one problem on the working set: prox-Newton steps on the active columns, then a check of
/// the other working columns, until the largest violation is below the tolerance.
///
/// The Gram matrix is kept while steps on it gain a factor of five: near the optimum the curvature
/// hardly changes, and a stale matrix only costs steps, never correctness (the line search is on the
/// true objective, the stopping rule on the true gradient).
struct InnerSolver {
  let working: WorkingSet
  let kernels: KernelTable
  let intercept: InterceptRule
  let tolerance: Double
  /// Threads for one problem, when there are fewer open problems than threads.
  var threads = 1

  func solve(_ state: ProblemState) {
    if intercept == .free { state.balanceIntercept() } else { state.evaluate() }
    var products = LazyProducts(working: working, kernels: kernels, threads: threads)
    var active: ActiveColumns?
    var progress = NewtonProgress()
    for _ in 0..<200 {
      let support = state.weights.keys.sorted()
      products.update(state.residual)
      var worst = QuadraticModel.violation(
        state.intercept, state.residualSum, intercept == .free ? 0 : 1)
      for position in support {
        worst = max(
          worst,
          QuadraticModel.violation(
            state.weights[position] ?? 0, products.exact(position, state.residual), 1))
      }
      var fresh: [(position: Int, magnitude: Double)] = []
      for position in 0..<working.count where state.weights[position] == nil {
        let magnitude = products.magnitude(position)
        if magnitude > 1 + tolerance {
          worst = max(worst, magnitude - 1)
          fresh.append((position, magnitude))
        }
      }
      if worst <= tolerance { return }
      let limit = max(24, support.count)
      if fresh.count > limit {
        fresh.sort { ($1.magnitude, $0.position) < ($0.magnitude, $1.position) }
        fresh.removeLast(fresh.count - limit)
      }
      let columns = prepared(
        active, support: support, fresh: fresh.map(\.position), progress: &progress)
      active = columns
      if !newton(state, columns, target: max(tolerance * 0.5, worst * 0.1), progress: &progress) {
        return
      }
    }
  }

  /// What the next step needs to know about the one before.
  private struct NewtonProgress {
    var isStale = true
    var lastViolation = Double.infinity
  }

  private func prepared(
    _ old: ActiveColumns?, support: [Int], fresh: [Int], progress: inout NewtonProgress
  ) -> ActiveColumns {
    let wanted = support.count + fresh.count
    let columns: ActiveColumns
    if let old, old.count <= 2 * wanted + 64 {
      columns = old
    } else {
      columns = ActiveColumns(
        rowCount: working.store.rowCount, capacity: wanted + wanted / 2, kernels: kernels,
        threads: threads)
      progress.isStale = true
    }
    let known = Set(columns.positions)
    columns.append(
      (support + fresh).sorted().filter { !known.contains($0) }
        .map { ($0, working.columns[$0]) })
    return columns
  }

  /// - Returns: false when rounding leaves nothing to gain.
  private func newton(
    _ state: ProblemState, _ columns: ActiveColumns, target: Double,
    progress: inout NewtonProgress
  ) -> Bool {
    let n = state.rowCount
    let size = columns.count
    let direction = Buffer<Double>(n, repeating: 0)
    var penalty = [Double](repeating: 1, count: size)
    if intercept == .free { penalty[0] = 0 }
    var weights = [state.intercept] + columns.positions.map { state.weights[$0] ?? 0 }
    var moved = false
    // New columns make the violation jump, which says nothing about the matrix.
    progress.lastViolation = .infinity
    for _ in 0..<50 {
      var gradient = [state.residualSum]
      for position in columns.positions {
        gradient.append(
          kernels.pointer.pointee.dot_f64(working.columns[position], state.residual.pointer, n))
      }
      var worst = 0.0
      for j in 0..<size {
        worst = max(worst, QuadraticModel.violation(weights[j], gradient[j], penalty[j]))
      }
      if worst <= target { break }
      let isKept = !progress.isStale && worst <= 0.2 * progress.lastViolation
      if !isKept {
        columns.refresh(at: state.curvature)
        progress.isStale = false
      } else {
        columns.complete()
      }
      progress.lastViolation = worst
      var next = weights
      QuadraticModel(
        size: size, hessian: columns.hessian, stride: columns.stride, penalty: penalty,
        kernels: kernels
      ).minimise(
        gradient: gradient, weights: &next,
        tolerance: max(min(worst * 2e-2, worst * worst), target * 0.05))

      direction.pointer.initialize(repeating: 0, count: n)
      var predicted = 0.0
      for j in 0..<size {
        let change = next[j] - weights[j]
        guard change != 0 else { continue }
        predicted -= gradient[j] * change
        predicted += penalty[j] * (abs(next[j]) - abs(weights[j]))
        if j == 0 {
          for row in 0..<n { direction[row] += change }
        } else {
          kernels.pointer.pointee.axpy_f64(
            change, working.columns[columns.positions[j - 1]], direction.pointer, n)
        }
      }
      guard predicted < 0 else { break }
      guard let accepted = search(state, direction, from: weights, to: next, penalty, predicted)
      else {
        // With a matrix of this point the step is one of descent, so only rounding can refuse it.
        if isKept {
          progress.isStale = true
          continue
        }
        break
      }
      if accepted.length < 1 { progress.isStale = true }
      weights = accepted.weights
      moved = true
    }
    state.weights = [:]
    for (index, position) in columns.positions.enumerated() where weights[index + 1] != 0 {
      state.weights[position] = weights[index + 1]
    }
    state.intercept = weights[0]
    refreshMargins(state)
    return moved
  }

  /// Backtracks on the true objective; `nil` when no step lowers it.
  private func search(
    _ state: ProblemState, _ direction: Buffer<Double>, from weights: [Double], to next: [Double],
    _ penalty: [Double], _ predicted: Double
  ) -> (weights: [Double], length: Double)? {
    let n = state.rowCount
    let before = state.loss + norm(weights, penalty)
    let start = state.margins.array
    var length = 1.0
    for _ in 0..<40 {
      for row in 0..<n { state.margins[row] = start[row] + length * direction[row] }
      let candidate = length == 1 ? next : zip(weights, next).map { $0 + length * ($1 - $0) }
      state.evaluate()
      let after = state.loss + norm(candidate, penalty)
      // Below the rounding of the objective the model is more reliable than the difference.
      let noise = 1e-14 * max(abs(before), 1e-300)
      if after <= before + 1e-4 * length * predicted
        || (-predicted < noise * 1e3 && after <= before + noise)
      {
        return (candidate, length)
      }
      length *= 0.5
    }
    state.margins.pointer.update(from: start, count: n)
    state.evaluate()
    return nil
  }

  private func norm(_ weights: [Double], _ penalty: [Double]) -> Double {
    zip(weights, penalty).reduce(0) { $0 + abs($1.0) * $1.1 }
  }

  /// z = X w + b from scratch, so that rounding does not pile up over steps.
  private func refreshMargins(_ state: ProblemState) {
    state.margins.pointer.initialize(repeating: state.intercept, count: state.rowCount)
    for position in state.weights.keys.sorted() {
      kernels.pointer.pointee.axpy_f64(
        state.weights[position] ?? 0, working.columns[position], state.margins.pointer,
        state.rowCount)
    }
    if intercept == .free { state.balanceIntercept() } else { state.evaluate() }
  }
}

/// |xⱼᵀ r| of the working columns, recomputed only where the change of r allows a violation:
/// |xⱼᵀ r| ≤ |xⱼᵀ r₀| + ‖xⱼ‖ · ‖r − r₀‖.
private struct LazyProducts {
  let working: WorkingSet
  let kernels: KernelTable
  let threads: Int
  private let base: Buffer<Double>
  private let now: Buffer<Double>
  private let reference: Buffer<Double>
  private var isFresh = true

  init(working: WorkingSet, kernels: KernelTable, threads: Int) {
    self.working = working
    self.kernels = kernels
    self.threads = threads
    base = Buffer(working.count, repeating: 0)
    now = Buffer(working.count, repeating: 0)
    reference = Buffer(working.store.rowCount, repeating: 0)
  }

  mutating func update(_ residual: Buffer<Double>) {
    let count = working.count
    if !isFresh {
      var squares = 0.0
      for row in 0..<residual.count {
        let change = residual[row] - reference[row]
        squares += change * change
      }
      let distance = squares.squareRoot() * (1 + 1e-12)
      var recomputed = 0
      for position in 0..<count
      where base[position] + working.norms[position] * distance > 1 - 1e-9 { recomputed += 1 }
      if recomputed * 3 < count {
        for position in 0..<count {
          now[position] =
            base[position] + working.norms[position] * distance > 1 - 1e-9
            ? abs(exact(position, residual)) : 0
        }
        return
      }
    }
    isFresh = false
    reference.pointer.update(from: residual.pointer, count: residual.count)
    let blocks = (count + 63) / 64
    Parallel.forEach(blocks, threads: threads) { block in
      for position in block * 64..<min(block * 64 + 64, count) {
        let product = abs(exact(position, residual))
        base[position] = product
        now[position] = product
      }
    }
  }

  /// Exact where it may exceed 1, else 0.
  func magnitude(_ position: Int) -> Double { now[position] }

  func exact(_ position: Int, _ residual: Buffer<Double>) -> Double {
    kernels.pointer.pointee.dot_f64(working.columns[position], residual.pointer, residual.count)
  }
}
