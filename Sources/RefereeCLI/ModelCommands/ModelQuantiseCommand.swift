import ArgumentParser
import Model

/// `referee model quantise MODEL --format gptq --out FOLDER`: round to nearest, nothing cleverer.
struct ModelQuantiseCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "quantise",
    abstract: "Write a plain safetensors checkpoint in GPTQ or MLX 4-bit layout.",
    discussion: """
      Every weight is rounded to the nearest step of its group: the layout of GPTQ or MLX, not the \
      calibration of GPTQ. The written config.json says so ("quantiser": "referee round-to-nearest").
      """)

  @OptionGroup var options: ModelOptions

  @Option(help: "gptq (int4, symmetric) or mlx (affine, 4 bit).")
  var format: QuantisedLayout

  @Option(name: .customLong("group-size"), help: "Weights that share a scale: 32, 64 or 128.")
  var groupSize = 64

  @Option(help: "Folder to write; it must not exist.")
  var out: String

  @OptionGroup var global: GlobalOptions

  func run() throws {
    let written = try CheckpointQuantiser(
      folder: options.model, layout: format, groupSize: groupSize
    )
    .write(to: out)
    global.note("wrote \(written.tensorCount) tensors, \(written.sizeBytes) bytes, to \(out)")
  }
}
