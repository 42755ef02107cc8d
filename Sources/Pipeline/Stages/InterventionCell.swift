internal import Probing
internal import Study

/// One dose of one neuron set in one configuration on one benchmark.
struct InterventionCell: Hashable {
  let benchmark: String
  let configuration: String
  /// `all`, `shared`, `random-1`, …
  let neuronSet: String
  let isControl: Bool
  let dose: Double

  var id: String { "\(benchmark)|\(configuration)|\(neuronSet)|\(dose)" }

  /// What the dose is given to.
  func target(_ neurons: NeuronSet) -> Intervention.Target {
    neuronSet == NeuronSetKind.experts.rawValue ? .experts(of: neurons) : .neurons(neurons)
  }

  /// Every cell of a plan, in its order.
  static func all(_ plan: StudyPlan) -> [InterventionCell] {
    var cells: [InterventionCell] = []
    for configuration in plan.design.configurations {
      for set in configuration.neuronSets {
        let names =
          set == .random
          ? (0..<plan.design.randomSetCount).map { "random-\($0 + 1)" } : [set.rawValue]
        for name in names {
          for benchmark in plan.design.benchmarks {
            for dose in plan.design.doses {
              cells.append(
                InterventionCell(
                  benchmark: benchmark.id, configuration: configuration.id, neuronSet: name,
                  isControl: set == .random, dose: dose))
            }
          }
        }
      }
    }
    return cells
  }
}
