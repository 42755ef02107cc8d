extension StudyPlanReader {
  /// Names that are used must exist, names that are given must be unique, and every analysis needs
  /// its ingredients.
  mutating func checkReferences(_ plan: StudyPlan, _ root: YAMLNode) {
    let design = root["design"]
    for (section, nodes) in [
      ("questions", root["questions"]), ("hypotheses", root["hypotheses"]),
      ("families", root["families"]), ("checks", root["checks"]),
      ("deviations", root["deviations"]), ("design.configurations", design?["configurations"]),
      ("design.benchmarks", design?["benchmarks"]), ("detection.sets", root["detection"]?["sets"]),
    ] { checkUnique(nodes, section: section) }
    checkDoses(design)
    for node in root["classifier"]?["c_grid"].map({ [$0] }) ?? [] {
      checkAscending(node, name: "classifier.c_grid")
    }
    if let agreement = root["sampling"]?["agreement"], let count = agreement.integer,
      count > plan.sampling.responses || 2 * count <= plan.sampling.responses
    {
      error(
        agreement, "agreement \(count) of \(plan.sampling.responses) responses",
        "write more than half of the responses and at most all of them")
    }
    for (hypothesis, node) in zip(plan.hypotheses, root["hypotheses"]?.elements ?? []) {
      check(hypothesis, node, plan)
    }
    for node in root["replication"]?.elements ?? [] {
      checkName(node["hypothesis"], among: plan.hypotheses.map(\.id), section: "hypotheses")
    }
    for node in root["deviations"]?.elements ?? [] {
      for name in node["hypotheses"]?.elements ?? [] {
        checkName(name, among: plan.hypotheses.map(\.id), section: "hypotheses")
      }
    }
  }

  private mutating func check(_ hypothesis: HypothesisPlan, _ node: YAMLNode, _ plan: StudyPlan) {
    checkName(node["question"], among: plan.questions.map(\.id), section: "questions")
    checkName(node["family"], among: plan.families.map(\.id), section: "families")
    for (key, names, section) in [
      ("benchmarks", plan.design.benchmarks.map(\.id), "design.benchmarks"),
      ("configurations", plan.design.configurations.map(\.id), "design.configurations"),
      ("detection_sets", plan.detection?.sets.map(\.id) ?? [], "detection.sets"),
    ] {
      for name in node[key]?.elements ?? [] { checkName(name, among: names, section: section) }
    }
    for key in requiredKeys(hypothesis.analysis) where node[key] == nil {
      error(
        node, "the analysis \(hypothesis.analysis.rawValue) of \(hypothesis.id) needs \(key)",
        "add \(key); docs/study-plan.md lists what each analysis needs")
    }
    for (key, dose) in [("from_alpha", hypothesis.fromDose), ("to_alpha", hypothesis.toDose)] {
      if let dose, !plan.design.doses.contains(dose), let place = node[key] {
        error(
          place, "\(key) \(PrintedNumber.text(of: dose)) is not among design.alphas",
          "add it there or choose a dose that is run")
      }
    }
    for key in ["neuron_set", "compared_with"] {
      guard let place = node[key], place.text == NeuronSetKind.random.rawValue else { continue }
      error(
        place, "\(hypothesis.id) cannot rest on random neuron sets: they are its controls",
        "name all, shared, routed or negative")
    }
    for id in hypothesis.configurations {
      guard let configuration = plan.design.configurations.first(where: { $0.id == id }) else {
        continue
      }
      for set in [hypothesis.neuronSet, hypothesis.comparedWith].compactMap({ $0 })
      where usesNeuronSets(hypothesis.analysis) && !configuration.neuronSets.contains(set) {
        error(
          node, "\(hypothesis.id) needs the neuron set \(set.rawValue), which \(id) does not run",
          "add it to the neuron_sets of \(id) or choose another configuration")
      }
    }
    if hypothesis.analysis == .layerConcentration,
      plan.design.checkpoint.layerCount == nil || plan.design.checkpoint.fullAttentionLayers == nil
    {
      error(
        node, "\(hypothesis.id) needs to know the layers of the model",
        "state design.model.layers and design.model.full_attention_layers")
    }
    if hypothesis.analysis == .origin, plan.design.checkpoint.basePath == nil {
      error(
        node, "\(hypothesis.id) needs a base checkpoint", "name it as design.model.base_path")
    }
  }

  private func requiredKeys(_ analysis: HypothesisPlan.Analysis) -> [String] {
    switch analysis {
    case .doseTrend, .monotoneDoseResponse: ["benchmarks", "configurations"]
    case .doseContrast: ["benchmarks", "configurations", "from_alpha", "to_alpha"]
    case .setDifference: ["benchmarks", "configurations", "compared_with"]
    case .detection, .detectionAboveRandom, .origin: ["detection_sets"]
    case .layerConcentration: ["layers"]
    case .configurationAgreement: ["benchmarks", "configurations", "equivalence_margin"]
    }
  }

  private func usesNeuronSets(_ analysis: HypothesisPlan.Analysis) -> Bool {
    switch analysis {
    case .doseTrend, .monotoneDoseResponse, .doseContrast, .setDifference, .configurationAgreement:
      true
    case .detection, .detectionAboveRandom, .origin, .layerConcentration: false
    }
  }

  private mutating func checkDoses(_ design: YAMLNode?) {
    guard let alphas = design?["alphas"] else { return }
    checkAscending(alphas, name: "design.alphas")
    if let noOp = design?["no_op_alpha"], let dose = noOp.number,
      !alphas.elements.contains(where: { $0.number == dose })
    {
      error(
        noOp, "the no-op dose \(PrintedNumber.text(of: dose)) is not among design.alphas",
        "add it: without it no configuration has an anchor")
    }
  }

  private mutating func checkAscending(_ node: YAMLNode, name: String) {
    let values = node.elements.compactMap(\.number)
    if zip(values, values.dropFirst()).contains(where: { $0 >= $1 }) {
      error(node, "\(name) is not ascending", "sort the values and name each once")
    }
  }

  private mutating func checkUnique(_ nodes: YAMLNode?, section: String) {
    var seen: Set<String> = []
    for element in nodes?.elements ?? [] {
      guard let id = element["id"], let name = id.text, !seen.insert(name).inserted else {
        continue
      }
      error(id, "\(section) names \(name.quotedForMessage) twice", "give each its own id")
    }
  }

  private mutating func checkName(_ node: YAMLNode?, among names: [String], section: String) {
    guard let node, let name = node.text, !names.contains(name) else { return }
    let suggestion = name.closest(in: names).map { "did you mean \($0)? " } ?? ""
    error(
      node, "unknown name \(name.quotedForMessage)",
      "\(suggestion)declare it under \(section) or correct it")
  }

  private mutating func error(_ node: YAMLNode, _ message: String, _ remedy: String) {
    log.error(Self.file, node.line, node.column, message, remedy: remedy)
  }
}
