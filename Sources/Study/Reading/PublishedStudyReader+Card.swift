extension PublishedStudyReader {
  static let cardFile = "study.yaml"

  /// Decodes a document that satisfies the schema; the checks here are those that a schema cannot
  /// express. Returns `nil` after an error.
  mutating func readCard(_ root: YAMLNode) -> StudyCard? {
    let hadErrors = log.hasErrors
    guard let head = root["study"], let design = root["design"] else { return nil }
    let versions = readVersions(root["versions"])
    let card = StudyCard(
      id: head["id"]?.text ?? "", title: head["title"]?.text ?? "",
      citation: head["citation"]?.text ?? "", language: head["language"]?.text ?? "",
      versions: versions, model: root["model"].map { readModel($0) },
      design: readDesign(design), sampling: root["sampling"].map { readSampling($0) },
      classifier: root["classifier"].map { readClassifier($0) },
      auditor: readAuditor(root["auditor"]),
      limits: (root["limits"]?.text ?? "").trimmingBlanks)
    return log.hasErrors && !hadErrors ? nil : card
  }

  private mutating func readVersions(_ node: YAMLNode?) -> [StudyVersion] {
    var versions: [StudyVersion] = []
    for element in node?.elements ?? [] {
      let id = element["id"]?.text ?? ""
      checkUnique(id, element, among: versions.map(\.id), section: "versions")
      if let earlier = element["supersedes"], let name = earlier.text,
        !versions.contains(where: { $0.id == name })
      {
        log.error(
          Self.cardFile, earlier.line, earlier.column,
          "the version \(id) supersedes \(name.quotedForMessage), which does not stand before it",
          remedy: "list the editions from the oldest to the newest")
      }
      versions.append(
        StudyVersion(
          id: id, label: element["label"]?.text ?? "", supersedes: element["supersedes"]?.text))
    }
    return versions
  }

  private mutating func readModel(_ node: YAMLNode) -> ModelArchitecture {
    let layers = node["layers"]?.integer ?? 0
    for element in node["full_attention_layers"]?.elements ?? [] {
      guard let layer = element.integer, layer >= layers else { continue }
      log.error(
        Self.cardFile, element.line, element.column,
        "layer \(layer) does not exist: the model has \(layers) layers, counted from 0",
        remedy: "correct the layer or model.layers")
    }
    if let active = node["active_experts"]?.integer,
      active > node["routed_experts"]?.integer ?? 0
    {
      log.error(
        Self.cardFile, node["active_experts"]?.line, node["active_experts"]?.column,
        "more active experts than routed ones", remedy: "correct one of the two")
    }
    return ModelArchitecture(
      name: node["name"]?.text ?? "", layerCount: layers,
      fullAttentionLayers: node["full_attention_layers"].map {
        $0.elements.compactMap(\.integer).sorted()
      },
      routedExpertCount: node["routed_experts"]?.integer,
      activeExpertCount: node["active_experts"]?.integer,
      sharedExpertCount: node["shared_experts"]?.integer,
      neuronsPerExpert: node["neurons_per_expert"]?.integer)
  }

  private mutating func readDesign(_ node: YAMLNode) -> StudyDesign {
    let doses = node["alphas"]?.elements.compactMap(\.number) ?? []
    if zip(doses, doses.dropFirst()).contains(where: { $0 >= $1 }) {
      log.error(
        Self.cardFile, node["alphas"]?.line, node["alphas"]?.column,
        "the doses are not ascending", remedy: "sort them and name each once")
    }
    if let noOp = node["no_op_alpha"], let dose = noOp.number, !doses.contains(dose) {
      log.error(
        Self.cardFile, noOp.line, noOp.column,
        "the no-op dose \(PrintedNumber.text(of: dose)) is not among design.alphas",
        remedy: "add it to design.alphas or leave no_op_alpha out")
    }
    var benchmarks: [BenchmarkCard] = []
    for element in node["benchmarks"]?.elements ?? [] {
      let id = element["id"]?.text ?? ""
      checkUnique(id, element, among: benchmarks.map(\.id), section: "design.benchmarks")
      benchmarks.append(
        BenchmarkCard(
          id: id, endpoint: element["endpoint"]?.text ?? "",
          isPlanned: element["planned"]?.bool ?? true))
    }
    var configurations: [ConfigurationCard] = []
    for element in node["configurations"]?.elements ?? [] {
      let id = element["id"]?.text ?? ""
      checkUnique(id, element, among: configurations.map(\.id), section: "design.configurations")
      configurations.append(
        ConfigurationCard(
          id: id, label: element["label"]?.text ?? "",
          implementation: element["implementation"]?.text ?? "",
          weightFormat: element["weight_format"]?.text ?? "", hardware: element["hardware"]?.text))
    }
    return StudyDesign(
      doses: doses, noOpDose: node["no_op_alpha"]?.number,
      sameItemsAtEveryDose: node["same_items_at_every_alpha"]?.bool,
      isPreregistered: node["preregistered"]?.bool ?? false,
      smallestEffectOfInterest: node["smallest_effect_of_interest_pp"]?.number,
      endpointOfInterest: node["endpoint_of_interest"]?.text, benchmarks: benchmarks,
      configurations: configurations)
  }

  private func readSampling(_ node: YAMLNode) -> SamplingCard {
    SamplingCard(
      responsesPerItem: node["responses_per_item"]?.integer,
      itemsSeen: node["items_seen"]?.integer, alwaysRight: node["always_right"]?.integer,
      alwaysWrong: node["always_wrong"]?.integer)
  }

  private func readClassifier(_ node: YAMLNode) -> ClassifierCard {
    ClassifierCard(
      selectedC: node["selected_c"]?.number, selectionData: node["selection_data"]?.text,
      heldOutShare: node["held_out_share"]?.number,
      featuresPerNeuron: node["features_per_neuron"]?.integer,
      finalNonzero: node["final_nonzero"]?.integer, finalPositive: node["final_positive"]?.integer,
      finalNegative: node["final_negative"]?.integer,
      evaluationUnit: node["evaluation_unit"]?.text,
      randomSetDraws: node["random_set_draws"]?.integer)
  }

  private mutating func readAuditor(_ node: YAMLNode?) -> AuditorChoices {
    let usual = AuditorChoices()
    var notes: [ReviewerNote] = []
    for element in node?["reviewer_notes"]?.elements ?? [] {
      let id = element["id"]?.text ?? ""
      checkUnique(id, element, among: notes.map(\.id), section: "auditor.reviewer_notes")
      notes.append(
        ReviewerNote(
          id: id, note: (element["note"]?.text ?? "").trimmingBlanks,
          claims: element["claims"]?.elements.compactMap(\.text) ?? [],
          source: SourceReference(file: Self.cardFile, line: element.line, key: id)))
    }
    return AuditorChoices(
      level: node?["level"]?.number ?? usual.level,
      confidenceLevel: node?["confidence_level"]?.number ?? usual.confidenceLevel,
      equivalenceMargin: node?["equivalence_margin_pp"]?.number ?? usual.equivalenceMargin,
      powerTarget: node?["power_target"]?.number ?? usual.powerTarget,
      seed: node?["seed"]?.integer.map { UInt64($0) } ?? usual.seed, reviewerNotes: notes)
  }

  private mutating func checkUnique(
    _ id: String, _ node: YAMLNode, among earlier: [String], section: String
  ) {
    guard earlier.contains(id) else { return }
    log.error(
      Self.cardFile, node["id"]?.line ?? node.line, node["id"]?.column,
      "\(section) names \(id.quotedForMessage) twice", remedy: "give each its own id")
  }

  /// Reviewer's notes may only point at claims that exist.
  mutating func checkNotes(_ claims: [Claim]) {
    // Claims that could not be read have their own messages.
    guard !log.problems.contains(where: { $0.file == Self.claimsFile && $0.severity == .error })
    else { return }
    let ids = claims.map(\.id)
    for note in card?.auditor.reviewerNotes ?? [] {
      for claim in note.claims where !ids.contains(claim) {
        let suggestion = claim.closest(in: ids).map { "did you mean \($0)? " } ?? ""
        log.error(
          Self.cardFile, note.source.line, nil,
          "the reviewer's note \(note.id) concerns the unknown claim \(claim.quotedForMessage)",
          remedy: "\(suggestion)use the id of a claim of claims.yaml")
      }
    }
  }
}
