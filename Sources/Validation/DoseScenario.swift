import Glibc
import Randomness
import Statistics

/// Correlated yes/no answers of questions at four doses: Y_ij = 1[Z_ij < Φ⁻¹(p_j)], Z_i ~ N(0, R).
struct DoseScenario: Sendable {
  let name: String
  let rates: [Double]
  private let cuts: [Double]
  private let factor: SmallMatrix

  /// - Parameter name: as in the targets, "H0 AR.8 p=0.1" or "inc .12>.27 exch.6".
  init?(name: String) {
    guard let rates = Self.rates(name), let correlation = Self.correlation(name),
      let factor = correlation.choleskyFactor
    else { return nil }
    self.name = name
    self.rates = rates
    self.factor = factor
    cuts = rates.map(NormalDistribution.quantile)
  }

  func draw(_ count: Int, _ random: inout RandomStream) -> [[Bool]] {
    var normals = [Double](repeating: 0, count: cuts.count)
    return (0..<count).map { _ in
      for index in normals.indices { normals[index] = random.normal() }
      return zip(factor.times(normals), cuts).map { $0 < $1 }
    }
  }

  private static func rates(_ name: String) -> [Double]? {
    let curves: [(String, [Double])] = [
      ("dec .775>.55", [0.775, 0.725, 0.675, 0.55]),
      ("flat .1 ", linear(0.1, 0.1)),
      ("flat .375", linear(0.375, 0.375)),
      ("low .05>.02", linear(0.05, 0.02)),
      ("inc .12>.27", [0.12, 0.17, 0.22, 0.27]),
      ("inc +10pp .15>.25", linear(0.15, 0.25)),
      ("inc +10pp .375>.475", linear(0.375, 0.475)),
      ("inc +20pp .375>.575", linear(0.375, 0.575)),
      ("inc +35pp .30>.65", linear(0.30, 0.65)),
      ("saturating .3 .42 .45 .45", [0.3, 0.42, 0.45, 0.45]),
      ("late jump .3 .3 .3 .5", [0.3, 0.3, 0.3, 0.5]),
      ("inv-U .12 .27 .20 .12", [0.12, 0.27, 0.20, 0.12]),
      ("inv-U .3 .5 .5 .3", [0.3, 0.5, 0.5, 0.3]),
      ("V .20 .15 .10 .15", [0.20, 0.15, 0.10, 0.15]),
    ]
    if let curve = curves.first(where: { name.hasPrefix($0.0) }) { return curve.1 }
    guard name.hasPrefix("H0 "), let equals = name.lastIndex(of: "="),
      let rate = Double(name[name.index(after: equals)...])
    else { return nil }
    return [rate, rate, rate, rate]
  }

  private static func linear(_ first: Double, _ last: Double) -> [Double] {
    (0..<4).map { first + (last - first) * Double($0) / 3 }
  }

  private static func correlation(_ name: String) -> SmallMatrix? {
    let words = name.split(separator: " ")
    let entry: (Int, Int) -> Double
    if words.contains("indep") {
      entry = { $0 == $1 ? 1 : 0 }
    } else if words.contains("exch.6") {
      entry = { $0 == $1 ? 1 : 0.6 }
    } else if words.contains("exch.9") {
      entry = { $0 == $1 ? 1 : 0.9 }
    } else if words.contains("AR.8") {
      entry = { pow(0.8, Double(abs($0 - $1))) }
    } else if words.contains("anchor.8") {
      entry = { $0 == $1 ? 1 : pow(0.8, Double(abs($0 - 1) + abs($1 - 1))) }
    } else {
      return nil
    }
    return SmallMatrix(
      size: 4, elements: (0..<4).flatMap { row in (0..<4).map { entry(row, $0) } })
  }
}
