internal import Foundation

/// The names that a folder layout gives to a dose file: `BENCHMARK/experiment/alpha_1.0.jsonl`,
/// `BENCHMARK/control/seed_0_layer_matched/alpha_1.0.jsonl`, `…/h-neurons/alpha_1.0.jsonl`.
struct ArmPath: Hashable {
  var benchmark: String
  var configuration: String
  var neuronSet: String
  var isControl: Bool
  /// The dose in the file's name, where it has one.
  let dose: Double?

  /// Folder names that stand for a neuron set; anything below `control` is one too.
  private static let targetSets = [
    "experiment", "h-neurons", "h_neurons", "hneurons", "shared", "routed", "all", "negative",
    "none", "baseline",
  ]

  init(_ file: InputFile, options: ImportOptions) {
    var folders = file.folders
    var inside = file.foldersInside
    func drop() {
      if !folders.isEmpty { folders.removeLast() }
      if !inside.isEmpty { inside.removeLast() }
    }
    neuronSet = "h-neurons"
    isControl = false
    if let last = folders.last {
      let above = folders.dropLast().last?.lowercased()
      let name = last.lowercased()
      if above == "control" || above == "controls" {
        neuronSet = last
        isControl = true
        drop()
        drop()
      } else if Self.isControlName(name) {
        neuronSet = last
        isControl = true
        drop()
      } else if Self.targetSets.contains(name) {
        neuronSet = ["experiment", "h_neurons", "hneurons"].contains(name) ? "h-neurons" : last
        drop()
      } else if inside.count >= 2 {
        neuronSet = last
        drop()
      }
    }
    benchmark = folders.last ?? "benchmark"
    let between = inside.dropLast()
    configuration = between.isEmpty ? "default" : between.joined(separator: "/")
    dose = Self.dose(inName: file.stem)
    if let name = options.benchmark { benchmark = name }
    if let name = options.configuration { configuration = name }
    if let name = options.neuronSet { neuronSet = name }
  }

  private static func isControlName(_ name: String) -> Bool {
    ["control", "random", "seed_", "seed-"].contains { name.hasPrefix($0) }
  }

  /// `1.5` of `alpha_1.5`, `alpha-1.5`, `dose_1.5`.
  private static func dose(inName stem: String) -> Double? {
    for prefix in ["alpha_", "alpha-", "dose_", "dose-"] where stem.hasPrefix(prefix) {
      if let value = Double(stem.dropFirst(prefix.count)), value.isFinite { return value }
    }
    return nil
  }
}
