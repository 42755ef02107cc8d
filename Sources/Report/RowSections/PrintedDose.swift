import Study

/// Doses as text, the same everywhere.
enum PrintedDose {
  static func text(_ dose: Double) -> String { PrintedNumber.text(of: dose) }
}
