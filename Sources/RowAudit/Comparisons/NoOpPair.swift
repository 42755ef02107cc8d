import RawStore
public import Statistics

/// The answers of two arms to the same questions at the no-op dose, where on the same weights
/// nothing may differ.
public struct NoOpPair: Hashable, Sendable {
  public enum Weights: String, Hashable, Sendable {
    /// The same configuration: the same weights by definition.
    case sameConfiguration = "the same configuration"
    /// Two configurations whose plan names one weight format.
    case sameFormat = "the same weight format"
    case otherFormat = "different weight formats"
    case unknown = "weight formats that are not recorded"

    /// Whether answers must be equal.
    public var mustAgree: Bool { self == .sameConfiguration || self == .sameFormat }
  }

  public let first: String
  public let second: String
  public let weights: Weights
  /// Questions with a row in both arms.
  public let commonCount: Int
  /// Questions whose outcome or class of failure differs.
  public let flipCount: Int
  /// Rate of the first minus rate of the second, on questions scored in both.
  public let difference: Measured<Double>
  public let interval: Measured<Interval>
  /// McNemar mid-p.
  public let pValue: Measured<Double>
  public var adjustedPValue: Measured<Double>

  /// - Returns: `nil` when an arm has no such dose or several responses a question.
  init?(
    _ left: OutcomeMatrix, named first: String, _ right: OutcomeMatrix, named second: String,
    weights: Weights, settings: RowAuditSettings
  ) throws(StatisticsError) {
    guard left.replicateCount == 1, right.replicateCount == 1,
      let leftColumn = Self.column(left, settings.noOpDose),
      let rightColumn = Self.column(right, settings.noOpDose)
    else { return nil }
    let common = CommonItems(left, right)
    var (shared, flips) = (0, 0)
    var table = [0, 0, 0, 0]
    for item in common.items {
      let a = left.code(item: item.left, column: leftColumn)
      let b = right.code(item: item.right, column: rightColumn)
      guard a != OutcomeMatrix.Code.missing, b != OutcomeMatrix.Code.missing else { continue }
      shared += 1
      if left.label(of: a) != right.label(of: b) { flips += 1 }
      if let one = left.outcome(item: item.left, column: leftColumn),
        let two = right.outcome(item: item.right, column: rightColumn)
      {
        table[(one ? 0 : 2) + (two ? 0 : 1)] += 1
      }
    }
    self.first = first
    self.second = second
    self.weights = weights
    commonCount = shared
    flipCount = flips
    let pairs = try PairedTable(
      both: table[0], firstOnly: table[1], secondOnly: table[2], neither: table[3])
    difference = pairs.difference
    interval = pairs.difference.map { _ in
      pairs.tangoInterval(confidenceLevel: settings.confidenceLevel)
    }
    if table[1] + table[2] > 0 {
      pValue = .defined(try McNemarTest(firstOnly: table[1], secondOnly: table[2]).midPValue)
    } else {
      pValue = .undefined(UndefinedReason(.noDiscordance, "no scored answer differs"))
    }
    adjustedPValue = pValue
  }

  /// An arm without intervention stands for its own no-op dose.
  private static func column(_ matrix: OutcomeMatrix, _ noOp: Double) -> Int? {
    matrix.doses.isEmpty ? 0 : matrix.doses.firstIndex(of: noOp)
  }
}

extension OutcomeMatrix {
  /// The outcome in words, so that arms with other lists of failure classes can be compared.
  fileprivate func label(of code: UInt8) -> String {
    switch code {
    case Code.isTrue: return "true"
    case Code.isFalse: return "false"
    default:
      let index = Int(code - Code.firstUnscored)
      return unscoredClasses.indices.contains(index) ? "?" + unscoredClasses[index] : "?"
    }
  }
}
