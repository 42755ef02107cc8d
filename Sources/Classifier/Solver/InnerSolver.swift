internal import CClassifierKernels

/// Solves one problem on the working set: prox-Newton steps on the active columns, then a check of
/// the other working columns, until the largest violation is below the tolerance.
struct InnerSolver {
  let working: WorkingSet
  let kernels: KernelTable
  let intercept: InterceptRule
  let tolerance: Double

  func solve(_ state: ProblemState) {
    let n = state.rowCount
    if intercept == .free { state.balanceIntercept() } else { state.evaluate() }
    var products = [Double](repeating: 0, count: working.count)
    for _ in 0..<100 {
      for position in 0..<working.count {
        products[position] = kernels.pointer.pointee.dot_f64(
          working.columns[position], state.residual.pointer, n)
      }
      var support = state.weights.keys.sorted()
      var worst = QuadraticModel.violation(
        state.intercept, state.residualSum, intercept == .free ? 0 : 1)
      for position in support {
        worst = max(
          worst,
          QuadraticModel.violation(state.weights[position] ?? 0, products[position], 1))
      }
      var fresh: [Int] = []
      for position in 0..<working.count
      where state.weights[position] == nil && abs(products[position]) > 1 + tolerance {
        worst = max(worst, abs(products[position]) - 1)
        fresh.append(position)
      }
      if worst <= tolerance { return }
      let limit = max(24, support.count)
      if fresh.count > limit {
        fresh.sort { (abs(products[$1]), $0) < (abs(products[$0]), $1) }
        fresh.removeLast(fresh.count - limit)
      }
      support.append(contentsOf: fresh)
      support.sort()
      if !newton(state, active: support) { return }
    }
  }

  /// - Returns: false when rounding leaves nothing to gain.
  private func newton(_ state: ProblemState, active: [Int]) -> Bool {
    let n = state.rowCount
    let size = active.count + 1  // the intercept comes last
    let width = (size + 7) / 8 * 8
    // [row][width], the last used column is the intercept's constant 1.
    let x = UnsafeMutablePointer<Double>.allocate(capacity: n * width)
    x.initialize(repeating: 0, count: n * width)
    let gram = UnsafeMutablePointer<Double>.allocate(capacity: width * width)
    let scratch = UnsafeMutablePointer<Double>.allocate(capacity: Int(CLS_BLOCK) * width)
    let direction = Buffer<Double>(n, repeating: 0)
    defer {
      x.deallocate()
      gram.deallocate()
      scratch.deallocate()
    }
    for (index, position) in active.enumerated() {
      let column = working.columns[position]
      for row in 0..<n { x[row * width + index] = column[row] }
    }
    for row in 0..<n { x[row * width + size - 1] = 1 }
    var penalty = [Double](repeating: 1, count: size)
    if intercept == .free { penalty[size - 1] = 0 }
    var weights = active.map { state.weights[$0] ?? 0 } + [state.intercept]
    var moved = false

    for _ in 0..<50 {
      var gradient = active.map {
        kernels.pointer.pointee.dot_f64(working.columns[$0], state.residual.pointer, n)
      }
      gradient.append(state.residualSum)
      var worst = 0.0
      for j in 0..<size {
        worst = max(worst, QuadraticModel.violation(weights[j], gradient[j], penalty[j]))
      }
      if worst <= tolerance * 0.5 { break }
      cls_gram(kernels.pointer, x, state.curvature.pointer, n, width, scratch, gram)
      for a in 0..<size {
        for b in 0..<a { gram[a * width + b] = gram[b * width + a] }
        // A relative ridge far below the tolerance keeps lost pivots positive.
        gram[a * width + a] *= 1 + 1e-14
        gram[a * width + a] += 1e-14
      }
      var next = weights
      let model = QuadraticModel(
        size: size, hessian: gram, stride: width, penalty: penalty, kernels: kernels)
      model.minimise(
        gradient: gradient, weights: &next,
        tolerance: max(min(worst * 1e-2, worst * worst), tolerance * 0.05))

      direction.pointer.initialize(repeating: 0, count: n)
      var predicted = 0.0
      for j in 0..<size {
        let change = next[j] - weights[j]
        guard change != 0 else { continue }
        predicted -= gradient[j] * change
        predicted += penalty[j] * (abs(next[j]) - abs(weights[j]))
        if j == size - 1 {
          for row in 0..<n { direction[row] += change }
        } else {
          kernels.pointer.pointee.axpy_f64(
            change, working.columns[active[j]], direction.pointer, n)
        }
      }
      guard predicted < 0 else { break }
      let before = state.loss + norm(weights, penalty)
      let start = state.margins.array
      var length = 1.0
      var accepted = false
      for _ in 0..<40 {
        for row in 0..<n { state.margins[row] = start[row] + length * direction[row] }
        let candidate =
          length == 1 ? next : zip(weights, next).map { $0 + length * ($1 - $0) }
        state.evaluate()
        let after = state.loss + norm(candidate, penalty)
        // Below the rounding of the objective the model is more reliable than the difference.
        let noise = 1e-14 * max(abs(before), 1e-300)
        if after <= before + 1e-4 * length * predicted
          || (-predicted < noise * 1e3 && after <= before + noise)
        {
          weights = candidate
          accepted = true
          break
        }
        length *= 0.5
      }
      guard accepted else {
        state.margins.pointer.update(from: start, count: n)
        state.evaluate()
        break
      }
      moved = true
    }
    state.weights = [:]
    for (index, position) in active.enumerated() where weights[index] != 0 {
      state.weights[position] = weights[index]
    }
    state.intercept = weights[size - 1]
    refreshMargins(state)
    return moved
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
