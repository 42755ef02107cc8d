import Foundation
import Randomness

/// Ridge regression without intercept by the normal equations.
struct LinearFit {
  let size: Int
  /// Σ weight · x xᵀ, row-major.
  private var gram: [Double]
  private var moment: [Double]

  init(size: Int) {
    self.size = size
    gram = [Double](repeating: 0, count: size * size)
    moment = [Double](repeating: 0, count: size)
  }

  mutating func add(_ x: [Float], target: Double, weight: Double) {
    for row in 0..<size {
      let scaled = weight * Double(x[row])
      moment[row] += scaled * target
      for column in 0...row { gram[row * size + column] += scaled * Double(x[column]) }
    }
  }

  /// Coefficients by Cholesky; `ridge` is a share of the mean diagonal.
  func solution(ridge: Double) -> [Double] {
    let trace = (0..<size).reduce(0) { $0 + gram[$1 * size + $1] }
    var factor = gram
    for row in 0..<size {
      for column in 0...row {
        var sum = gram[row * size + column]
        if row == column { sum += ridge * trace / Double(size) }
        for k in 0..<column { sum -= factor[row * size + k] * factor[column * size + k] }
        factor[row * size + column] =
          row == column ? sum.squareRoot() : sum / factor[column * size + column]
      }
    }
    var result = moment
    for row in 0..<size {
      for k in 0..<row { result[row] -= factor[row * size + k] * result[k] }
      result[row] /= factor[row * size + row]
    }
    for row in (0..<size).reversed() {
      for k in row + 1..<size { result[row] -= factor[k * size + row] * result[k] }
      result[row] /= factor[row * size + row]
    }
    return result
  }
}

enum Vectors {
  static func dot(_ w: [Double], _ x: [Float]) -> Double {
    var sum = 0.0
    for index in w.indices { sum += w[index] * Double(x[index]) }
    return sum
  }

  /// A direction drawn evenly from the unit sphere.
  static func direction(size: Int, _ random: inout RandomStream) -> [Double] {
    // Sums of twelve uniforms are normal enough for a direction.
    unit((0..<size).map { _ in (0..<12).reduce(-6.0) { sum, _ in sum + random.uniform() } })
  }

  static func unit(_ x: [Double]) -> [Double] {
    let norm = x.reduce(0) { $0 + $1 * $1 }.squareRoot()
    return x.map { $0 / norm }
  }

  /// silu(a) · a: what a neuron with equal gate and up rows makes of its projection.
  static func gated(_ a: Double) -> Double { a * a / (1 + exp(-a)) }
}
