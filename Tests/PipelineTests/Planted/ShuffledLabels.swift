import Audit
import Classifier
import Foundation
import Pipeline
import Randomness
import RawStore
import RowAudit
import Statistics
import Study

/// Stored features whose labels are drawn anew: what the detector then finds is chance.
///
/// Half of the items train and half are held out, once and for all. A shuffle permutes the outcomes
/// over all items, so that class counts stay and both rows of an item keep the same outcome.
struct ShuffledLabels {
  struct Draw {
    let area: Double
    let positives: Int
    let negatives: Int
    let selected: Int
    let isClaim: Bool
  }

  let store: TileStore
  let cost: Double
  private let plan: RegisteredPlan
  /// Distinct items in the order of the rows, with their outcomes.
  private let items: [String]
  private let outcomes: [Bool]

  init(store path: String, cost: Double, planFolder: String) throws {
    store = try TileStore(path: path)
    self.cost = cost
    var outcome: [String: Bool] = [:]
    var order: [String] = []
    for row in store.rows {
      guard let isRight = row.outcome else { continue }
      if outcome[row.item] == nil { order.append(row.item) }
      outcome[row.item] = isRight
    }
    items = order
    outcomes = order.map { outcome[$0] ?? false }
    let plan = try Self.plan(planFolder)
    self.plan = RegisteredPlan(
      PlanComparison(plan: plan, lock: try StudyLock(plan, at: UTCTime(seconds: 0), tool: "test")))
  }

  var itemCount: Int { items.count }
  var wrongCount: Int { outcomes.count { !$0 } }

  /// One shuffle: fit on the training items, scores and the registered test on the others.
  ///
  /// - Parameter index: of the shuffle; `nil` keeps the true labels.
  func draw(_ index: Int?) throws -> Draw {
    var shuffled = outcomes
    if let index {
      var random = RandomStream(seed: 41, analysis: "shuffled-labels", index: UInt64(index))
      random.shuffle(&shuffled)
    }
    let isRight = Dictionary(zip(items, shuffled), uniquingKeysWith: { $1 })
    let isTraining = Dictionary(
      items.enumerated().map { ($1, $0 % 2 == 0) }, uniquingKeysWith: { $1 })
    // 3-vs-1, as in the pipeline: wrong-answer rows against all others.
    let labels = store.rows.map { row in
      row.region == .answer && isRight[row.item] == false ? 1.0 : -1.0
    }
    var options = SolverOptions()
    options.gapTolerance = 1e-6
    options.violationTolerance = 1e-4
    options.examinesMargins = false
    let fit = try PathSolver(store: store, labels: labels, options: options).solve([
      LogisticProblem(
        name: "shuffle", cost: cost,
        rowWeights: store.rows.map { isTraining[$0.item] == true ? 1 : 0 })
    ])[0]
    let scores = try FrozenDetector(fit).scores(on: store)
    let held = store.rows.indices.filter {
      store.rows[$0].region == .answer && isTraining[store.rows[$0].item] == false
    }.sorted { store.rows[$0].item < store.rows[$1].item }
    let area = try AUROC(
      positives: held.filter { labels[$0] > 0 }.map { scores[$0] },
      negatives: held.filter { labels[$0] < 0 }.map { scores[$0] })
    return Draw(
      area: area.estimate.value ?? .nan, positives: area.positiveCount,
      negatives: area.negativeCount, selected: fit.weights.count,
      isClaim: try isClaim(held, labels, scores))
  }

  /// Whether the registered detection hypothesis gets a verdict, in either direction.
  private func isClaim(_ held: [Int], _ labels: [Double], _ scores: [Double]) throws -> Bool {
    let none = [Int?](repeating: nil, count: held.count)
    let rows = DetectionScores(
      set: "held-out", detector: "h-neurons", items: held.map { store.rows[$0].item },
      labels: held.map { labels[$0] > 0 }, scores: held.map { scores[$0] },
      predictions: held.map { scores[$0] > 0 }, spanLengths: none, responseLengths: none,
      contentHash: String(repeating: "0", count: 64))
    let table = RawTable(study: "shuffled", detection: [rows], contentHash: "0")
    let verdict = try RowAuditEngine.audit(table, settings: plan.settings, plan: plan)
      .hypotheses.first?.verdict
    return verdict == .supported || verdict == .refuted
  }

  private static func plan(_ folder: String) throws -> StudyPlan {
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let text = """
      kind: plan
      schema_version: 1
      study: {id: shuffled, title: Shuffled labels}
      questions: [{id: Q, text: Does chance look like a finding?}]
      families: [{id: main, method: holm}]
      hypotheses:
        - id: D1
          question: Q
          statement: The detector tells wrong from right answers.
          analysis: detection
          direction: increase
          detection_sets: [held-out]
          smallest_effect_of_interest: 0.1
          family: main
          interpretation: {supported: Claimed., refuted: Reversed., inconclusive: Not shown.}
      design:
        model: {path: m, layers: 8, full_attention_layers: [3, 7]}
        alphas: [0, 1]
        no_op_alpha: 1
        configurations:
          - {id: A, implementation: expert-loop, weight_format: as-stored, neuron_sets: [all]}
        benchmarks: [{id: quiz, file: q.jsonl, endpoint: compliance}]
        seed: 1
      sampling: {questions: t.jsonl, responses: 3}
      detection: {sets: [{id: held-out, file: h.jsonl}], random_sets: 1}
      analysis: {resamples: 200, permutations: 199}
      limits: None.

      """
    try Data(text.utf8).write(to: URL(fileURLWithPath: folder + "/study.yaml"))
    return try StudyPlan.load(folder: folder)
  }
}
