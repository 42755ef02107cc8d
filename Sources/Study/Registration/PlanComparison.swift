internal import CanonicalJSON

/// A plan beside its lock: what changed, and what each change does to each hypothesis.
///
/// Rule: a change touches the hypotheses that rest on what changed. Wording of the study, research
/// questions, originals and limits touch none; sampling, spans, judge, classifier, checkpoint, seed,
/// checks and levels touch all; benchmarks, configurations and detection sets touch those that use them.
public struct PlanComparison: Sendable {
  public let plan: StudyPlan
  /// `nil` when the plan was never locked.
  public let lock: StudyLock?
  /// Sorted by path; empty without a lock.
  public let differences: [PlanDifference]

  /// - Parameter inputs: hashes of the named files now, see ``StudyPlan/hashedInputs(folder:)``. A
  ///   file that has no hash now is not compared: absence is found when it is read.
  public init(plan: StudyPlan, lock: StudyLock?, inputs: [StudyLock.NamedFile] = []) {
    self.plan = plan
    self.lock = lock
    guard let lock else {
      differences = []
      return
    }
    var found = PlanDifference.between(lock.content, plan.registeredContent)
    let locked = Dictionary(
      lock.inputs.map { ($0.path, $0.sha256) }, uniquingKeysWith: { first, _ in first })
    for input in inputs {
      guard let now = input.sha256, case .some(.some(let before)) = locked[input.path],
        before != now
      else { continue }
      found.append(
        PlanDifference(
          path: "inputs.\(input.path)", kind: .changed, registered: .string(before),
          current: .string(now)))
    }
    differences = found.sorted { ($0.path, $0.kind.rawValue) < ($1.path, $1.kind.rawValue) }
  }

  /// Whether an analysis counts as registered, a deviation or exploratory.
  ///
  /// - Parameter hypothesis: id of the hypothesis that the analysis decides; `nil` for an analysis
  ///   that decides none.
  public func status(of hypothesis: String?) -> PlanStanding {
    guard let lock else { return .exploratory(.noLock) }
    guard let hypothesis, lock.hypotheses.contains(hypothesis) else {
      return .exploratory(.notInLock)
    }
    let changed = differences(touching: hypothesis).map(PlanStanding.Reason.changed)
    let declared = plan.deviations.filter { $0.hypotheses.contains(hypothesis) }
      .map { PlanStanding.Reason.declared($0.id) }
    return changed.isEmpty && declared.isEmpty ? .registered : .deviation(changed + declared)
  }

  /// Hypotheses of the lock that the plan no longer holds: they count in their family all the same.
  public var omittedHypotheses: [String] {
    (lock?.hypotheses ?? []).filter { plan.hypothesis($0) == nil }
  }

  /// Registered tests of hypotheses that have gone from the plan: benchmarks × configurations,
  /// question sets, or one.
  public func omittedTestCount(inFamily family: String) -> Int {
    let gone = Set(omittedHypotheses)
    return (lock?.content["hypotheses"]?.arrayValue ?? []).reduce(0) { sum, hypothesis in
      guard let id = hypothesis["id"]?.stringValue, gone.contains(id),
        hypothesis["family"]?.stringValue == family
      else { return sum }
      func count(_ key: String) -> Int { hypothesis[key]?.arrayValue?.count ?? 0 }
      return sum + max(1, count("benchmarks") * count("configurations") + count("detection_sets"))
    }
  }

  /// Differences that no declared deviation names, for hypotheses that they touch.
  public var undeclaredDifferences: [PlanDifference] {
    let declared = Set(plan.deviations.flatMap(\.hypotheses))
    let ids = lock?.hypotheses ?? []
    return differences.filter { difference in
      let touched = ids.filter { touches(difference, $0) }
      return !touched.isEmpty && !touched.allSatisfy(declared.contains)
    }
  }

  public func differences(touching hypothesis: String) -> [PlanDifference] {
    differences.filter { touches($0, hypothesis) }
  }

  // MARK: - What rests on what

  private func touches(_ difference: PlanDifference, _ id: String) -> Bool {
    let (section, name) = difference.head
    let uses = uses(of: id)
    switch section {
    case "hypotheses":
      // Another number of tests in a family changes the adjusted p of all its members.
      let steps = difference.path.split(separator: ".")
      let countsTests =
        steps.count < 3 && difference.kind == .added
        || steps.count > 2
          && ["benchmarks", "configurations", "detection_sets", "family"].contains(steps[2])
      let families = [
        name.flatMap { plan.hypothesis($0)?.family }, difference.registered?.stringValue,
      ]
      return name == id
        || countsTests && families.contains { $0.map(uses.families.contains) == true }
    case "families": return name.map(uses.families.contains) ?? true
    case "design": return touchesDesign(difference, uses)
    case "detection": return touchesDetection(difference, uses)
    case "inputs":
      let path = String(difference.path.dropFirst("inputs.".count))
      return uses.files.contains(path)
    case "sampling", "classifier", "checks", "analysis", "endpoints", "spans", "judge": return true
    default: return false
    }
  }

  private func touchesDesign(_ difference: PlanDifference, _ uses: Uses) -> Bool {
    let steps = difference.path.split(separator: ".", maxSplits: 3).map(String.init)
    let part = steps.count > 1 ? steps[1] : ""
    let entry = steps.count > 2 ? steps[2] : nil
    switch part {
    case "benchmarks": return entry.map(uses.benchmarks.contains) ?? !uses.benchmarks.isEmpty
    case "configurations":
      // A label is for readers.
      if steps.count > 3, steps[3] == "label" { return false }
      return entry.map(uses.configurations.contains) ?? !uses.configurations.isEmpty
    case "alphas", "no_op_alpha": return !uses.benchmarks.isEmpty
    case "random_sets", "matching": return uses.hasRandomSets
    case "model": return entry == "base_path" ? uses.hasBaseCheckpoint : entry != "name"
    default: return true
    }
  }

  private func touchesDetection(_ difference: PlanDifference, _ uses: Uses) -> Bool {
    let steps = difference.path.split(separator: ".", maxSplits: 3).map(String.init)
    guard steps.count > 1 else { return !uses.detectionSets.isEmpty }
    if steps[1] == "random_sets" { return uses.hasRandomSets && !uses.detectionSets.isEmpty }
    return steps.count > 2 ? uses.detectionSets.contains(steps[2]) : !uses.detectionSets.isEmpty
  }

  private struct Uses {
    var families: Set<String> = []
    var benchmarks: Set<String> = []
    var configurations: Set<String> = []
    var detectionSets: Set<String> = []
    var files: Set<String> = []
    var hasRandomSets = false
    var hasBaseCheckpoint = false
  }

  /// What a hypothesis rests on, in the lock and in the plan together.
  private func uses(of id: String) -> Uses {
    var uses = Uses()
    for content in [lock?.content, plan.registeredContent].compactMap({ $0 }) {
      let hypotheses = content["hypotheses"]?.arrayValue ?? []
      guard let own = hypotheses.first(where: { $0["id"]?.stringValue == id }) else { continue }
      func names(_ key: String) -> [String] {
        (own[key]?.arrayValue ?? []).compactMap(\.stringValue)
      }
      func files(_ entries: [CanonicalEntry], _ chosen: Set<String>) -> [String] {
        entries.filter { chosen.contains($0.id) }.map(\.file)
      }
      uses.families.formUnion([own["family"]?.stringValue].compactMap { $0 })
      uses.benchmarks.formUnion(names("benchmarks"))
      uses.configurations.formUnion(names("configurations"))
      uses.detectionSets.formUnion(names("detection_sets"))
      let sets = [own["neuron_set"], own["compared_with"]].compactMap { $0?.stringValue }
      let analysis = own["analysis"]?.stringValue
      if sets.contains(NeuronSetKind.random.rawValue)
        || analysis == HypothesisPlan.Analysis.detectionAboveRandom.rawValue
      {
        uses.hasRandomSets = true
      }
      if analysis == HypothesisPlan.Analysis.origin.rawValue { uses.hasBaseCheckpoint = true }
      let benchmarks = (content["design"]?["benchmarks"]?.arrayValue ?? [])
        .compactMap(CanonicalEntry.init)
      let detection = (content["detection"]?["sets"]?.arrayValue ?? [])
        .compactMap(CanonicalEntry.init)
      uses.files.formUnion(files(benchmarks, uses.benchmarks))
      uses.files.formUnion(files(detection, uses.detectionSets))
      uses.files.formUnion(
        [content["sampling"]?["questions"]?.stringValue, content["judge"]?["gold"]?.stringValue]
          .compactMap { $0 })
    }
    return uses
  }
}

/// An entry of a list that names a file.
private struct CanonicalEntry {
  let id: String
  let file: String

  init?(_ value: JSONValue) {
    guard let id = value["id"]?.stringValue, let file = value["file"]?.stringValue else {
      return nil
    }
    self.id = id
    self.file = file
  }
}
