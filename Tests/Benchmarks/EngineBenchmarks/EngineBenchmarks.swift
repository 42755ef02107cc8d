import Foundation
import Kernels
import Model
import Probing

/// Times one checkpoint and prints one JSON line; `bench.py` alternates it with its peers.
///
///     EngineBenchmarks MODEL f32|int8 THREADS PROMPT GENERATE REPEATS [cett]
@main struct EngineBenchmarks {
  struct Usage: Error {}

  static func main() throws { try measure() }

  /// Apart from `main`, whose closures check at every call that they run on the main thread.
  nonisolated private static func measure() throws {
    let arguments = CommandLine.arguments
    guard arguments.count >= 7, let mode = ActivationMode(rawValue: arguments[2]),
      let threads = Int(arguments[3]), let prompt = Int(arguments[4]),
      let generated = Int(arguments[5]), let repeats = Int(arguments[6])
    else { throw Usage() }
    let model = try LanguageModel.open(
      path: arguments[1], backend: KernelBackend(threads: threads, activationMode: mode))
    let vocabulary = model.configuration.vocabularySize
    let tokens = (0..<max(prompt, 1)).map { Int32(($0 * 7919 + 13) % vocabulary) }
    let norms = arguments.contains("cett") ? DownProjectionNorms(model) : nil
    var figures: [String: [Double]] = [:]
    // With contributions, passes are repeated until a timing is long enough for a ratio.
    var passes = 1
    func time(_ name: String, _ body: () throws -> Void) rethrows {
      let (cpu, start) = (processorSeconds(), ContinuousClock.now)
      for _ in 0..<passes { try body() }
      let wall = ContinuousClock.now - start
      let seconds = Double(wall.components.seconds) + Double(wall.components.attoseconds) * 1e-18
      figures[name, default: []].append(seconds / Double(passes))
      figures[name + "_cpu", default: []].append((processorSeconds() - cpu) / Double(passes))
    }
    func prefill() throws {
      try time("prefill") {
        _ = try model.forward([.init(state: model.newSequence(), tokens: tokens, logits: .last)])
      }
    }
    for round in 0...repeats {
      // The first round warms caches and pages and is not counted.
      if round == 1 {
        let warm = figures["prefill"]?.last ?? 1
        if norms != nil { passes = min(64, max(1, Int((0.4 / max(warm, 1e-3)).rounded(.up)))) }
        figures = [:]
      }
      // Which of the two goes first changes from round to round: what drifts falls on both.
      if prompt > 0, norms == nil || round % 2 == 0 { try prefill() }
      if let norms {
        try time("cett") {
          _ = try ContributionProbe(model: model, norms: norms).run([
            .init(
              tokens: tokens,
              regions: [
                .init(name: "answer", positions: prompt / 2..<prompt / 2 + 5),
                .init(
                  name: "other",
                  positions: Set(0..<prompt).subtracting(
                    prompt / 2..<prompt / 2 + 5)),
              ])
          ])
        }
      }
      if prompt > 0, norms != nil, round % 2 == 1 { try prefill() }
      if generated > 0 {
        let state = model.newSequence()
        _ = try model.forward([.init(state: state, tokens: [1], logits: .none)])
        try time("decode") {
          var token: Int32 = 2
          for _ in 0..<generated {
            let logits = try model.forward([.init(state: state, tokens: [token], logits: .last)])[0]
            token = greedy(logits)
          }
        }
      }
    }
    print(
      "{\"mode\": \"\(mode.rawValue)\", \"isa\": \"\(model.backend.instructionSet.rawValue)\", "
        + "\"peak_rss_bytes\": \(peakResidentBytes()), "
        + figures.keys.sorted().map { name in
          "\"\(name)\": [\(figures[name, default: []].map { "\($0)" }.joined(separator: ", "))]"
        }.joined(separator: ", ") + "}")
  }

  nonisolated private static func greedy(_ logits: [Float]) -> Int32 {
    var best = 0
    for index in 1..<logits.count where logits[index] > logits[best] { best = index }
    return Int32(best)
  }

  nonisolated static func processorSeconds() -> Double {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    return Double(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec)
      + Double(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) * 1e-6
  }

  nonisolated static func peakResidentBytes() -> Int {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    return usage.ru_maxrss * 1024
  }
}
