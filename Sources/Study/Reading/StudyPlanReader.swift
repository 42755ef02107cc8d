internal import CanonicalJSON
internal import Provenance

/// Reads a plan and collects every mistake in it: schema first, then what a schema cannot express.
struct StudyPlanReader {
  static let file = "study.yaml"

  let folder: String
  var log = ProblemLog()

  init(folder: String) { self.folder = folder }

  mutating func read() -> PlanCheck {
    guard
      let file = BoundedFile.read(
        folder: folder, name: Self.file, presence: .required, maximumBytes: 4 << 20, log: &log),
      let root = YAMLReader.read(file, log: &log)
    else { return PlanCheck(plan: nil, problems: log.problems.sorted()) }
    let before = log.problems.count
    var validator = SchemaValidator(schema: StudySchema.plan.document, file: Self.file)
    validator.validate(root, log: &log)
    guard log.problems.count == before else {
      return PlanCheck(plan: nil, problems: log.problems.sorted())
    }
    let plan = decode(
      root,
      file: StudyFile(
        path: Self.file, sha256: file.sha256.description, sizeBytes: file.sizeBytes))
    checkReferences(plan, root)
    checkEndpoints(plan, root)
    return PlanCheck(plan: log.hasErrors ? nil : plan, problems: log.problems.sorted())
  }

  private mutating func decode(_ root: YAMLNode, file: StudyFile) -> StudyPlan {
    let head = root["study"]
    let families = (root["families"]?.elements ?? []).map { node in
      StudyPlan.HypothesisFamily(
        id: node.string("id"), method: node.choice("method", otherwise: .holm))
    }
    return StudyPlan(
      id: head?.string("id") ?? "", title: head?.string("title") ?? "",
      authors: (head?["authors"]?.elements ?? []).map {
        StudyPlan.Author(name: $0.string("name"), orcid: $0["orcid"]?.text)
      },
      licence: head?["licence"]?.text, language: head?["language"]?.text ?? "en",
      registration: readRegistration(root["registration"]),
      questions: (root["questions"]?.elements ?? []).map {
        StudyPlan.ResearchQuestion(id: $0.string("id"), text: $0.string("text"))
      },
      hypotheses: (root["hypotheses"]?.elements ?? []).map(readHypothesis),
      families: families.isEmpty
        ? [StudyPlan.HypothesisFamily(id: "confirmatory", method: .holm)] : families,
      design: readDesign(root["design"]), sampling: readSampling(root["sampling"]),
      classifier: readClassifier(root["classifier"]),
      detection: root["detection"].map(readDetection),
      endpoints: (root["endpoints"]?.elements ?? []).map(readEndpoint),
      spans: root["spans"].flatMap(readSpans), judge: root["judge"].map(readJudge),
      checks: (root["checks"]?.elements ?? []).map { node in
        OutcomeNeutralCheck(
          id: node.string("id"), kind: node.choice("kind", otherwise: .noOpExact),
          threshold: node["threshold"]?.number)
      },
      analysis: AnalysisPlan(
        level: root["analysis"]?["level"]?.number ?? 0.05,
        confidenceLevel: root["analysis"]?["confidence_level"]?.number ?? 0.95,
        resampleCount: root["analysis"]?["resamples"]?.integer ?? 10_000,
        permutationCount: root["analysis"]?["permutations"]?.integer ?? 9_999),
      replication: (root["replication"]?.elements ?? []).map { node in
        StudyPlan.OriginalResult(
          hypothesis: node.string("hypothesis"), test: node["test"]?.text,
          estimate: node["estimate"]?.number ?? 0, lower: node["lower"]?.number,
          upper: node["upper"]?.number,
          sampleSize: node["n"]?.integer, source: node.string("source"))
      },
      deviations: (root["deviations"]?.elements ?? []).map { node in
        PlannedDeviation(
          id: node.string("id"), planned: node.string("planned"), done: node.string("done"),
          decided: node.choice("decided", otherwise: .afterData), reason: node.string("reason"),
          impact: node["impact"]?.text, hypotheses: node.strings("hypotheses"))
      },
      limits: (root["limits"]?.text ?? "").trimmingBlanks, files: [file])
  }

  private func readRegistration(_ node: YAMLNode?) -> RegistrationPlan {
    RegistrationPlan(
      registry: node?["registry"]?.text, url: node?["url"]?.text, doi: node?["doi"]?.text,
      timestampFile: node?["timestamp_file"]?.text, statement: node?["statement"]?.text)
  }

  private func readHypothesis(_ node: YAMLNode) -> HypothesisPlan {
    let outcomes = node["interpretation"]
    return HypothesisPlan(
      id: node.string("id"), question: node.string("question"),
      statement: node.string("statement"),
      analysis: node.choice("analysis", otherwise: .doseTrend),
      direction: node.choice("direction", otherwise: .increase),
      benchmarks: node.strings("benchmarks"), configurations: node.strings("configurations"),
      neuronSet: node.choice("neuron_set", otherwise: .all),
      comparedWith: node["compared_with"]?.text.flatMap(NeuronSetKind.init),
      fromDose: node["from_alpha"]?.number, toDose: node["to_alpha"]?.number,
      detectionSets: node.strings("detection_sets"),
      layers: node["layers"]?.text.flatMap(HypothesisPlan.LayerKind.init),
      smallestEffectOfInterest: node["smallest_effect_of_interest"]?.number ?? 0,
      equivalenceMargin: node["equivalence_margin"]?.number, family: node.string("family"),
      rationale: node["rationale"]?.text,
      interpretation: HypothesisPlan.Interpretation(
        supported: outcomes?.string("supported") ?? "", refuted: outcomes?.string("refuted") ?? "",
        inconclusive: outcomes?.string("inconclusive") ?? ""),
      theory: node["theory"]?.text,
      source: SourceReference(file: Self.file, line: node.line, key: node.string("id")))
  }
}

extension YAMLNode {
  /// The text of a field that the schema requires.
  func string(_ key: String) -> String { (self[key]?.text ?? "").trimmingBlanks }

  func strings(_ key: String) -> [String] { self[key]?.elements.compactMap(\.text) ?? [] }

  /// A word of a closed list that the schema has checked.
  func choice<Choice: RawRepresentable>(
    _ key: String, otherwise usual: Choice
  ) -> Choice where Choice.RawValue == String {
    self[key]?.text.flatMap(Choice.init) ?? usual
  }
}
