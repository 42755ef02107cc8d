import Glibc

/// The exact permutation distribution of the Jonckheere statistic with ties.
///
/// The distinct values are dealt to the groups from the smallest up. What matters of the past is
/// how many values each group holds, so the recursion runs over those counts and the statistic.
enum JonckheereDistribution {
  static func tails(
    sizes: [Int], ties: [Int], doubled: Int
  ) -> Measured<JonckheereTest.Exact> {
    let states = sizes.reduce(1.0) { $0 * Double($1 + 1) }
    let total = sizes.reduce(0, +)
    let range =
      Double(total) * Double(total) - sizes.reduce(0.0) { $0 + Double($1) * Double($1) } + 1
    let perTie = sizes.reduce(1.0) { $0 * Double(min($1, ties.max() ?? 0) + 1) }
    let tooLarge = UndefinedReason(
      .tooLarge,
      "\(total) values in \(sizes.count) groups exceed the bound of the exact test; "
        + "use the asymptotic p")
    guard states * range * perTie <= JonckheereTest.exactWorkLimit, states * range <= 2e7 else {
      return .undefined(tooLarge)
    }
    let width = Int(range)
    var strides = [Int](repeating: 1, count: sizes.count)
    for index in sizes.indices.dropFirst() {
      strides[index] = strides[index - 1] * (sizes[index - 1] + 1)
    }
    var layer: [Int: [Double]] = [0: [Double](repeating: 0, count: width)]
    layer[0]?[0] = 1
    for tie in ties {
      var next: [Int: [Double]] = [:]
      for (state, masses) in layer.sorted(by: { $0.key < $1.key }) {
        let held = sizes.indices.map { (state / strides[$0]) % (sizes[$0] + 1) }
        let free = zip(sizes, held).map { $0 - $1 }
        deal(tie, free: free) { dealt, logWeight in
          var (gain, lower, same, target) = (0, 0, 0, state)
          for group in dealt.indices {
            gain += dealt[group] * (2 * lower + same)
            lower += held[group]
            same += dealt[group]
            target += dealt[group] * strides[group]
          }
          let weight = exp(logWeight - logChoose(free.reduce(0, +), tie))
          var row = next[target] ?? [Double](repeating: 0, count: width)
          for t in 0..<(width - gain) where masses[t] > 0 { row[t + gain] += weight * masses[t] }
          next[target] = row
        }
      }
      layer = next
    }
    guard let masses = layer.values.first else { return .undefined(tooLarge) }
    let distribution = LatticeDistribution(masses: masses)
    return .defined(
      JonckheereTest.Exact(
        pValueIncreasing: distribution.upperTail(doubled),
        pValueDecreasing: distribution.lowerTail(doubled)))
  }

  /// Every way to put `count` equal values into groups with `free` places, with its log number.
  private static func deal(_ count: Int, free: [Int], emit: ([Int], Double) -> Void) {
    var dealt = [Int](repeating: 0, count: free.count)
    var room = [Int](repeating: 0, count: free.count + 1)
    for index in free.indices.reversed() { room[index] = room[index + 1] + free[index] }
    func place(_ group: Int, _ left: Int, _ logWeight: Double) {
      if group == free.count {
        emit(dealt, logWeight)
        return
      }
      let least = max(0, left - room[group + 1])
      for number in stride(from: least, through: min(left, free[group]), by: 1) {
        dealt[group] = number
        place(group + 1, left - number, logWeight + logChoose(free[group], number))
      }
    }
    place(0, count, 0)
  }

  private static func logChoose(_ n: Int, _ k: Int) -> Double {
    StirlingSeries.logGamma(Double(n) + 1) - StirlingSeries.logGamma(Double(k) + 1)
      - StirlingSeries.logGamma(Double(n - k) + 1)
  }
}
