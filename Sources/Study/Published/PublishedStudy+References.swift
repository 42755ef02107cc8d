extension PublishedStudy {
  /// The cells that a pattern such as `cells/V2/FalseQA/*/1` names, in file order; none for a
  /// pattern of another table or a malformed one.
  public func cells(matching pattern: String) -> [Cell] {
    rows(cells, .cells, pattern) { [$0.version, $0.benchmark, $0.configuration, dose($0.dose)] }
  }

  /// `detection/TriviaQA`.
  public func detectionRows(matching pattern: String) -> [DetectionRow] {
    rows(detection, .detection, pattern) { [$0.dataset] }
  }

  /// `grid/1.0`.
  public func gridRows(matching pattern: String) -> [GridRow] {
    rows(grid, .grid, pattern) { [dose($0.inversePenalty)] }
  }

  /// `neurons/positive/routed`, `neurons/positive/routed/layer/12`,
  /// `neurons/positive/routed/attention/linear`.
  public func neuronCounts(matching pattern: String) -> [NeuronCount] {
    rows(neurons, .neurons, pattern, segments: \.segments)
  }

  /// `summaries/own-FalseQA`.
  public func summaryRows(matching pattern: String) -> [SummaryRow] {
    rows(summaries, .summaries, pattern) { [$0.id] }
  }

  /// `tests/linear-concentration`.
  public func reportedTests(matching pattern: String) -> [ReportedTest] {
    rows(tests, .tests, pattern) { [$0.id] }
  }

  /// `validations/span-verbatim`.
  public func validationRows(matching pattern: String) -> [ValidationRow] {
    rows(validations, .validations, pattern) { [$0.id] }
  }

  /// `arithmetic/total-neurons`.
  public func arithmeticRows(matching pattern: String) -> [ArithmeticRow] {
    rows(arithmetic, .arithmetic, pattern) { [$0.id] }
  }

  /// `liveness/0/1`.
  public func livenessRows(matching pattern: String) -> [LivenessRow] {
    rows(liveness, .liveness, pattern) { [dose($0.fromDose), dose($0.toDose)] }
  }

  /// The cells that any reference of a claim names, each once, in file order.
  public func cells(of claim: Claim) -> [Cell] {
    let patterns = claim.references.filter { $0.hasPrefix("cells/") }
    let named = Set(patterns.flatMap { cells(matching: $0) })
    return cells.filter(named.contains)
  }

  /// The detection rows that any reference of a claim names, each once, in file order.
  public func detectionRows(of claim: Claim) -> [DetectionRow] {
    let patterns = claim.references.filter { $0.hasPrefix("detection/") }
    let named = Set(patterns.flatMap { detectionRows(matching: $0) })
    return detection.filter(named.contains)
  }

  /// Where the rows stand that a pattern names, of whichever table.
  public func sources(matching pattern: String) -> [SourceReference] {
    cells(matching: pattern).map(\.source) + detectionRows(matching: pattern).map(\.source)
      + gridRows(matching: pattern).map(\.source) + neuronCounts(matching: pattern).map(\.source)
      + summaryRows(matching: pattern).map(\.source)
      + reportedTests(matching: pattern).map(\.source)
      + validationRows(matching: pattern).map(\.source)
      + arithmeticRows(matching: pattern).map(\.source)
      + livenessRows(matching: pattern).map(\.source)
  }

  private func rows<Row>(
    _ rows: [Row], _ table: RowReference.Table, _ pattern: String, segments: (Row) -> [String]
  ) -> [Row] {
    guard let reference = RowReference(pattern), reference.table == table else { return [] }
    return rows.filter { reference.matches(segments($0)) }
  }

  private func dose(_ value: Double) -> String { PrintedNumber.text(of: value) }
}

extension NeuronCount {
  /// `positive/routed`, `positive/routed/layer/12`, `positive/routed/attention/linear`.
  public var id: String { segments.joined(separator: "/") }

  var segments: [String] {
    var segments = [set, kind.rawValue]
    if let layer { segments += ["layer", String(layer)] }
    if let attention { segments += ["attention", attention.rawValue] }
    return segments
  }
}
