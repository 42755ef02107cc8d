import Statistics
public import Study

extension PrintedNumber {
  /// Whether a computed value (a proportion where the unit is a percentage) prints as this number.
  ///
  /// Both ways of rounding a half are accepted. An approximate number agrees within one unit of its
  /// last nonzero digit: "about 46 %" covers 45.4 and 46.9 alike.
  public func agrees(with computed: Double, slack: Double = 0) -> Bool {
    guard let value, computed.isFinite else { return false }
    let inUnit = computed * unit.perProportion
    let tolerance = (kind == .approximate ? lastNonzeroUnit : halfUnit) + slack * unit.perProportion
    return abs(inUnit - value) <= tolerance * (1 + 1e-9) + abs(value) * 1e-12
  }

  /// The value in natural units even when it is only approximate.
  var roughProportion: Double? { value.map { $0 / unit.perProportion } }

  /// The number's unit as a difference or share: how its evidence is written.
  var style: NumberStyle {
    switch unit {
    case .percent: .percent
    case .percentagePoints: .percentagePoints
    case .perMille, .none: .significant(max(3, decimals + 1))
    }
  }

  private var lastNonzeroUnit: Double {
    if decimals > 0 { return 2 * halfUnit }
    guard let value, value != 0, value == value.rounded(), abs(value) < 1e15 else { return 1 }
    var unit = 1.0
    var whole = Int64(abs(value))
    while whole % 10 == 0 {
      whole /= 10
      unit *= 10
    }
    return unit
  }
}

extension PrintedNumber.Unit {
  /// How many units make one.
  var perProportion: Double {
    switch self {
    case .percent, .percentagePoints: 100
    case .perMille: 1000
    case .none: 1
    }
  }
}

extension PrintedNumber {
  /// The count over `total` that prints as this share (the nearest, when several do), or `nil`.
  func count(over total: Int) -> Int? { PrintedShare(self)?.count(over: total) }
}
