internal import Provenance

/// Reads `figures.yaml` and collects every mistake in it.
struct PublishedFiguresReader {
  var log = ProblemLog()
  private let name = PublishedFigures.fileName

  mutating func read(folder: String) -> PublishedFigures? {
    guard
      let file = BoundedFile.read(
        folder: folder, name: name, presence: .required, maximumBytes: 4 << 20, log: &log),
      let root = YAMLReader.read(file, log: &log)
    else { return nil }
    let before = log.problems.count
    var validator = SchemaValidator(schema: StudySchema.publishedFigures.document, file: name)
    validator.validate(root, log: &log)
    guard log.problems.count == before else { return nil }
    let common = root["method"].flatMap { method($0, base: nil) }
    var figures: [PublishedFigure] = []
    var seen: [String: Int] = [:]
    for node in root["figures"]?.elements ?? [] {
      guard let figure = figure(node, common: common) else { continue }
      if let earlier = seen.updateValue(node.line, forKey: figure.id) {
        error(
          node["id"] ?? node, "the figure \(figure.id) already stands in line \(earlier)",
          "give each figure its own id")
      }
      figures.append(figure)
    }
    guard !log.hasErrors else { return nil }
    return PublishedFigures(
      title: root["title"]?.text ?? "", citation: root["citation"]?.text ?? "", figures: figures,
      file: StudyFile(path: name, sha256: file.sha256.description, sizeBytes: file.sizeBytes))
  }

  private mutating func figure(_ node: YAMLNode, common: FigureMethod?) -> PublishedFigure? {
    guard let id = node["id"]?.text, let word = node["statistic"]?.text,
      let statistic = FigureStatistic(rawValue: word), let printed = number(node["printed"])
    else { return nil }
    checkKeys(node, statistic)
    let ends = node["interval"]?.elements ?? []
    let lower = ends.first.flatMap { number($0) }
    let upper = ends.dropFirst().first.flatMap { number($0) }
    if let lower = lower?.value, let upper = upper?.value, lower > upper {
      error(ends[0], "the interval of \(id) is upside down", "write the lower end first")
    }
    var rows = PublishedFigure.Rows()
    rows.benchmark = node["benchmark"]?.text
    rows.configuration = node["configuration"]?.text
    rows.neuronSet = node["neuron_set"]?.text
    rows.endpoint = node["endpoint"]?.text
    rows.judge = node["judge"]?.text
    rows.against = node["against"]?.text
    rows.dose = node["dose"]?.number
    rows.from = node["from"]?.number
    rows.to = node["to"]?.number
    rows.set = node["set"]?.text
    rows.detector = node["detector"]?.text
    rows.split = node["split"]?.text
    rows.otherSplit = node["other_split"]?.text
    let layers = node["layers"]?.elements ?? []
    rows.firstLayer = layers.first?.integer
    rows.lastLayer = layers.last?.integer
    let stated = node["method"].flatMap { method($0, base: common) }
    return PublishedFigure(
      id: id, statistic: statistic, printed: printed, lower: lower, upper: upper,
      method: ends.isEmpty ? nil : stated ?? common, rows: rows,
      source: SourceReference(
        file: name, line: node.line, key: id, place: node["place"]?.text,
        quote: node["quote"]?.text))
  }

  private mutating func method(_ node: YAMLNode, base: FigureMethod?) -> FigureMethod? {
    guard let word = node["name"]?.text, let method = FigureMethodName(rawValue: word) else {
      return nil
    }
    return FigureMethod(
      name: method,
      confidenceLevel: node["confidence_level"]?.number ?? base?.confidenceLevel ?? 0.95,
      seed: node["seed"]?.integer.map { UInt64(max(0, $0)) } ?? base?.seed ?? 42,
      resampleCount: node["resamples"]?.integer ?? base?.resampleCount ?? 10_000,
      order: node["order"]?.text.flatMap(FigureMethod.ItemOrder.init) ?? base?.order ?? .sorted)
  }

  private mutating func number(_ node: YAMLNode?) -> PrintedNumber? {
    guard let node else { return nil }
    guard case .scalar(let text, _) = node.content, let number = PrintedNumber(text),
      number.kind != .missing
    else {
      error(
        node, "\(node.described) is not a number",
        "write it as printed, for example \"64.2%\", \"4.5pp\" or \"0.843\"")
      return nil
    }
    return number
  }

  private mutating func checkKeys(_ node: YAMLNode, _ statistic: FigureStatistic) {
    let subject = [
      "benchmark", "configuration", "neuron_set", "endpoint", "judge", "against", "dose", "from",
      "to", "set", "detector", "split", "other_split", "layers",
    ]
    for key in statistic.required where node[key] == nil {
      error(
        node, "a figure \(statistic.rawValue) needs the key \(key)", "say which rows it came from")
    }
    let known = statistic.required + statistic.optional
    for entry in node.entries where subject.contains(entry.key) && !known.contains(entry.key) {
      log.error(
        name, entry.line, entry.column,
        "a figure \(statistic.rawValue) takes no \(entry.key)",
        remedy: known.isEmpty ? "remove it" : "it takes \(known.joined(separator: ", "))")
    }
  }

  private mutating func error(_ node: YAMLNode, _ message: String, _ remedy: String) {
    log.error(name, node.line, node.column, message, remedy: remedy)
  }
}
