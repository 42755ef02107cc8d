import ArgumentParser
import Classifier

struct ClassifySynth: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "synth", abstract: "Write a synthetic study of any width as a tile store.")

  @Option(help: "Columns (neurons).") var width = 100_000
  @Option(help: "Items; each gives an answer row and an other-token row.") var items = 1_864
  @Option(help: "Items with a wrong response.") var wrong = 864
  @Option(help: "Neurons that carry the signal.") var planted = 60
  @Option(help: "Factor on planted neurons in wrong-answer rows.") var signal = 10.0
  @Option(help: "Median magnitude of a neuron's contribution.") var magnitude = 0.002
  @Option(help: "Seed.") var seed: UInt64 = 1
  @Option(help: "f16, f32 or f64.") var dtype: StoreValueType = .f16
  @Option(help: "Folder of the store; it must not hold one yet.") var out: String
  @Flag(help: "No progress.") var quiet = false

  func run() throws {
    var study = SyntheticStudy()
    study.columnCount = width
    study.itemCount = items
    study.wrongCount = wrong
    study.plantedCount = planted
    study.signalFactor = signal
    study.magnitude = magnitude
    study.seed = seed
    study.dtype = dtype
    let isQuiet = quiet
    let store = try study.write(path: out) { done, total in
      if !isQuiet, done % 1024 == 0 { report("\(done) of \(total) experts") }
    }
    print(
      "\(store.rowCount) rows, \(store.columnCount) columns, \(store.valueBytes) bytes of values")
  }
}
