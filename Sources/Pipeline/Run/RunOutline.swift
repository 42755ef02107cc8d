public import CanonicalJSON
internal import Foundation
public import Study

/// What a run would do, without doing it: files, cells, responses.
public struct RunOutline: Sendable {
  public let plan: StudyPlan
  /// Paths of the plan that do not exist, or cannot be used.
  public let missing: [String]
  /// Responses by stage, where their number is known before the run.
  public let responses: [(stage: Stage, count: Int)]
  /// Further requests at most, to a model as judge and to the endpoint that extracts spans.
  public let requests: [(use: String, count: Int)]
  public let cellCount: Int
  /// Tokens that would be generated if no response ended by itself: the bound of the cost.
  public let maximumTokenCount: Int

  /// - Parameter limit: of a trial run.
  public init(_ plan: StudyPlan, planFolder: String, limit: Int? = nil) {
    self.plan = plan
    var missing: [String] = []
    func path(_ name: String) -> String { name.hasPrefix("/") ? name : planFolder + "/" + name }
    func exists(_ name: String) {
      if !FileManager.default.fileExists(atPath: path(name)) { missing.append(name) }
    }
    func count(_ file: String, _ wanted: Int?, _ format: QuestionFormat) -> Int {
      guard FileManager.default.fileExists(atPath: path(file)) else {
        missing.append(file)
        return min(wanted ?? 0, limit ?? .max)
      }
      do {
        return min(
          try QuestionFile(path: path(file), format: format).prefix(wanted).count, limit ?? .max)
      } catch {
        missing.append("\(error)")
        return 0
      }
    }
    exists(plan.design.checkpoint.path)
    if let base = plan.design.checkpoint.basePath { exists(base) }
    if let gold = plan.judge?.gold { exists(gold) }
    if let judge = plan.judge?.modelPath { exists(judge) }
    for endpoint in plan.endpoints {
      guard let variable = endpoint.keyVariable else { continue }
      if (ProcessInfo.processInfo.environment[variable] ?? "").isEmpty {
        missing.append("the environment variable \(variable) of the endpoint \(endpoint.id)")
      }
    }
    let sampled = count(
      plan.sampling.questions, plan.sampling.itemCount, QuestionFormat(plan.sampling.format))
    let detected = (plan.detection?.sets ?? []).map {
      count($0.file, $0.itemCount, QuestionFormat($0.format))
    }
    let cells = InterventionCell.all(plan)
    let items = Dictionary(
      plan.design.benchmarks.map { benchmark in
        (
          benchmark.id,
          count(
            benchmark.file, benchmark.itemCount,
            QuestionFormat(benchmark.format))
        )
      }, uniquingKeysWith: { $1 })
    let originFactor = plan.hypotheses.contains { $0.analysis == .origin } ? 2 : 1
    self.missing = missing
    cellCount = cells.count
    let lengths = Dictionary(
      plan.design.benchmarks.map { ($0.id, $0.maximumTokens) }, uniquingKeysWith: { $1 })
    maximumTokenCount =
      (sampled * plan.sampling.responses + detected.reduce(0, +) * originFactor)
      * plan.sampling.maximumTokens
      + cells.reduce(0) { $0 + (items[$1.benchmark] ?? 0) * (lengths[$1.benchmark] ?? 0) }
    responses = [
      (.sample, sampled * plan.sampling.responses),
      (.detect, detected.reduce(0, +) * originFactor),
      (.intervene, cells.reduce(0) { $0 + (items[$1.benchmark] ?? 0) }),
    ]
    var requests: [(use: String, count: Int)] = []
    if plan.judge?.kind == .model {
      let gold = (plan.judge?.gold).flatMap { try? GoldFile(path: path($0)).rows.count } ?? 0
      requests.append(("judge", responses.reduce(gold) { $0 + $1.count }))
    }
    if plan.spans != nil {
      requests.append(("spans", sampled + detected.reduce(0, +) * originFactor))
    }
    self.requests = requests
  }

  public var json: JSONValue {
    [
      "schema": "referee/run-outline/v1", "study": .string(plan.id),
      "cells": .integer(Int64(cellCount)), "maximumTokens": .integer(Int64(maximumTokenCount)),
      "missing": .array(missing.map(JSONValue.string)),
      "responses": .object(
        Dictionary(
          uniqueKeysWithValues: responses.map { ($0.stage.rawValue, .integer(Int64($0.count))) })),
      "requests": .object(
        Dictionary(uniqueKeysWithValues: requests.map { ($0.use, .integer(Int64($0.count))) })),
    ]
  }

  public var text: String {
    var lines = ["\(plan.title) (\(plan.id))"]
    for (stage, count) in responses { lines.append("\(stage.rawValue): \(count) responses") }
    for (use, count) in requests { lines.append("\(use): at most \(count) further requests") }
    lines.append(
      "\(cellCount) cells: configurations × neuron sets × benchmarks × doses; "
        + "\(plan.hypotheses.count) hypotheses")
    lines.append("at most \(maximumTokenCount) generated tokens")
    lines += missing.isEmpty ? ["all files are there"] : missing.map { "missing: \($0)" }
    return lines.joined(separator: "\n") + "\n"
  }
}
