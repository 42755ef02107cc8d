import CanonicalJSON
import Compute
import Foundation
import Randomness
import Testing

/// No input may end the process, hang, or produce a number that is not one.
@Suite struct ComputeFuzzTests {
  private static let isSlow = ProcessInfo.processInfo.environment["REFEREE_SLOW"] == "1"

  /// Every function with the inputs of its fixtures.
  private static let seeds: [(function: ComputeFunction, inputs: [JSONValue])] =
    ComputeRegistry.all.map { function in
      let inputs = OracleFile.all.filter { $0.function == function.name }
        .flatMap { $0.cases.map(\.input) }
      return (function, inputs.isEmpty ? [.object([:])] : inputs)
    }

  @Test func `random and mutated inputs give numbers, reasons or errors`() throws {
    let clock = ContinuousClock()
    let start = clock.now
    let count = Self.isSlow ? Int.max : 2_000
    var index = 0
    while index < count, !Self.isSlow || clock.now - start < .seconds(600) {
      var random = RandomStream(seed: 20_261_123, analysis: "fuzz/compute", index: UInt64(index))
      let (function, inputs) = Self.seeds[index % Self.seeds.count]
      var fuzz = JSONFuzz(random: random)
      let input =
        index % 5 == 4
        ? fuzz.object(for: function)
        : fuzz.mutated(inputs[random.integer(below: inputs.count)])
      let before = clock.now
      check(function, input, index: index)
      let took = clock.now - before
      // A debug build is up to thirty times slower; the bound is for the build that ships.
      #expect(took < Self.limit, "\(function.name) \(index) took \(took) on \(Self.shown(input))")
      index += 1
    }
    #expect(index >= 1_000)
  }

  /// A guard against hangs, far above what any input takes; not a measure of speed.
  private static let limit = Duration.seconds(60)

  private func check(_ function: ComputeFunction, _ input: JSONValue, index: Int) {
    if let path = ProcessInfo.processInfo.environment["REFEREE_FUZZ_LOG"] {
      // The last input survives a crash of the process.
      let text = "\(function.name) \(index) \((try? input.canonicalText()) ?? "not writable")\n"
      try? Data(text.utf8).write(to: URL(filePath: path))
    }
    do throws(ComputeError) {
      let output = try function(input)
      let reasons = output["reasons"]?.objectValue ?? [:]
      for (key, value) in output.objectValue ?? [:] where key != "reasons" {
        #expect(
          Self.isSound(value),
          "\(function.name) \(index): \(key) = \(value) on \(Self.shown(input))")
        if value.isNull {
          #expect(
            reasons[key] != nil,
            "\(function.name) \(index): \(key) has no reason on \(Self.shown(input))")
        }
      }
      #expect(throws: Never.self) { _ = try output.canonicalText() }
    } catch {
      #expect(!error.description.isEmpty)
    }
  }

  private static func isSound(_ value: JSONValue) -> Bool {
    switch value {
    case .number(let number): number.isFinite
    case .array(let elements): elements.allSatisfy(isSound)
    case .object(let members): members.values.allSatisfy(isSound)
    case .string(let text): !text.lowercased().contains("nan")
    default: true
    }
  }

  private static func shown(_ input: JSONValue) -> String {
    String(
      ((try? input.canonicalText()) ?? "an input with a number that is not finite").prefix(600))
  }
}
