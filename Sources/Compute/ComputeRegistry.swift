/// Every function of `referee compute`, by name.
///
/// A family adds its functions as a static list in `ComputeRegistry+Family.swift` and names the
/// list in ``families``.
public enum ComputeRegistry {
  /// The lists, one line each.
  static let families: [[ComputeFunction]] = [
    frequencies, tables, trends, power, reporting,
    discrimination, calibration, orderRestricted, doseResponse, multiplicity, resampling,
    recalibration, replication, designs, judging,
  ]

  /// All functions, sorted by name.
  public static let all: [ComputeFunction] = families.joined().sorted { $0.name < $1.name }

  /// - Throws: ``ComputeError/unknownFunction(name:nearest:)`` with the closest name.
  public static func function(named name: String) throws(ComputeError) -> ComputeFunction {
    if let function = all.first(where: { $0.name == name }) { return function }
    let nearest = all.map { ($0.name, distance($0.name, name)) }
      .min { ($0.1, $0.0) < ($1.1, $1.0) }
      .flatMap { $0.1 <= max(2, name.utf8.count / 3) ? $0.0 : nil }
    throw .unknownFunction(name: String(name.prefix(60)), nearest: nearest)
  }

  /// Levenshtein distance over bytes, with `right` cut at 60.
  private static func distance(_ left: String, _ right: String) -> Int {
    let right = Array(right.utf8.prefix(60))
    var row = Array(0...right.count)
    for (i, byte) in left.utf8.enumerated() {
      var diagonal = row[0]
      row[0] = i + 1
      for j in right.indices {
        let substitution = diagonal + (byte == right[j] ? 0 : 1)
        diagonal = row[j + 1]
        row[j + 1] = min(substitution, row[j] + 1, diagonal + 1)
      }
    }
    return row[right.count]
  }
}
