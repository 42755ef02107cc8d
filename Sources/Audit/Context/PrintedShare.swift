import Statistics
import Study

/// A printed percentage with its digits parsed once: which counts can it stand for?
struct PrintedShare: Hashable, Sendable {
  private let percentage: DecimalText
  private let proportion: Double

  /// `nil` unless the number is a plain percentage, or a share with at least two decimals.
  init?(_ printed: PrintedNumber) {
    guard let proportion = printed.proportion, let text = Self.percentageText(printed),
      let percentage = DecimalText(text)
    else { return nil }
    self.percentage = percentage
    self.proportion = proportion
  }

  /// Digits after the point of the percentage.
  var decimals: Int { percentage.decimals }

  /// From this n on every percentage of so many decimals is a count over n.
  var coarsestUniversalTotal: Int { (0..<(decimals + 2)).reduce(1) { n, _ in n * 10 } }

  /// Every count over `total` that prints as this share; `nil` when none does.
  func counts(over total: Int) -> ClosedRange<Int>? {
    guard total > 0 else { return nil }
    return
      (try? GRIMCheck(percentage: percentage, decimals: decimals, denominator: total))?.attainable
  }

  /// The count over `total` that prints as this share, the nearest when several do.
  func count(over total: Int) -> Int? {
    guard let attainable = counts(over: total) else { return nil }
    let near = Int((proportion * Double(total)).rounded())
    return min(max(near, attainable.lowerBound), attainable.upperBound)
  }

  /// The printed digits as a percentage: "12.0" for `12.0%`, "65" for `0.65`.
  private static func percentageText(_ printed: PrintedNumber) -> String? {
    let digits = printed.text.filter { $0.isASCII && ($0.isNumber || $0 == ".") }
    switch printed.unit {
    case .percent: return digits
    case .none where printed.decimals >= 2:
      let plain = digits.filter { $0 != "." }
      let split = plain.index(plain.endIndex, offsetBy: 2 - printed.decimals)
      let whole = plain[..<split]
      return printed.decimals == 2 ? String(whole) : whole + "." + plain[split...]
    default: return nil
    }
  }
}
