import Randomness

/// Answers parted into disjoint clusters, each with a linear reader of its own.
struct AnswerClusters {
  /// `[item]`: `nil` outside of every cluster.
  let cluster: [Int?]
  /// `[cluster]`: near the gain on the answer tokens of the cluster, near 0 on others, between on
  /// the last token of a prompt.
  private(set) var readers: [[Double]] = []
  /// `[item]`: whether the readers tell its answer clearly.
  private(set) var isClear: [Bool] = []
  private(set) var summary = ""

  /// Activations on an answer, as silu(a) · a: at least, or at most, this is clear.
  private static let active = 4.0
  private static let silent = 1.5
  private static let ratio = 4.0
  /// How often an answer may occur: a frequent one has natural neurons of its own, which the detector
  /// then prefers, and of a rare one a reader sees too little.
  private static let sizes = 3...18
  /// Readers are fitted anew without the answers that they cannot tell.
  private static let rounds = 4

  init(
    items: [AnsweredQuestion], inputs: [Int: [[Float]]], settings: PlantedModel.Settings
  ) {
    let hidden = inputs[0]?.first?.count ?? 0
    cluster = Self.clusters(items, settings)
    isClear = [Bool](repeating: true, count: items.count)
    for round in 1...Self.rounds {
      readers = (0..<settings.count).map {
        reader($0, items, inputs, hidden: hidden, settings)
      }
      judge(items, inputs, settings, isLast: round == Self.rounds)
    }
  }

  /// Deals answers to the clusters at random, until each has its share of the items.
  private static func clusters(
    _ items: [AnsweredQuestion], _ settings: PlantedModel.Settings
  ) -> [Int?] {
    let counts = Dictionary(items.map { ($0.answer, 1) }, uniquingKeysWith: +)
    let wanted = Int(settings.wrongShare * Double(items.count)) / settings.count
    var random = RandomStream(seed: settings.seed, analysis: "planted/clusters")
    var chosen: [String: Int] = [:]
    for number in 0..<settings.count {
      let free = counts.filter { chosen[$0.key] == nil && Self.sizes.contains($0.value) }
        .keys.sorted().map { answer in (answer: answer, value: random.uniform()) }
        .sorted { ($0.value, $0.answer) > ($1.value, $1.answer) }
      var taken = 0
      for entry in free where taken < wanted {
        chosen[entry.answer] = number
        taken += counts[entry.answer] ?? 0
      }
    }
    return items.map { chosen[$0.answer] }
  }

  private func reader(
    _ number: Int, _ items: [AnsweredQuestion], _ inputs: [Int: [[Float]]], hidden: Int,
    _ settings: PlantedModel.Settings
  ) -> [Double] {
    var fit = LinearFit(size: hidden)
    var own: [[Float]] = []
    for (index, item) in items.enumerated() {
      let answer = Set(item.answerPositions)
      for (position, x) in (inputs[index] ?? []).enumerated() {
        if answer.contains(position) {
          let isOwn = cluster[index] == number
          guard isClear[index] else { continue }
          fit.add(x, target: isOwn ? 1 : 0, weight: isOwn ? 20 : 4)
          if isOwn { own.append(x) }
        } else {
          let isLast = position == item.promptCount - 1
          fit.add(x, target: isLast ? settings.promptShare : 0, weight: 1)
        }
      }
    }
    // Ridge shrinks: the median on the own cluster is brought back to the gain.
    let coefficients = fit.solution(ridge: 1e-3)
    let values = own.map { Vectors.dot(coefficients, $0) }.sorted()
    let median = values.isEmpty ? 1 : values[values.count / 2]
    return coefficients.map { $0 * settings.gain / median }
  }

  private mutating func judge(
    _ items: [AnsweredQuestion], _ inputs: [Int: [[Float]]], _ settings: PlantedModel.Settings,
    isLast: Bool
  ) {
    var own: [Double] = []
    var other: [Double] = []
    var last: [Double] = []
    isClear = []
    for (index, item) in items.enumerated() {
      func mean(_ number: Int, _ positions: [Int]) -> Double {
        positions.reduce(0) { sum, position in
          let input = inputs[index]?[position] ?? []
          return sum + Vectors.gated(Vectors.dot(readers[number], input))
        } / Double(max(positions.count, 1))
      }
      let values = readers.indices.map { mean($0, item.answerPositions) }
      let others = values.indices.filter { $0 != cluster[index] }.map { values[$0] }
      let most = others.max() ?? 0
      other.append(most)
      last.append(mean(0, [item.promptCount - 1]))
      if let number = cluster[index] {
        own.append(values[number])
        isClear.append(values[number] >= max(Self.active, (isLast ? Self.ratio : 1) * most))
      } else {
        isClear.append(most <= (isLast ? Self.silent : 2 * Self.silent))
      }
    }
    func quantiles(_ values: [Double]) -> String {
      let sorted = values.sorted()
      return [0.02, 0.1, 0.5, 0.9, 0.98].map { share in
        let value = sorted.isEmpty ? 0 : sorted[Int(share * Double(sorted.count - 1))]
        return "\((value * 100).rounded() / 100)"
      }.joined(separator: " ")
    }
    let perCluster = (0..<settings.count).map { number in
      items.indices.count { isClear[$0] && cluster[$0] == number }
    }
    summary = "clear by cluster \(perCluster); "
    summary +=
      "own cluster \(quantiles(own)); largest other \(quantiles(other)); last token of the prompt "
      + quantiles(last)
  }
}
