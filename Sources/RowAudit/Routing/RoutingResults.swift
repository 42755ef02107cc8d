import Audit
import Statistics

/// Analyses of the routing: the dilution with both denominators, one a layer, one an H-neuron.
enum RoutingResults {
  /// H-neurons of which the exposure is listed; the summary counts all.
  static let listedNeurons = 100

  static func results(_ figures: RoutingFigures, inputsHash: String) -> [HypothesisResult] {
    // In a dense model every neuron is always live: there is nothing to list.
    if figures.isDense { return [dilution(figures, inputsHash)] }
    return [dilution(figures, inputsHash)]
      + figures.layers.map { layer($0, figures, inputsHash) }
      + figures.neurons.prefix(listedNeurons).enumerated().map {
        neuron($0.element, rank: $0.offset + 1, inputsHash)
      }
  }

  private static func measured(_ value: Double?, _ reason: String) -> Measured<Double> {
    value.map { .defined($0) } ?? .undefined(UndefinedReason(.emptyInput, reason))
  }

  private static func dilution(
    _ figures: RoutingFigures, _ inputsHash: String
  ) -> HypothesisResult {
    var set = EvidenceSet()
    set.count("neurons", figures.neuronCount, "all neurons")
    set.count("selected", figures.neurons.count, "H-neurons")
    set.number(
      "share-of-all", .defined(100 * Double(figures.neurons.count) / Double(figures.neuronCount)),
      .significant(2), "H-neurons, % of all neurons")
    if !figures.isDense { addExposure(figures, to: &set) }
    return HypothesisResult(
      id: "dilution", statement: "How many H-neurons a token meets",
      registration: .exploratory, evidence: set.items,
      sentence: figures.isDense
        ? """
        {selected} of {neurons} neurons are H-neurons ({share-of-all} %). The model is dense: every \
        neuron is live on every token, so routing and dilution do not apply.
        """
        : """
        {selected} of {neurons} neurons are H-neurons ({share-of-all} %): {selected-shared} of shared \
        and {selected-routed} of routed experts. An answer token makes {live} neurons live, among \
        them {live-selected} H-neurons ({share-of-live} % of the live ones): {live-shared} of shared and \
        {live-routed} of routed experts. Means over {tokens} answer tokens, all that were recorded.
        """, inputsHash: inputsHash)
  }

  /// What shared and routed experts mean for an answer token.
  private static func addExposure(_ figures: RoutingFigures, to set: inout EvidenceSet) {
    let region = RoutingFigures.Region.answer
    let none = "no answer token was recorded"
    let shared = figures.neurons.count { $0.expert == nil }
    set.count("selected-shared", shared, "H-neurons of shared experts")
    set.count("selected-routed", figures.neurons.count - shared, "H-neurons of routed experts")
    let live = figures.livePerToken(region)
    let liveSelected = figures.liveNeurons(region)
    set.number("live", measured(live, none), .decimal(0), "live neurons of an answer token, mean")
    set.number(
      "live-selected", measured(liveSelected, none), .decimal(1),
      "live H-neurons of an answer token, mean")
    set.number(
      "live-shared", measured(figures.liveNeurons(region, shared: true), none), .decimal(1),
      "live H-neurons of shared experts, mean")
    set.number(
      "live-routed", measured(figures.liveNeurons(region, shared: false), none), .decimal(1),
      "live H-neurons of routed experts, mean")
    let share = live.flatMap { live in liveSelected.map { 100 * $0 / live } }
    set.number(
      "share-of-live", measured(share, none), .significant(2),
      "live H-neurons, % of live neurons of an answer token, mean")
    set.number(
      "tokens", measured(figures.tokens[region], none), .decimal(0), "answer tokens counted")
  }

  private static func layer(
    _ layer: RoutingFigures.Layer, _ figures: RoutingFigures, _ inputsHash: String
  ) -> HypothesisResult {
    var set = EvidenceSet()
    set.count("layer", layer.index, "layer")
    set.count("experts", figures.routedExpertCount, "routed experts")
    let holding = figures.neurons.lazy.filter { $0.layer == layer.index }.compactMap(\.expert)
    set.count("holding", Set(holding).count, "routed experts that hold an H-neuron")
    for region in RoutingFigures.Region.allCases {
      let name = region.rawValue
      let loads = layer.loads[region] ?? []
      let total = figures.tokens[region] ?? 0
      let none = "no \(name) token was recorded"
      let largest = loads.indices.max { loads[$0].selected < loads[$1].selected }
      set.text("largest-" + name, largest.map { "expert \($0)" } ?? "–", "most frequent expert")
      set.number(
        "largest-share-" + name,
        measured(total > 0 ? largest.map { loads[$0].selected / total } : nil, none), .percent,
        "\(name) tokens that chose it")
      set.number(
        "largest-weight-" + name,
        measured(
          largest.flatMap {
            loads[$0].selected > 0 ? loads[$0].weight / loads[$0].selected : nil
          }, none), .decimal(2), "its mean weight where chosen")
      set.number(
        "uniform-" + name,
        measured(
          total > 0 && !loads.isEmpty
            ? loads.reduce(0) { $0 + $1.selected } / total / Double(loads.count) : nil, none),
        .percent, "share if all experts were chosen equally")
      set.count(
        "unused-" + name, loads.count { $0.selected == 0 }, "experts that no \(name) token chose")
    }
    set.number(
      "variation",
      measured(
        RoutingFigures.totalVariation(layer.loads[.answer] ?? [], layer.loads[.other] ?? []),
        "one of the regions has no token"), .decimal(2),
      "total variation distance, answer against other tokens")
    return HypothesisResult(
      id: "routing/\(layer.index)", statement: "Which experts the tokens of a layer choose",
      registration: .exploratory, evidence: set.items,
      sentence: """
        Layer {layer}: on answer tokens {largest-answer} is the most frequent, chosen by \
        {largest-share-answer} (equal choice: {uniform-answer}); the choices on answer and on other \
        tokens are {variation} apart (total variation, 0 to 1). {holding} of {experts} experts hold an \
        H-neuron.
        """, inputsHash: inputsHash)
  }

  private static func neuron(
    _ neuron: RoutingFigures.Neuron, rank: Int, _ inputsHash: String
  ) -> HypothesisResult {
    var set = EvidenceSet()
    set.count("rank", rank, "rank by weight")
    set.count("layer", neuron.layer, "layer")
    set.text("expert", neuron.expert.map { "\($0)" } ?? "shared", "expert")
    set.count("index", neuron.index, "index in its expert")
    set.number("weight", .defined(neuron.weight), .significant(3), "weight in the detector")
    for region in RoutingFigures.Region.allCases {
      set.number(
        "exposure-" + region.rawValue,
        measured(neuron.exposure[region], "no \(region.rawValue) token was recorded"), .percent,
        "\(region.rawValue) tokens on which it is live")
    }
    return HypothesisResult(
      id: "exposure/\(rank)", statement: "How often an H-neuron is live",
      registration: .exploratory, evidence: set.items,
      sentence: """
        Neuron {index} of expert {expert} in layer {layer}, weight {weight}, is live on \
        {exposure-answer} of the answer tokens and {exposure-other} of the others.
        """, inputsHash: inputsHash)
  }
}
