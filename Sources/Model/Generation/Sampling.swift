internal import Foundation
internal import Randomness

/// How the next token is chosen from its logits.
public enum Sampling: Sendable, Equatable {
  /// The largest logit; ties go to the lower id.
  case greedy
  /// Temperature, then top-k, then top-p, then one draw.
  ///
  /// - temperature: positive; logits are divided by it.
  /// - topK: keeps the k most probable tokens; `nil`: all.
  /// - topP: keeps the shortest prefix of the sorted tokens whose probability reaches p, the token
  ///   that crosses it included; 1: all.
  /// - Source: the order and the boundary rules of transformers 5.23 `generation/logits_process.py`.
  case random(temperature: Double, topK: Int?, topP: Double)

  /// The defaults of the published study: temperature 1, top-k 50, top-p 0.9.
  public static let study = Sampling.random(temperature: 1, topK: 50, topP: 0.9)

  /// - Throws: ``ModelError/badRequest(problem:)``.
  func validate() throws {
    guard case .random(let temperature, let topK, let topP) = self else { return }
    guard temperature > 0, temperature.isFinite else {
      throw ModelError.badRequest(problem: "the temperature must be positive; use greedy for 0")
    }
    guard topK.map({ $0 >= 1 }) ?? true else {
      throw ModelError.badRequest(problem: "top-k must be at least 1")
    }
    guard topP > 0, topP <= 1 else {
      throw ModelError.badRequest(problem: "top-p must be in (0, 1]")
    }
  }

  /// The chosen token.
  ///
  /// - Parameters:
  ///   - logits: `[V]`; ids for which `isAllowed` is false are never chosen.
  ///   - uniform: a number in [0, 1); not used by `greedy`.
  package func choose(
    _ logits: some RandomAccessCollection<Float>, isAllowed: (Int) -> Bool, uniform: Double
  ) -> Int {
    switch self {
    case .greedy:
      return Self.largest(logits, isAllowed: isAllowed)
    case .random(let temperature, let topK, let topP):
      var candidates: [(id: Int, logit: Double)] = []
      for (id, logit) in logits.enumerated() where isAllowed(id) && !logit.isNaN {
        candidates.append((id, Double(logit) / temperature))
      }
      // A total order: equal logits by id, so that the draw does not depend on the sort.
      candidates = Self.sorted(candidates, keeping: topK ?? candidates.count)
      guard let best = candidates.first, best.logit.isFinite else {
        return Self.largest(logits, isAllowed: isAllowed)
      }
      var weights = candidates.map { exp($0.logit - best.logit) }
      let total = weights.reduce(0, +)
      if topP < 1 {
        var cumulative = 0.0
        var kept = 0
        while kept < weights.count, cumulative < topP {
          cumulative += weights[kept] / total
          kept += 1
        }
        weights = Array(weights.prefix(max(1, kept)))
      }
      let target = uniform * weights.reduce(0, +)
      var sum = 0.0
      for (index, weight) in weights.enumerated() {
        sum += weight
        if target < sum { return candidates[index].id }
      }
      return candidates[weights.count - 1].id
    }
  }

  private static func largest(
    _ logits: some RandomAccessCollection<Float>, isAllowed: (Int) -> Bool
  ) -> Int {
    var best: (id: Int, logit: Float)?
    for (id, logit) in logits.enumerated() where isAllowed(id) {
      if let current = best, !(logit > current.logit) { continue }
      best = (id, logit)
    }
    return best?.id ?? 0
  }

  /// The `keeping` largest, descending, equal logits by ascending id.
  private static func sorted(
    _ candidates: [(id: Int, logit: Double)], keeping count: Int
  ) -> [(id: Int, logit: Double)] {
    func precedes(_ a: (id: Int, logit: Double), _ b: (id: Int, logit: Double)) -> Bool {
      a.logit > b.logit || (a.logit == b.logit && a.id < b.id)
    }
    guard count < candidates.count / 4 else {
      return Array(candidates.sorted(by: precedes).prefix(count))
    }
    var best: [(id: Int, logit: Double)] = []
    for candidate in candidates {
      if best.count == count, let last = best.last, !precedes(candidate, last) { continue }
      var low = 0
      var high = best.count
      while low < high {
        let middle = (low + high) / 2
        if precedes(best[middle], candidate) { low = middle + 1 } else { high = middle }
      }
      best.insert(candidate, at: low)
      if best.count > count { best.removeLast() }
    }
    return best
  }
}
