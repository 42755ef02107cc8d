import RawStore
public import Statistics

/// Two judges of the same answers: arms that differ in nothing but the judge.
public struct JudgeComparison: Hashable, Sendable, Identifiable {
  public let id: String
  public let first: String
  public let second: String
  /// true, false and unscored, `[first][second]`.
  public let counts: [[Int]]
  public let agreement: Measured<RaterAgreement>

  public var count: Int { counts.reduce(0) { $0 + $1.reduce(0, +) } }

  init(_ left: OutcomeMatrix, _ right: OutcomeMatrix, id: String) throws(StatisticsError) {
    self.id = id
    first = left.arm.judge.isEmpty ? "unnamed judge" : left.arm.judge
    second = right.arm.judge.isEmpty ? "unnamed judge" : right.arm.judge
    let common = CommonItems(left, right)
    var counts = [[Int]](repeating: [0, 0, 0], count: 3)
    let columns = left.doses.isEmpty && right.doses.isEmpty ? [(left: 0, right: 0)] : common.columns
    for item in common.items {
      for column in columns {
        let a = left.code(item: item.left, column: column.left)
        let b = right.code(item: item.right, column: column.right)
        guard a != OutcomeMatrix.Code.missing, b != OutcomeMatrix.Code.missing else { continue }
        counts[Self.place(a)][Self.place(b)] += 1
      }
    }
    self.counts = counts
    let used = (0..<3).filter { place in
      counts[place].contains { $0 > 0 } || counts.contains { $0[place] > 0 }
    }
    agreement =
      used.count > 1
      ? try RaterAgreement.of(table: used.map { row in used.map { counts[row][$0] } })
      : .undefined(UndefinedReason(.tooFew, "both judges used one category"))
  }

  private static func place(_ code: UInt8) -> Int {
    switch code {
    case OutcomeMatrix.Code.isTrue: 0
    case OutcomeMatrix.Code.isFalse: 1
    default: 2
    }
  }
}
