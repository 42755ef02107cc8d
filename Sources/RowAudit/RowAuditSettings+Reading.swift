public import CanonicalJSON

extension RowAuditSettings {
  /// The settings that a findings document states, so that its audit can be done again; `nil` when
  /// one is missing or is no such value.
  public init?(json: JSONValue) {
    self.init()
    guard let level = json["level"]?.doubleValue,
      let confidenceLevel = json["confidenceLevel"]?.doubleValue,
      let margin = json["equivalenceMarginPercentagePoints"]?.doubleValue,
      let noOpDose = json["noOpDose"]?.doubleValue, let resamples = json["resamples"]?.intValue,
      let permutations = json["permutations"]?.intValue, let folds = json["folds"]?.intValue,
      let repeats = json["repeats"]?.intValue,
      let seed = json["seed"]?.stringValue.flatMap({ UInt64($0) })
    else { return nil }
    // A document from elsewhere must not choose how long its verification takes.
    guard (0.000_1..<0.5).contains(level), (0.5..<0.999_9).contains(confidenceLevel),
      margin > 0, margin < 100, (1...1_000_000).contains(resamples),
      (1...1_000_000).contains(permutations), (2...100).contains(folds),
      (1...1_000).contains(repeats)
    else { return nil }
    self.level = level
    self.confidenceLevel = confidenceLevel
    equivalenceMargin = margin
    self.noOpDose = noOpDose
    resampleCount = resamples
    permutationCount = permutations
    foldCount = folds
    repeatCount = repeats
    self.seed = seed
    weightFormats = (json["weightFormats"]?.objectValue ?? [:]).compactMapValues(\.stringValue)
  }
}
