internal import CClassifierKernels

/// The penalised quadratic model of one prox-Newton step on the active columns.
///
/// ```
/// minimise over v  ½ (v − w)ᵀ H (v − w) − gᵀ (v − w) + Σ λⱼ |vⱼ|
/// ```
/// Coordinate descent finds the signs; a Cholesky step on the non-zero coordinates then solves the
/// smooth problem. Coordinates that would change sign are set to 0 when that lowers the model;
/// otherwise the step ends at the first sign change, up to where the model still falls.
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
    let slope = Buffer<Double>(size, repeating: 0)
    for j in 0..<size { slope[j] = gradient[j] }
    let point = Buffer<Double>(size, repeating: 0)
    for j in 0..<size { point[j] = weights[j] }
    for _ in 0..<400 {
      // Signs must have settled, or the exact step meets too many sign changes.
      var active = 0
      for j in 0..<size where point[j] != 0 { active += 1 }
      for _ in 0..<max(6, active / 24) where descend(point, slope) <= tolerance { break }
      if violation(point, slope) <= tolerance { break }
      newtonOnSupport(point, slope)
      if violation(point, slope) <= tolerance { break }
    }
    for j in 0..<size { weights[j] = point[j] }
  }

  /// One round over the coordinates. Returns the largest violation met.
  private func descend(_ point: Buffer<Double>, _ slope: Buffer<Double>) -> Double {
    var worst = 0.0
    for j in 0..<size {
      let row = hessian + j * stride
      let curvature = row[j]
      guard curvature > 0 else { continue }
      let old = point[j]
      worst = max(worst, Self.violation(old, slope[j], penalty[j]))
      let target = old * curvature + slope[j]
      let magnitude = abs(target) - penalty[j]
      let new = magnitude > 0 ? (target > 0 ? magnitude : -magnitude) / curvature : 0
      let change = new - old
      guard change != 0 else { continue }
      point[j] = new
      kernels.pointer.pointee.axpy_f64(-change, row, slope.pointer, size)
    }
    return worst
  }

  private func violation(_ point: Buffer<Double>, _ slope: Buffer<Double>) -> Double {
    var worst = 0.0
    for j in 0..<size { worst = max(worst, Self.violation(point[j], slope[j], penalty[j])) }
    return worst
  }

  static func violation(_ weight: Double, _ slope: Double, _ penalty: Double) -> Double {
    if penalty == 0 { return abs(slope) }
    if weight == 0 { return max(abs(slope) - penalty, 0) }
    return abs(slope - (weight > 0 ? penalty : -penalty))
  }

  private func newtonOnSupport(_ point: Buffer<Double>, _ slope: Buffer<Double>) {
    let support = (0..<size).filter { point[$0] != 0 || penalty[$0] == 0 }
    guard let step = exactStep(support, point, slope) else { return }
    var blocking = (length: 1.0, index: -1)
    for (a, j) in support.enumerated() where penalty[j] > 0 {
      if point[j] * (point[j] + step[a]) < 0 {
        let reach = -point[j] / step[a]
        if reach < blocking.length { blocking = (reach, a) }
      }
    }
    guard blocking.index >= 0 else {
      move(support, step.map { $0 }, point, slope)
      return
    }
    var length = 1.0
    while length > 2 * blocking.length, length > 0.01 {
      var change = step.map { $0 * length }
      for (a, j) in support.enumerated() where penalty[j] > 0 {
        if point[j] * (point[j] + change[a]) <= 0 { change[a] = -point[j] }
      }
      if move(support, change, point, slope, onlyWhereBelow: 0) { return }
      length *= 0.5
    }
    var change = step.map { $0 * blocking.length }
    change[blocking.index] = -point[support[blocking.index]]
    move(support, change, point, slope)
  }

  /// H_SS d = s_S − λ sign(v_S); `nil` when the matrix is not positive definite in f64.
  private func exactStep(
    _ support: [Int], _ point: Buffer<Double>, _ slope: Buffer<Double>
  ) -> [Double]? {
    let n = support.count
    guard n > 0 else { return nil }
    let table = kernels.pointer.pointee
    let padded = (n + 7) / 8 * 8
    let width = padded + 8
    let factor = UnsafeMutablePointer<Double>.allocate(capacity: n * width)
    let scratch = UnsafeMutablePointer<Double>.allocate(capacity: Int(CLS_PANEL) * padded + n)
    defer {
      factor.deallocate()
      scratch.deallocate()
    }
    for a in 0..<n {
      let row = hessian + support[a] * stride
      let target = factor + a * width
      for b in a / 8 * 8..<n { target[b] = row[support[b]] }
      for b in n..<padded { target[b] = 0 }
    }
    guard cls_cholesky(kernels.pointer, factor, n, width, scratch) == 1 else { return nil }
    var step = support.map { j in
      slope[j] - (point[j] > 0 ? penalty[j] : point[j] < 0 ? -penalty[j] : 0)
    }
    step.withUnsafeMutableBufferPointer { step in
      guard let d = step.baseAddress else { return }
      for a in 0..<n {
        d[a] /= factor[a * width + a]
        table.axpy_f64(-d[a], factor + a * width + a + 1, d + a + 1, n - a - 1)
      }
      for a in (0..<n).reversed() {
        d[a] =
          (d[a] - table.dot_f64(factor + a * width + a + 1, d + a + 1, n - a - 1))
          / factor[a * width + a]
      }
    }
    return step
  }

  /// Applies a change of the support.
  ///
  /// - Parameter limit: when given, only if the model changes by less than this.
  @discardableResult
  private func move(
    _ support: [Int], _ change: [Double], _ point: Buffer<Double>, _ slope: Buffer<Double>,
    onlyWhereBelow limit: Double? = nil
  ) -> Bool {
    // H · change; half of its product with the change is the quadratic part of the model's change.
    let image = Buffer<Double>(size, repeating: 0)
    for (a, j) in support.enumerated() where change[a] != 0 {
      kernels.pointer.pointee.axpy_f64(change[a], hessian + j * stride, image.pointer, size)
    }
    if let limit {
      var difference = 0.0
      for (a, j) in support.enumerated() {
        difference += change[a] * (0.5 * image[j] - slope[j])
        difference += penalty[j] * (abs(point[j] + change[a]) - abs(point[j]))
      }
      guard difference < limit else { return false }
    }
    for (a, j) in support.enumerated() {
      // A coordinate sent to zero lands on it exactly.
      point[j] = change[a] == -point[j] ? 0 : point[j] + change[a]
    }
    for j in 0..<size { slope[j] -= image[j] }
    return true
  }
}
