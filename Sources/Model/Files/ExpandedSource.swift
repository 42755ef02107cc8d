package import Kernels

/// A source whose matrices are unpacked to f32 on opening.
///
/// A product unpacks its rows anyway, so the values and every result keep their bits; a small model,
/// whose batches do not outweigh that work, runs faster. Memory is four bytes a weight.
struct ExpandedSource: WeightSource {
  let packed: any WeightSource

  var conventions: WeightConventions { packed.conventions }

  func hasModule(_ module: String) -> Bool { packed.hasModule(module) }

  func hasTensor(_ name: String) -> Bool { packed.hasTensor(name) }

  func matrix(_ module: String, rows: Int, columns: Int) throws -> WeightMatrix {
    try packed.matrix(module, rows: rows, columns: columns).expanded()
  }

  func vector(_ name: String, count: Int) throws -> [Float] {
    try packed.vector(name, count: count)
  }

  func experts(
    _ block: String, count: Int, intermediate: Int, hidden: Int
  ) throws -> ExpertBank {
    let bank = try packed.experts(block, count: count, intermediate: intermediate, hidden: hidden)
    return ExpertBank(
      gate: bank.gate.map { $0.expanded() }, up: bank.up.map { $0.expanded() },
      down: bank.down.map { $0.expanded() })
  }
}
