extension DetectionRow {
  /// The printed number that a claim's term `metric` names; AUROC when it names none.
  public func printed(metric: String?) -> PrintedNumber? {
    switch metric {
    case nil, "auroc": auroc
    case "accuracy": accuracy
    case "majority-accuracy": majorityAccuracy
    case "positive-rate": positiveRate
    case "random-accuracy": randomAccuracy
    case "random-auroc": randomAUROC
    default: nil
    }
  }
}

extension GridRow {
  /// The printed number that a claim's term `metric` names; AUROC when it names none.
  public func printed(metric: String?) -> PrintedNumber? {
    switch metric {
    case nil, "auroc": auroc
    case "accuracy": accuracy
    case "nonzero": nonzero.flatMap { PrintedNumber(String($0)) }
    case "positive": positive.flatMap { PrintedNumber(String($0)) }
    default: nil
    }
  }
}

extension PublishedStudy {
  /// The printed numbers that a claim refers to, with their rows: what a claim `restates` must
  /// equal. Rows without the claim's `metric` are left out.
  public func printedNumbers(of claim: Claim) -> [(source: SourceReference, number: PrintedNumber)]
  {
    let metric = claim.terms["metric"]
    var numbers: [(source: SourceReference, number: PrintedNumber)] = []
    for pattern in claim.references {
      numbers += cells(matching: pattern).map { ($0.source, $0.printed) }
      numbers += detectionRows(matching: pattern).compactMap { row in
        row.printed(metric: metric).map { (row.source, $0) }
      }
      numbers += gridRows(matching: pattern).compactMap { row in
        row.printed(metric: metric).map { (row.source, $0) }
      }
      numbers += neuronCounts(matching: pattern).compactMap { row in
        PrintedNumber(String(row.count)).map { (row.source, $0) }
      }
      numbers += summaryRows(matching: pattern).map { ($0.source, $0.printed) }
      numbers += reportedTests(matching: pattern).map { ($0.source, $0.printedP) }
      numbers += validationRows(matching: pattern).compactMap { row in
        row.printed.map { (row.source, $0) }
      }
      numbers += arithmeticRows(matching: pattern).map { ($0.source, $0.printed) }
      numbers += livenessRows(matching: pattern).map { ($0.source, $0.maximumLogitDifference) }
    }
    return numbers
  }
}
