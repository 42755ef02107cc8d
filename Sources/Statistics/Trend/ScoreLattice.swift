/// Scores as integer multiples of one unit, so that exact distributions can be tabulated.
///
/// Doses such as 0, 0.5, 1 and 2 lie on the lattice ½ · {0, 1, 2, 4}. Doses without a common unit
/// down to 1/1000 have none, and exact tests say so.
struct ScoreLattice: Hashable, Sendable {
  /// Steps above the smallest score, without a common divisor.
  let steps: [Int]
  let origin: Double
  let unit: Double

  var largest: Int { steps.max() ?? 0 }

  static let largestStep = 1_000_000

  init?(_ scores: [Double]) {
    guard let origin = scores.min() else { return nil }
    for scale in [1, 2, 4, 5, 8, 10, 20, 3, 6, 12, 25, 50, 100, 1000] {
      let scaled = scores.map { ($0 - origin) * Double(scale) }
      guard scaled.allSatisfy({ $0 <= Double(Self.largestStep) }) else { return nil }
      guard scaled.allSatisfy({ abs($0 - $0.rounded()) <= 1e-9 * max(1, $0) }) else { continue }
      let integers = scaled.map { Int($0.rounded()) }
      let divisor = max(1, integers.reduce(0, Self.greatestCommonDivisor))
      steps = integers.map { $0 / divisor }
      self.origin = origin
      unit = Double(divisor) / Double(scale)
      return
    }
    return nil
  }

  private static func greatestCommonDivisor(_ a: Int, _ b: Int) -> Int {
    b == 0 ? a : greatestCommonDivisor(b, a % b)
  }
}
