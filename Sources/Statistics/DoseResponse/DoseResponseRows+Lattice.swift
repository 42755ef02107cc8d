extension DoseResponseRows {
  /// Centred doses as integer multiples of one unit: c_j − c̄ = weights[j] · unit.
  package struct CentredLattice: Hashable, Sendable {
    /// Without a common divisor, [dose].
    package let weights: [Int]
    package let unit: Double
  }

  /// Nil for doses without a common unit down to 1/1000.
  package var centredLattice: CentredLattice? {
    guard doses.count > 1, doses.count <= 1 << 10, let lattice = ScoreLattice(doses) else {
      return nil
    }
    let scale = doses.reduce(0) { max($0, abs($1)) }
    for (dose, step) in zip(doses, lattice.steps)
    where abs(lattice.origin + Double(step) * lattice.unit - dose) > 1e-12 * scale { return nil }
    let total = lattice.steps.reduce(0, +)
    let weights = lattice.steps.map { doses.count * $0 - total }
    let divisor = max(1, weights.reduce(0, Self.greatestCommonDivisor))
    return CentredLattice(
      weights: weights.map { $0 / divisor },
      unit: lattice.unit * Double(divisor) / Double(doses.count))
  }

  private static func greatestCommonDivisor(_ a: Int, _ b: Int) -> Int {
    b == 0 ? abs(a) : greatestCommonDivisor(b, a % b)
  }
}
