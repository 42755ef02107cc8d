/// What the CSV files hold.
struct StudyTables {
  var cells: [Cell] = []
  var detection: [DetectionRow] = []
  var grid: [GridRow] = []
  var neurons: [NeuronCount] = []
  var summaries: [SummaryRow] = []
  var tests: [ReportedTest] = []
  var validations: [ValidationRow] = []
  var arithmetic: [ArithmeticRow] = []
  var liveness: [LivenessRow] = []
}

extension PublishedStudyReader {
  /// Reads every table; rows with a mistake are left out and logged.
  mutating func readTables() -> StudyTables {
    var tables = StudyTables()
    tables.cells = rows(
      "cells.csv", ["version", "benchmark", "configuration", "alpha", "printed"], ["n"],
      key: \.id, make: Self.cell)
    tables.detection = rows(
      "detection.csv", ["dataset", "role"],
      [
        "n", "positive_rate", "majority_accuracy", "accuracy", "auroc", "random_accuracy",
        "random_auroc",
      ],
      key: \.id, make: Self.detectionRow)
    tables.grid = rows(
      "grid.csv", ["c"], ["accuracy", "auroc", "nonzero", "positive"],
      key: { PrintedNumber.text(of: $0.inversePenalty) }, make: Self.gridRow
    ).sorted { $0.inversePenalty < $1.inversePenalty }
    tables.neurons = rows(
      "neurons.csv", ["set", "kind", "count"], ["layer", "attention"], key: \.id,
      make: Self.neuronCount)
    tables.summaries = rows(
      "summaries.csv", ["id", "model", "own", "benchmark", "statistic", "printed"], [], key: \.id,
      make: Self.summaryRow)
    tables.tests = rows(
      "tests.csv", ["id", "successes", "trials", "null_share", "printed_p", "unit"], ["family"],
      key: \.id, make: Self.reportedTest)
    tables.validations = rows(
      "validations.csv", ["id", "instrument", "quantity"],
      ["successes", "trials", "printed", "blinded"], key: \.id, make: Self.validationRow)
    tables.arithmetic = rows(
      "arithmetic.csv", ["id", "expression", "printed"], ["relation"], key: \.id,
      make: Self.arithmeticRow)
    tables.liveness = rows(
      "liveness.csv", ["from_alpha", "to_alpha", "max_logit_difference"], [],
      key: { "\(PrintedNumber.text(of: $0.fromDose))/\(PrintedNumber.text(of: $0.toDose))" },
      make: Self.livenessRow)
    checkSomethingToAudit()
    return tables
  }

  private typealias Maker<Row> = (FieldReader, StudyCard?, inout ProblemLog) -> Row?

  private mutating func rows<Row>(
    _ file: String, _ required: [String], _ optional: [String], key: (Row) -> String,
    make: Maker<Row>
  ) -> [Row] {
    guard let table = table(file, required: required, optional: optional) else { return [] }
    var seen: [String: Int] = [:]
    var rows: [Row] = []
    for record in table.rows {
      guard let row = make(FieldReader(table: table, row: record), card, &log) else { continue }
      let name = key(row)
      if let earlier = seen.updateValue(record.line, forKey: name) {
        log.error(
          file, record.line, nil, "\(name.quotedForMessage) already stands in line \(earlier)",
          remedy: "remove one of the two rows")
        continue
      }
      rows.append(row)
    }
    return rows
  }

  private mutating func checkSomethingToAudit() {
    let names = files.map(\.path)
    guard !names.contains("cells.csv"), !names.contains("detection.csv") else { return }
    // A file that is there but unusable has its own message.
    guard !log.problems.contains(where: { ["cells.csv", "detection.csv"].contains($0.file) })
    else { return }
    log.error(
      "cells.csv", nil, nil, "there is neither cells.csv nor detection.csv",
      remedy: "write at least one table of results")
  }

  private static func cell(
    _ row: FieldReader, _ card: StudyCard?, _ log: inout ProblemLog
  ) -> Cell? {
    let version = row.declared(
      "version", among: card?.versions.map(\.id), section: "versions", log: &log)
    let benchmark = row.declared(
      "benchmark", among: card?.design.benchmarks.map(\.id), section: "design.benchmarks",
      log: &log)
    let configuration = row.declared(
      "configuration", among: card?.design.configurations.map(\.id),
      section: "design.configurations", log: &log)
    let alpha = row.required("alpha", log: &log).flatMap { _ in row.number("alpha", log: &log) }
    let printed = row.required("printed", log: &log).flatMap { _ in
      row.printed("printed", .percent, log: &log)
    }
    let count = row.count("n", minimum: 1, log: &log)
    if let alpha, let doses = card?.design.doses, !doses.contains(alpha),
      let field = row.table.field("alpha", of: row.row)
    {
      row.error(
        field, "the dose \(field.text) is not among design.alphas",
        "add it to design.alphas in study.yaml or correct it", &log)
      return nil
    }
    guard let version, let benchmark, let configuration, let alpha, let printed else {
      return nil
    }
    let key = "\(version)/\(benchmark)/\(configuration)/\(PrintedNumber.text(of: alpha))"
    return Cell(
      version: version, benchmark: benchmark, configuration: configuration, dose: alpha,
      printed: printed, statedCount: count, source: row.source(key, log: &log))
  }

  private static func detectionRow(
    _ row: FieldReader, _ card: StudyCard?, _ log: inout ProblemLog
  ) -> DetectionRow? {
    let dataset = row.identifier("dataset", log: &log)
    let role = row.choice("role", as: DetectionRole.self, log: &log)
    if role == nil, row.table.field("role", of: row.row) == nil {
      _ = row.required("role", log: &log)
    }
    let count = row.count("n", minimum: 1, log: &log)
    let rate = row.printed("positive_rate", .percent, log: &log)
    let majority = row.printed("majority_accuracy", .percent, log: &log)
    let accuracy = row.printed("accuracy", .percent, log: &log)
    let auroc = row.printed("auroc", .unitInterval, log: &log)
    let randomAccuracy = row.printed("random_accuracy", .percent, log: &log)
    let randomAUROC = row.printed("random_auroc", .unitInterval, log: &log)
    guard let dataset, let role else { return nil }
    return DetectionRow(
      dataset: dataset, role: role.rawValue, count: count, positiveRate: rate,
      majorityAccuracy: majority, accuracy: accuracy, auroc: auroc,
      randomAccuracy: randomAccuracy, randomAUROC: randomAUROC,
      source: row.source(dataset, log: &log))
  }

  private static func gridRow(
    _ row: FieldReader, _ card: StudyCard?, _ log: inout ProblemLog
  ) -> GridRow? {
    let penalty = row.required("c", log: &log).flatMap { _ in row.number("c", log: &log) }
    let accuracy = row.printed("accuracy", .percent, log: &log)
    let auroc = row.printed("auroc", .unitInterval, log: &log)
    let nonzero = row.count("nonzero", log: &log)
    let positive = row.count("positive", log: &log)
    guard let penalty, let field = row.table.field("c", of: row.row) else { return nil }
    guard penalty > 0 else {
      row.error(field, "C must be above 0", "correct it", &log)
      return nil
    }
    if let nonzero, let positive, positive > nonzero {
      log.error(
        row.table.file, row.row.line, nil,
        "\(positive) positive weights out of \(nonzero) nonzero ones", remedy: "correct the counts")
      return nil
    }
    return GridRow(
      inversePenalty: penalty, accuracy: accuracy, auroc: auroc, nonzero: nonzero,
      positive: positive, source: row.source(PrintedNumber.text(of: penalty), log: &log))
  }

  private static func neuronCount(
    _ row: FieldReader, _ card: StudyCard?, _ log: inout ProblemLog
  ) -> NeuronCount? {
    let set = row.identifier("set", log: &log)
    let kind = row.required("kind", log: &log).flatMap { _ in
      row.choice("kind", as: NeuronKind.self, log: &log)
    }
    let layer = row.count("layer", log: &log)
    let attention = row.choice("attention", as: AttentionKind.self, log: &log)
    let count = row.required("count", log: &log).flatMap { _ in row.count("count", log: &log) }
    if let layer, let layers = card?.model?.layerCount, layer >= layers,
      let field = row.table.field("layer", of: row.row)
    {
      row.error(
        field, "layer \(layer) does not exist: the model has \(layers) layers, counted from 0",
        "correct the layer or model.layers in study.yaml", &log)
      return nil
    }
    guard let set, let kind, let count else { return nil }
    let made = NeuronCount(
      set: set, kind: kind, layer: layer, attention: attention, count: count,
      source: SourceReference(file: row.table.file, line: row.row.line, key: ""))
    return NeuronCount(
      set: set, kind: kind, layer: layer, attention: attention, count: count,
      source: row.source(made.id, log: &log))
  }
}

/// How a question set relates to the training data of the detector.
enum DetectionRole: String, CaseIterable {
  case inDomain = "in-domain"
  case secondInDomain = "second-in-domain"
  case crossDomain = "cross-domain"
  case fabricated
}
