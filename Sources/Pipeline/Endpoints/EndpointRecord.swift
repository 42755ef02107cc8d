internal import CanonicalJSON
internal import Study

/// Which endpoint answered, with which settings, and what it said of itself.
struct EndpointRecord {
  let plan: StudyPlan

  init(_ plan: StudyPlan) { self.plan = plan }

  /// - Parameter rows: of a stage; replies are found wherever they stand in a row.
  /// - Returns: `nil` when no endpoint was asked.
  func document(use: String, _ id: String?, _ rows: [JSONValue]) -> JSONValue? {
    guard let endpoint = plan.endpoint(id) else { return nil }
    var counts: [[String]: Int] = [:]
    for row in rows {
      let nested =
        (row["responses"]?.arrayValue ?? []).compactMap { $0["reply"] }
        + (row["verdicts"]?.arrayValue ?? []) + [row["spanReply"]].compactMap { $0 }
      for reply in nested where !reply.isNull {
        let key = [reply["model"]?.stringValue ?? "", reply["fingerprint"]?.stringValue ?? ""]
        counts[key, default: 0] += 1
      }
    }
    return [
      "schema": "referee/run-endpoint/v1", "use": .string(use), "endpoint": endpoint.json,
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
}
