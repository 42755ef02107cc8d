import Foundation
import Kernels
import Model
import TestSupport

/// The checkpoints and references in `Fixtures`.
enum Fixture {
  static let folder = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "Fixtures")

  static func path(_ name: String) -> String { folder.appending(path: name).path() }

  static func archive(_ name: String) throws -> NumpyArchive {
    try NumpyArchive(url: folder.appending(path: name))
  }

  static func backend(
    _ set: InstructionSet? = nil, threads: Int = 2
  ) throws -> KernelBackend {
    try KernelBackend(instructionSet: set, threads: threads)
  }

  static func model(
    _ name: String, backend: KernelBackend? = nil, expandsBelow: Int = 0
  ) throws -> LanguageModel {
    try LanguageModel.open(
      path: path(name), backend: backend ?? Self.backend(), expandsBelow: expandsBelow)
  }

  /// The 100 tokens of the references.
  static func tokens() throws -> [Int32] {
    try archive("tiny/ref.npz")["tokens"].integers.map { Int32($0) }
  }
}

extension LanguageModel {
  /// All logits of one sequence in one call.
  func logits(_ tokens: [Int32]) throws -> [Float] {
    try forward([Segment(state: newSequence(), tokens: tokens, logits: .all)])[0]
  }
}

func largestDifference(_ left: [Float], _ right: [Float]) -> Float {
  guard left.count == right.count else { return .infinity }
  return zip(left, right).reduce(0) { largest, pair in
    let difference = abs(pair.0 - pair.1)
    return difference.isNaN ? .infinity : max(largest, difference)
  }
}
