internal import CClassifierKernels

/// The penalised quadratic model of one prox-Newton step on the active columns.
///
/// ```
/// minimise over v  ½ (v − w)ᵀ H (v − w) − gᵀ (v − w) + Σ λⱼ |vⱼ|
/// ```
/// Coordinate descent finds the signs; a Cholesky step on the non-zero coordinates then solves the
/// smooth problem exactly, stopping at the first sign change (the objective still falls up to there).
/// λⱼ is 1, or 0 for a free intercept.
struct QuadraticModel {
  let size: Int
  /// `[size, stride]`, symmetric.
  let hessian: UnsafeMutablePointer<Double>
  let stride: Int
  let penalty: [Double]
  let kernels: KernelTable

  /// - Parameters:
  ///   - gradient: `[size]`, g = Xᵀ r (the negative gradient of the loss).
  ///   - weights: `[size]`, w; replaced by the minimiser v.
  ///   - tolerance: largest violation of the model's optimality conditions.
  func minimise(gradient: [Double], weights: inout [Double], tolerance: Double) {
    guard size > 0 else { return }
    // s = g − H (v − w), the model's own negative gradient at v.
    var slope = gradient
    let factor = UnsafeMutablePointer<Double>.allocate(capacity: size * size)
    defer { factor.deallocate() }
    for _ in 0..<400 {
      // As much arithmetic in coordinate descent as in the factorisation that follows: signs must
      // have settled, or the exact step stops at the first of many sign changes.
      let active = weights.reduce(0) { $0 + ($1 != 0 ? 1 : 0) }
      for _ in 0..<max(8, active / 6) where descend(&weights, &slope) <= tolerance {
        break
      }
      if violation(weights, slope) <= tolerance { return }
      newtonOnSupport(&weights, &slope, factor)
      if violation(weights, slope) <= tolerance { return }
    }
  }

  /// One round over the coordinates. Returns the largest violation met.
  private func descend(_ weights: inout [Double], _ slope: inout [Double]) -> Double {
    var worst = 0.0
    for j in 0..<size {
      let row = hessian + j * stride
      let curvature = row[j]
      guard curvature > 0 else { continue }
      let old = weights[j]
      worst = max(worst, Self.violation(old, slope[j], penalty[j]))
      let target = old * curvature + slope[j]
      let magnitude = abs(target) - penalty[j]
      let new = magnitude > 0 ? (target > 0 ? magnitude : -magnitude) / curvature : 0
      let change = new - old
      guard change != 0 else { continue }
      weights[j] = new
      kernels.pointer.pointee.axpy_f64(-change, row, &slope, size)
    }
    return worst
  }

  private func violation(_ weights: [Double], _ slope: [Double]) -> Double {
    var worst = 0.0
    for j in 0..<size { worst = max(worst, Self.violation(weights[j], slope[j], penalty[j])) }
    return worst
  }

  static func violation(_ weight: Double, _ slope: Double, _ penalty: Double) -> Double {
    if penalty == 0 { return abs(slope) }
    if weight == 0 { return max(abs(slope) - penalty, 0) }
    return abs(slope - (weight > 0 ? penalty : -penalty))
  }

  private func newtonOnSupport(
    _ weights: inout [Double], _ slope: inout [Double], _ factor: UnsafeMutablePointer<Double>
  ) {
    let support = (0..<size).filter { weights[$0] != 0 || penalty[$0] == 0 }
    let n = support.count
    guard n > 0 else { return }
    // H_SS d = s_S − sign(v_S)
    for a in 0..<n {
      let row = hessian + support[a] * stride
      for b in 0...a { factor[a * n + b] = row[support[b]] }
    }
    guard cholesky(factor, n) else { return }
    var step = support.map { j in
      slope[j] - (weights[j] > 0 ? penalty[j] : weights[j] < 0 ? -penalty[j] : 0)
    }
    let table = kernels.pointer.pointee
    for a in 0..<n {
      step[a] = (step[a] - table.dot_f64(factor + a * n, step, a)) / factor[a * n + a]
    }
    for a in (0..<n).reversed() {
      step[a] /= factor[a * n + a]
      table.axpy_f64(-step[a], factor + a * n, &step, a)
    }
    var length = 1.0
    var blocking = -1
    for a in 0..<n where penalty[support[a]] > 0 {
      let weight = weights[support[a]]
      if weight * (weight + step[a]) < 0 {
        let reach = -weight / step[a]
        if reach < length {
          length = reach
          blocking = a
        }
      }
    }
    for a in 0..<n {
      let change = length * step[a]
      let j = support[a]
      let old = weights[j]
      weights[j] = a == blocking ? 0 : old + change
      let applied = weights[j] - old
      guard applied != 0 else { continue }
      let row = hessian + j * stride
      kernels.pointer.pointee.axpy_f64(-applied, row, &slope, size)
    }
  }

  /// In place, lower triangle; false when a pivot is lost to rounding (dependent columns).
  private func cholesky(_ a: UnsafeMutablePointer<Double>, _ n: Int) -> Bool {
    let table = kernels.pointer.pointee
    for i in 0..<n {
      let rowI = a + i * n
      for j in 0..<i {
        let rowJ = a + j * n
        rowI[j] = (rowI[j] - table.dot_f64(rowI, rowJ, j)) / rowJ[j]
      }
      let pivot = rowI[i] - table.dot_f64(rowI, rowI, i)
      guard pivot > rowI[i] * 1e-13, pivot > 0 else { return false }
      rowI[i] = pivot.squareRoot()
    }
    return true
  }
}
