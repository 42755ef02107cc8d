import Foundation
import Importing
import RawStore

/// A folder of files to import, and a store.
final class ImportScratch {
  let folder: URL

  static let fixtures = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appending(path: "Fixtures")

  init() throws {
    folder = FileManager.default.temporaryDirectory.appending(
      path: "referee-import-\(UUID().uuidString)")
    try FileManager.default.createDirectory(
      at: folder.appending(path: "in"), withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  var root: String { folder.appending(path: "in").path }

  func store(_ name: String = "store.sqlite") throws -> RawStore {
    try RawStore(path: folder.appending(path: name).path, access: .readWrite)
  }

  func write(_ path: String, _ text: String) throws { try write(path, Data(text.utf8)) }

  func write(_ path: String, _ data: Data) throws {
    let url = folder.appending(path: "in").appending(path: path)
    try FileManager.default.createDirectory(
      at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try data.write(to: url)
  }

  func copyFixture(_ path: String, as name: String? = nil) throws {
    try write(name ?? path, try Data(contentsOf: Self.fixtures.appending(path: path)))
  }

  @discardableResult
  func run(
    _ store: RawStore, paths: [String]? = nil, _ change: (inout ImportOptions) -> Void = { _ in }
  ) throws -> ImportReport {
    var options = ImportOptions()
    options.study = "study"
    change(&options)
    return try Importer.run(
      paths: paths ?? [root], into: store, options: options, tool: "test")
  }

  /// The layout of a public H-neuron replication with invented rows.
  func writeHNeuronFolder() throws {
    for (set, folder) in [
      ("h-neurons", "faith/h-neurons"), ("seed_0", "faith/control/seed_0_layer_matched"),
    ] {
      for dose in [0.0, 1, 2] {
        let lines = (0..<6).map { item in
          let isTrue = set == "h-neurons" ? Double(item) < dose * 2 + 1 : item < 3
          let failure = set == "seed_0" ? ", \"parse_failure\": \(item == 5)" : ""
          return "{\"id\": \"q\(item)\", \"alpha\": \(dose), \"question\": \"Why?\", "
            + "\"counterfactual_key\": \"A\", \"chosen\": \"A\", \"response\": \"\(isTrue ? "A" : "B")\", "
            + "\"compliance\": \(isTrue)\(failure)}\n"
        }
        try write("\(folder)/alpha_\(dose).jsonl", lines.joined())
      }
    }
    try write(
      "sampling/consistency_samples.jsonl",
      """
      {"q1": {"question": "A?", "responses": ["x", "x", "y"], "judges": ["true", "false", "uncertain"], "ground_truth": ["x"]}}
      {"q2": {"question": "B?", "responses": ["z", "z", "z"], "judges": ["true", "true", "true"], "ground_truth": ["z"]}}

      """)
    try write(
      "sampling/answer_tokens.jsonl",
      """
      {"q1": {"question": "A?", "response": "x y", "tokenized_response": ["x", " y"], "answer_tokens": ["x"], "judge": "true"}}

      """)
    try write(
      "sampling/train_qids.json", "{\n \"t\": [\n  \"q1\",\n  \"q3\"\n ],\n \"f\": [\"q2\"]\n}\n")
    try write("sampling/test_qids_disjoint.json", #"{"t": ["q4"], "f": ["q5"]}"#)
    try write(
      "detection/classifier_disjoint_summary.json",
      """
      {"loaded_model_path": "models/fit.pkl", "evaluation": {"n_examples": 2, "n_positive": 1,
       "confusion_matrix": {"tp": 1, "tn": 0, "fp": 1, "fn": 0},
       "examples": [
        {"qid": "q1", "label": 1, "prediction": 1, "probability": 0.75, "correct": true},
        {"qid": "q2", "label": 0, "prediction": 1, "probability": 0.5, "correct": false}]}}
      """)
    try write(
      "detection/classifier_structure_summary.json",
      """
      {"model_path": "models/fit.pkl", "selected_h_neurons": 3, "structure": {"n_layers": 3,
       "neurons_per_layer": 8, "positive_counts_by_layer": [2, 0, 1],
       "top_positive_neurons": [{"rank": 1, "layer": 0, "neuron": 4, "weight": 2.5}]}}
      """)
    try write(
      "faith/h-neurons/run.provenance.20260101_000000.json",
      """
      {"schema_version": "run_provenance/v1", "status": "interrupted", "git_dirty": true,
       "started_at_utc": "2026-01-01T00:00:00+00:00", "hostname": "somewhere"}
      """)
    try write("README.md", "about\n")
  }
}
