/// Rows that come from the text rather than from its tables of results.
extension PublishedStudyReader {
  static func summaryRow(
    _ row: FieldReader, _ card: StudyCard?, _ log: inout ProblemLog
  ) -> SummaryRow? {
    let id = row.identifier("id", log: &log)
    let model = row.identifier("model", log: &log)
    let own = row.required("own", log: &log).flatMap { _ in row.bool("own", log: &log) }
    let benchmark = row.declared(
      "benchmark", among: card?.design.benchmarks.map(\.id), section: "design.benchmarks",
      log: &log)
    let statistic = row.required("statistic", log: &log).flatMap { _ in
      row.choice("statistic", as: SummaryStatistic.self, log: &log)
    }
    let printed = row.required("printed", log: &log).flatMap { _ in
      row.printed("printed", .any, log: &log)
    }
    guard let id, let model, let own, let benchmark, let statistic, let printed else {
      return nil
    }
    return SummaryRow(
      id: id, model: model, isOwn: own, benchmark: benchmark, statistic: statistic,
      printed: printed, source: row.source(id, log: &log))
  }

  static func reportedTest(
    _ row: FieldReader, _ card: StudyCard?, _ log: inout ProblemLog
  ) -> ReportedTest? {
    let id = row.identifier("id", log: &log)
    let counts = successesAndTrials(row, required: true, &log)
    let share = row.required("null_share", log: &log).flatMap { _ in
      row.number("null_share", log: &log)
    }
    let printed = row.required("printed_p", log: &log).flatMap { _ in
      row.printed("printed_p", .unitInterval, log: &log)
    }
    let unit = row.identifier("unit", log: &log)
    let family = row.text("family", maximum: 2000, log: &log)?.split(separator: ";").map {
      String($0).trimmingBlanks
    }
    if let share, !(share > 0 && share < 1), let field = row.table.field("null_share", of: row.row)
    {
      row.error(
        field, "null_share lies outside 0 … 1: \(field.text.quotedForMessage)",
        "write the share under the null as a proportion, for example 0.75", &log)
      return nil
    }
    guard let id, let successes = counts.successes, let trials = counts.trials, let share,
      let printed, let unit
    else { return nil }
    return ReportedTest(
      id: id, successes: successes, trials: trials, nullShare: share, printedP: printed,
      unit: unit, family: family ?? [], source: row.source(id, log: &log))
  }

  static func validationRow(
    _ row: FieldReader, _ card: StudyCard?, _ log: inout ProblemLog
  ) -> ValidationRow? {
    let id = row.identifier("id", log: &log)
    let instrument = row.identifier("instrument", log: &log)
    let quantity = row.identifier("quantity", log: &log)
    let counts = successesAndTrials(row, required: false, &log)
    let printed = row.printed("printed", .percent, log: &log)
    let blinded = row.bool("blinded", log: &log)
    guard let id, let instrument, let quantity else { return nil }
    return ValidationRow(
      id: id, instrument: instrument, quantity: quantity, successes: counts.successes,
      trials: counts.trials, printed: printed, isBlinded: blinded,
      source: row.source(id, log: &log))
  }

  static func arithmeticRow(
    _ row: FieldReader, _ card: StudyCard?, _ log: inout ProblemLog
  ) -> ArithmeticRow? {
    let id = row.identifier("id", log: &log)
    let printed = row.required("printed", log: &log).flatMap { _ in
      row.printed("printed", .any, log: &log)
    }
    let relation = row.choice("relation", as: ArithmeticRelation.self, log: &log) ?? .equals
    guard let id, let field = row.required("expression", log: &log), let printed else {
      return nil
    }
    do {
      let expression = try ArithmeticExpression(parsing: field.text)
      guard expression.value.isFinite else {
        row.error(field, "the expression divides by zero", "correct it", &log)
        return nil
      }
    } catch {
      row.error(
        field, "the expression cannot be read at its character \(error.column): \(error.message)",
        "use decimal numbers with + - * / and parentheses", &log)
      return nil
    }
    return ArithmeticRow(
      id: id, expression: field.text, printed: printed, relation: relation,
      source: row.source(id, log: &log))
  }

  static func livenessRow(
    _ row: FieldReader, _ card: StudyCard?, _ log: inout ProblemLog
  ) -> LivenessRow? {
    let from = row.required("from_alpha", log: &log).flatMap { _ in
      row.number("from_alpha", log: &log)
    }
    let to = row.required("to_alpha", log: &log).flatMap { _ in row.number("to_alpha", log: &log) }
    let printed = row.required("max_logit_difference", log: &log).flatMap { _ in
      row.printed("max_logit_difference", .any, log: &log)
    }
    guard let from, let to, let printed else { return nil }
    let key = "\(PrintedNumber.text(of: from))/\(PrintedNumber.text(of: to))"
    return LivenessRow(
      fromDose: from, toDose: to, maximumLogitDifference: printed,
      source: row.source(key, log: &log))
  }

  private static func successesAndTrials(
    _ row: FieldReader, required: Bool, _ log: inout ProblemLog
  ) -> (successes: Int?, trials: Int?) {
    if required {
      _ = row.required("successes", log: &log)
      _ = row.required("trials", log: &log)
    }
    let successes = row.count("successes", log: &log)
    let trials = row.count("trials", minimum: 1, log: &log)
    if let successes, let trials, successes > trials,
      let field = row.table.field("successes", of: row.row)
    {
      row.error(
        field, "\(successes) successes out of \(trials) trials", "correct the counts", &log)
    }
    return (successes, trials)
  }
}
