import CanonicalJSON
import Foundation
import Kernels
import Model
import Probing
import TestSupport

/// The fixtures live beside the tests of `Model`.
enum ProbingFixture {
  static let folder = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "ModelTests/Fixtures")

  static func archive(_ name: String) throws -> NumpyArchive {
    try NumpyArchive(url: folder.appending(path: name))
  }

  static func model(
    _ name: String, threads: Int = 2, expandsBelow: Int = 0
  ) throws -> LanguageModel {
    try LanguageModel.open(
      path: folder.appending(path: name).path(), backend: KernelBackend(threads: threads),
      expandsBelow: expandsBelow)
  }

  static func tokens() throws -> [Int32] {
    try archive("tiny/ref.npz")["tokens"].integers.map { Int32($0) }
  }

  /// The 48 neurons of the reference interventions.
  static func neurons() throws -> NeuronSet {
    let rows = try archive("tiny/ref.npz")["sel"].integers
    return NeuronSet(
      stride(from: 0, to: rows.count, by: 3).map {
        Neuron(
          layer: rows[$0], expert: rows[$0 + 1] < 0 ? .shared : .routed(rows[$0 + 1]),
          index: rows[$0 + 2])
      })
  }
}

func largestDifference(_ left: [Float], _ right: [Float]) -> Float {
  guard left.count == right.count else { return .infinity }
  return zip(left, right).reduce(0) { largest, pair in
    let difference = abs(pair.0 - pair.1)
    return difference.isNaN ? .infinity : max(largest, difference)
  }
}

/// |a − b| / max(|b|, floor), the largest.
func largestRelativeDifference(_ left: [Float], _ right: [Float], floor: Float) -> Float {
  guard left.count == right.count else { return .infinity }
  return zip(left, right).reduce(0) { largest, pair in
    let difference = abs(pair.0 - pair.1) / max(abs(pair.1), floor)
    return difference.isNaN ? .infinity : max(largest, difference)
  }
}
