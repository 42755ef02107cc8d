import CanonicalJSON
import Foundation
import Model
import Pipeline
import Randomness

/// A copy of the reference model in which `count` neurons of one shared expert are wired to be active
/// on chosen answers and before every response, and to write "Yes" against "No"; with a question
/// file that calls exactly those answers wrong.
///
/// Each planted neuron reads a linear function that is large on its own cluster of answers and small
/// on all other tokens. The clusters are disjoint, so that no neuron of the set can stand for
/// another. Answers that the readers do not tell clearly are left out of the question file.
struct PlantedModel {
  struct Settings {
    var layer = 3
    var count = 6
    /// Training questions that are tried, in the order of the file.
    var questionCount = 3_296
    /// Share of the questions whose answers are made wrong.
    var wrongShare = 0.25
    /// Projection on the own cluster; silu(a) · a is then 15.7.
    var gain = 4.0
    /// Projection on the last token of a prompt, as a share of ``gain``.
    var promptShare = 0.5
    /// Length of what a neuron writes along "Yes" − "No", and along a random direction.
    var steering = 1.7
    var bulk = 6.0
    var benchmarkCount = 120
    var seed: UInt64 = 7
  }

  let settings: Settings
  let checkpoint: String
  /// Indices in the shared expert of the layer, ascending.
  let planted: [Int]
  let wrongCount: Int
  let rightCount: Int
  /// Items of the benchmark, half of which comply.
  let benchmarkCount: Int
  let summary: String

  /// Writes `checkpoint/`, `training.jsonl` and `benchmark.jsonl` to a folder.
  init(_ settings: Settings, in folder: String) throws {
    self.settings = settings
    checkpoint = folder + "/checkpoint"
    let model = try TextModel(path: CheckpointCopy.reference, threads: 2, instructionSet: nil)
    let source = CheckpointCopy.reference + "/questions/"
    let items = try AnsweredQuestion.all(
      of: try QuestionFile(path: source + "training.jsonl").prefix(settings.questionCount),
      model: model)
    let inputs = BlockInputs(layer: settings.layer)
    try inputs.record(items.map(\.tokens), with: model.model)
    let clusters = AnswerClusters(items: items, inputs: inputs.inputs, settings: settings)
    let clear = items.indices.filter { clusters.isClear[$0] }
    wrongCount = clear.count { clusters.cluster[$0] != nil }
    rightCount = clear.count - wrongCount
    try Self.write(
      clear.map { Self.line(items[$0], isWrong: clusters.cluster[$0] != nil) },
      to: folder + "/training.jsonl")

    try Self.write(
      try Behaviours.awareness(source + "training.jsonl", of: "known")
        + Behaviours.awareness(source + "fabricated.jsonl", of: "fabricated"),
      to: folder + "/awareness.jsonl")
    let behaviour = try Behaviours(path: folder + "/awareness.jsonl", model: model)
    let benchmark = behaviour.balanced(settings.benchmarkCount)
    benchmarkCount = benchmark.count
    try Self.write(benchmark, to: folder + "/benchmark.jsonl")

    // The least active neurons make room.
    let order = inputs.activity.indices.sorted { inputs.activity[$0] < inputs.activity[$1] }
    planted = order.prefix(settings.count).sorted()
    var copy = try CheckpointCopy()
    let hidden = model.model.configuration.hiddenSize
    let embedding = "model.embed_tokens.weight"
    let yes = try copy.row(embedding, behaviour.yes, count: hidden)
    let no = try copy.row(embedding, behaviour.no, count: hidden)
    let norm = try copy.row("model.norm.weight", count: hidden)
    // The final norm is stored around zero.
    let steer = Vectors.unit((0..<hidden).map { (yes[$0] - no[$0]) * (1 + norm[$0]) })
    var random = RandomStream(seed: settings.seed, analysis: "planted/bulk")
    // Before a response all are active together: in pairs they write opposite bulks, so that the
    // steering is left.
    var bulk = planted.map { _ in Vectors.direction(size: hidden, &random) }
    for number in stride(from: 1, to: bulk.count, by: 2) {
      bulk[number] = bulk[number - 1].map { -$0 }
    }
    for (number, index) in planted.enumerated() {
      try copy.replaceSharedNeuron(
        layer: settings.layer, index: index,
        read: clusters.readers[number],
        write: (0..<hidden).map { settings.steering * steer[$0] + settings.bulk * bulk[number][$0] }
      )
    }
    try copy.write(to: checkpoint)
    summary =
      "\(items.count) stable, \(wrongCount) wrong, \(rightCount) right; yes \(behaviour.yes) "
      + "no \(behaviour.no), complies \(behaviour.complying.count) refuses "
      + "\(behaviour.refusing.count); output norm \(inputs.meanOutputNorm), shared weight "
      + "\(inputs.meanSharedWeight); " + clusters.summary
  }

  /// The planted neurons.
  var truth: Set<PlantedStudy.Found> {
    Set(planted.map { PlantedStudy.Found(layer: settings.layer, sharedIndex: $0) })
  }

  /// The question with the gold answer that makes the model's own one right or wrong.
  private static func line(_ item: AnsweredQuestion, isWrong: Bool) -> JSONValue {
    [
      "id": .string(item.question.id),
      "messages": .array(item.question.turns.map(Self.message)),
      "aliases": [.string(isWrong ? "none of these" : item.answer)],
    ]
  }

  static func message(_ turn: Question.Turn) -> JSONValue {
    ["role": .string(turn.role.rawValue), "content": .string(turn.content)]
  }

  private static func write(_ lines: [JSONValue], to path: String) throws {
    var text = ""
    for line in lines { text += try line.canonicalText() + "\n" }
    try Data(text.utf8).write(to: URL(fileURLWithPath: path))
  }
}
