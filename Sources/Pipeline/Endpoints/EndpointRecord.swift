internal import CanonicalJSON
internal import Study

/// Which endpoint answered, with which settings, and what it said of itself.
struct EndpointRecord {
  let plan: StudyPlan

  init(_ plan: StudyPlan) { self.plan = plan }

  /// - Parameter rows: of every stage that may have asked: training, detection and interventions.
  /// - Returns: `nil` when neither an endpoint nor a model as judge was asked.
  func document(use: String, _ id: String?, _ rows: [Stage: [JSONValue]]) -> JSONValue? {
    let endpoint = plan.endpoint(id)
    let isJudging = use == "judging" && plan.judge?.kind == .model
    guard endpoint != nil || isJudging else { return nil }
    var counts: [[String]: Int] = [:]
    for reply in Self.replies(use: use, rows) where !reply.isNull {
      let key = [reply["model"]?.stringValue ?? "", reply["fingerprint"]?.stringValue ?? ""]
      counts[key, default: 0] += 1
    }
    return [
      "schema": "referee/run-endpoint/v1", "use": .string(use), "endpoint": endpoint?.json ?? .null,
      "judge": isJudging ? .string(plan.judgeName) : .null,
      "sampling": use == "sampling"
        ? SampleStage.parameters(plan) : ["temperature": 0],
      "reported": .array(
        counts.sorted { $0.key.lexicographicallyPrecedes($1.key) }.map { key, count in
          [
            "model": key[0].isEmpty ? .null : .string(key[0]),
            "fingerprint": key[1].isEmpty ? .null : .string(key[1]),
            "replies": .integer(Int64(count)),
          ]
        }),
    ]
  }

  private static func replies(use: String, _ rows: [Stage: [JSONValue]]) -> [JSONValue] {
    func all(_ stage: Stage, _ key: String) -> [JSONValue] {
      (rows[stage] ?? []).compactMap { $0[key] }
    }
    return switch use {
    case "sampling":
      all(.sample, "responses").flatMap { ($0.arrayValue ?? []).compactMap { $0["reply"] } }
        + all(.detect, "reply")
    case "judging":
      all(.filter, "verdicts").flatMap { $0.arrayValue ?? [] } + all(.detect, "verdict")
        + all(.intervene, "verdict") + all(.store, "reply")
    default: all(.spans, "spanReply") + all(.detect, "spanReply")
    }
  }
}

extension StoreStage {
  /// `{id, kind, inverted}`: whether a benchmark counts behaviours or answers, and whether its true
  /// outcomes are the negative class of the judge (refuse, wrong). Left out where the plan counts
  /// several classes.
  static func judgedBenchmarks(_ plan: StudyPlan, rows: [JSONValue]) -> [JSONValue] {
    var isBehaviour: [String: Bool] = [:]
    for row in rows {
      guard let id = row["benchmark"]?.stringValue, let name = row["class"]?.stringValue else {
        continue
      }
      isBehaviour[id] = (isBehaviour[id] ?? false) || Behaviour(rawValue: name) != nil
    }
    return plan.design.benchmarks.compactMap { benchmark in
      guard let behaves = isBehaviour[benchmark.id] else { return nil }
      let usual = behaves ? Behaviour.comply.rawValue : Judgement.wrong.rawValue
      let counted = benchmark.trueOutcomes.isEmpty ? [usual] : benchmark.trueOutcomes
      let (positive, negative) =
        behaves
        ? (Behaviour.comply.rawValue, Behaviour.refuse.rawValue)
        : (Judgement.right.rawValue, Judgement.wrong.rawValue)
      guard counted == [positive] || counted == [negative] else { return nil }
      return [
        "id": .string(benchmark.id), "kind": .string(behaves ? "behaviours" : "answers"),
        "inverted": .bool(counted == [negative]),
      ]
    }
  }
}
