import ArgumentParser
import CanonicalJSON
import Kernels
import Model

/// `referee model info MODEL`: sizes, neurons, formats.
struct ModelInfoCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "info", abstract: "Show sizes, neurons and weight formats of a checkpoint.")

  @OptionGroup var options: ModelOptions
  @OptionGroup var global: GlobalOptions

  func run() throws {
    let model = try options.open()
    let document = ModelDocument.summary(model)
    printOutput(global.json ? try document.prettyText() : text(model.summary, model.backend))
  }

  private func text(_ summary: ModelSummary, _ backend: KernelBackend) -> String {
    let configuration = summary.configuration
    var lines = [
      "architecture     \(configuration.architecture)",
      "vocabulary       \(configuration.vocabularySize)",
      "hidden size      \(configuration.hiddenSize)",
      "layers           \(configuration.layerCount), "
        + "\(configuration.mixers.count { $0 == .fullAttention }) of them full attention",
      "attention        \(configuration.queryHeads) query and \(configuration.keyValueHeads) "
        + "key-value heads of \(configuration.headSize)",
    ]
    if let experts = configuration.experts {
      lines.append(
        "experts          \(experts.count), \(experts.perToken) a token, "
          + "\(experts.intermediateSize) neurons each; shared: "
          + "\(configuration.sharedIntermediateSize)")
    }
    lines.append("neurons          \(summary.neuronCount), active \(summary.activeNeuronCount)")
    lines.append(
      "weights          \(summary.weightCount)\(summary.isTied ? ", tied embedding" : "")")
    for share in summary.shares {
      lines.append(
        "  \(share.format.name): \(share.matrixCount) matrices, \(share.sizeBytes) bytes")
    }
    lines.append(
      "kernels          \(backend.instructionSet.rawValue), "
        + "\(backend.pool.threadCount) threads")
    return lines.joined(separator: "\n") + "\n"
  }
}
