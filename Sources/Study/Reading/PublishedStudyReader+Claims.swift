extension PublishedStudyReader {
  static let claimsFile = "claims.yaml"
  /// Over all claims; bounds the work of looking references up.
  static let maximumReferences = 5_000

  /// Reads `claims.yaml` (optional) and checks every name and reference against card and tables.
  mutating func readClaims(_ tables: StudyTables) -> [Claim] {
    guard let root = yaml(Self.claimsFile, presence: .optional, schema: .publishedClaims) else {
      return []
    }
    let lookup = PublishedStudy(tables: tables)
    let nodes = root["claims"]?.elements ?? []
    let count = nodes.reduce(0) { $0 + ($1["references"]?.elements.count ?? 0) }
    guard count <= Self.maximumReferences else {
      claimError(
        root, "the claims have \(count) references, at most \(Self.maximumReferences) fit",
        "use patterns with * and **")
      return []
    }
    var claims: [Claim] = []
    var seen: [String: Int] = [:]
    for node in nodes {
      guard let claim = readClaim(node) else { continue }
      if let earlier = seen.updateValue(node.line, forKey: claim.id) {
        claimError(
          node["id"] ?? node, "the claim \(claim.id) already stands in line \(earlier)",
          "give each claim its own id")
      }
      checkSignature(claim, node)
      // Without a card the subjects cannot be checked; without sound tables no row can be found.
      if card != nil { checkSubject(claim, node) }
      if !log.problems.contains(where: { $0.file.hasSuffix(".csv") && $0.severity == .error }) {
        checkReferences(claim, node, lookup)
      }
      claims.append(claim)
    }
    return claims
  }

  private mutating func readClaim(_ node: YAMLNode) -> Claim? {
    guard let id = node["id"]?.text, let quote = node["quote"]?.text,
      let word = node["predicate"]?.text, let predicate = ClaimPredicate(rawValue: word)
    else { return nil }
    var values: [String: PrintedNumber] = [:]
    for entry in node["values"]?.entries ?? [] {
      guard case .scalar(let text, _) = entry.value.content, let number = PrintedNumber(text),
        number.kind != .missing
      else {
        claimError(
          entry.value, "the value \(entry.key) is not a number: \(entry.value.described)",
          "write it as printed, for example \"7pp\", \"76.8%\" or \"0.860\"")
        continue
      }
      values[entry.key] = number
    }
    var terms: [String: String] = [:]
    for entry in node["terms"]?.entries ?? [] { terms[entry.key] = entry.value.text }
    let subject = node["subject"]
    return Claim(
      id: id, quote: quote, place: node["place"]?.text ?? "", version: node["version"]?.text,
      predicate: predicate,
      benchmarks: subject?["benchmarks"]?.elements.compactMap(\.text) ?? [],
      configurations: subject?["configurations"]?.elements.compactMap(\.text) ?? [],
      datasets: subject?["datasets"]?.elements.compactMap(\.text) ?? [],
      references: node["references"]?.elements.compactMap(\.text) ?? [], values: values,
      terms: terms,
      source: SourceReference(
        file: Self.claimsFile, line: node.line, key: id, place: node["place"]?.text, quote: quote))
  }

  private mutating func checkSignature(_ claim: Claim, _ node: YAMLNode) {
    let signature = claim.predicate.signature
    let name = claim.predicate.rawValue
    checkNames(
      node["values"] ?? node, entries: node["values"]?.entries ?? [], kind: "value",
      predicate: name, required: signature.requiredValues, optional: signature.optionalValues)
    checkNames(
      node["terms"] ?? node, entries: node["terms"]?.entries ?? [], kind: "term",
      predicate: name, required: signature.requiredTerms, optional: signature.optionalTerms)
    for entry in node["terms"]?.entries ?? [] {
      guard let words = ClaimPredicate.words(ofTerm: entry.key), let text = entry.value.text,
        !words.contains(text)
      else { continue }
      claimError(
        entry.value, "the term \(entry.key) cannot be \(text.quotedForMessage)",
        "allowed: \(words.joined(separator: ", "))")
    }
    if let original = claim.terms["original"], let names = card?.design.configurations.map(\.id),
      !names.contains(original)
    {
      claimError(
        node["terms"] ?? node,
        "the term original names the unknown configuration "
          + original.quotedForMessage, "declare it in study.yaml or correct the name")
    }
    guard !signature.tables.isEmpty else { return }
    let tables = claim.references.compactMap { RowReference($0)?.table }
    guard !tables.contains(where: signature.tables.contains) else { return }
    let wanted = signature.tables.map(\.rawValue).joined(separator: ", ")
    claimError(
      node["references"] ?? node, "a claim \(name) must refer to at least one row",
      "add references to rows of: \(wanted)")
  }

  private mutating func checkNames(
    _ node: YAMLNode, entries: [YAMLNode.Entry], kind: String, predicate: String,
    required: [String], optional: [String]
  ) {
    for name in required where !entries.contains(where: { $0.key == name }) {
      claimError(
        node, "a claim \(predicate) needs the \(kind) \(name)", "add it under \(kind)s")
    }
    let known = required + optional
    for entry in entries where !known.contains(entry.key) {
      let suggestion = entry.key.closest(in: known).map { "did you mean \($0)? " } ?? ""
      log.error(
        Self.claimsFile, entry.line, entry.column,
        "a claim \(predicate) has no \(kind) \(entry.key.quotedForMessage)",
        remedy: suggestion
          + (known.isEmpty
            ? "remove it: this predicate takes no \(kind)s"
            : "known: \(known.joined(separator: ", "))"))
    }
  }

  private mutating func checkSubject(_ claim: Claim, _ node: YAMLNode) {
    guard let card else { return }
    if let version = node["version"] {
      checkDeclared(version, among: card.versions.map(\.id), kind: "version", "versions")
    }
    for element in node["subject"]?["benchmarks"]?.elements ?? [] {
      checkDeclared(
        element, among: card.design.benchmarks.map(\.id), kind: "benchmark", "design.benchmarks")
    }
    for element in node["subject"]?["configurations"]?.elements ?? [] {
      checkDeclared(
        element, among: card.design.configurations.map(\.id), kind: "configuration",
        "design.configurations")
    }
  }

  private mutating func checkDeclared(
    _ node: YAMLNode, among names: [String], kind: String, _ section: String
  ) {
    guard let name = node.text, !names.contains(name) else { return }
    let suggestion = name.closest(in: names).map { "did you mean \($0)? " } ?? ""
    claimError(
      node, "unknown \(kind) \(name.quotedForMessage)",
      "\(suggestion)declare it under \(section) in study.yaml or correct the name")
  }

  private mutating func checkReferences(
    _ claim: Claim, _ node: YAMLNode, _ lookup: PublishedStudy
  ) {
    for element in node["subject"]?["datasets"]?.elements ?? [] {
      let names = lookup.detection.map(\.dataset)
      guard let name = element.text, !names.contains(name) else { continue }
      let suggestion = name.closest(in: names).map { "did you mean \($0)? " } ?? ""
      claimError(
        element, "unknown dataset \(name.quotedForMessage)",
        "\(suggestion)use the name of a row of detection.csv")
    }
    for element in node["references"]?.elements ?? [] {
      guard let text = element.text else { continue }
      guard let reference = RowReference(text) else {
        let tables = RowReference.Table.allCases.map(\.rawValue).joined(separator: ", ")
        claimError(
          element, "\(text.quotedForMessage) is not a reference",
          "write table/row with one of the tables \(tables)")
        continue
      }
      if lookup.sources(matching: text).isEmpty {
        claimError(
          element, "the reference \(text.quotedForMessage) matches no row",
          "write it as \(reference.table.pattern), with * for any one part")
      }
      warnOfOtherSubject(claim, element, lookup.cells(matching: text))
    }
  }

  /// A claim about FalseQA that refers to cells of FaithEval is a slip.
  private mutating func warnOfOtherSubject(_ claim: Claim, _ node: YAMLNode, _ cells: [Cell]) {
    let strangers = cells.filter { cell in
      !(claim.benchmarks.isEmpty || claim.benchmarks.contains(cell.benchmark))
        || !(claim.configurations.isEmpty || claim.configurations.contains(cell.configuration))
    }
    guard let stranger = strangers.first else { return }
    log.warning(
      Self.claimsFile, node.line, node.column,
      "the claim \(claim.id) refers to \(stranger.id), which is not among its subject",
      remedy: "add it to the subject or narrow the reference")
  }

  private mutating func claimError(_ node: YAMLNode, _ message: String, _ remedy: String) {
    log.error(Self.claimsFile, node.line, node.column, message, remedy: remedy)
  }
}

extension RowReference.Table {
  /// The shape of a reference, for messages.
  var pattern: String {
    switch self {
    case .cells: "cells/VERSION/BENCHMARK/CONFIGURATION/ALPHA"
    case .detection: "detection/DATASET"
    case .grid: "grid/C"
    case .neurons: "neurons/SET/KIND, neurons/SET/KIND/layer/NUMBER or …/attention/WORD"
    case .liveness: "liveness/FROM/TO"
    case .summaries, .tests, .validations, .arithmetic: "\(rawValue)/ID"
    }
  }
}

extension PublishedStudy {
  /// Tables without a card, to look references up in.
  fileprivate init(tables: StudyTables) {
    self.init(
      id: "", title: "", citation: "", language: "", versions: [],
      design: StudyDesign(doses: [], isPreregistered: false, benchmarks: [], configurations: []),
      auditor: AuditorChoices(), limits: "", cells: tables.cells, detection: tables.detection,
      grid: tables.grid, neurons: tables.neurons, summaries: tables.summaries,
      tests: tables.tests, validations: tables.validations, arithmetic: tables.arithmetic,
      liveness: tables.liveness)
  }
}
