/// The canonical rows of one kind of part, in their canonical order: key columns first, then a
/// text, then the values. Every column that means something is in it; numbers given by the store,
/// sources and lines are not.
struct PartQuery {
  let kind: String
  /// Leading columns that tell the parts of this kind apart.
  let keyCount: Int
  let sql: String

  static let all = [
    PartQuery(
      kind: "samples", keyCount: 2,
      sql: """
        SELECT benchmark, judge, item.name, replicate, outcome_class.name, response
        FROM sample JOIN item ON item.id = sample.item
          JOIN outcome_class ON outcome_class.code = sample.outcome
        WHERE study = ? ORDER BY benchmark, judge, item.name, replicate
        """),
    PartQuery(
      kind: "answer-spans", keyCount: 0,
      sql: """
        SELECT item.name, span_tokens, response_tokens, outcome_class.name, response
        FROM answer_span JOIN item ON item.id = answer_span.item
          JOIN outcome_class ON outcome_class.code = answer_span.outcome
        WHERE study = ? ORDER BY item.name
        """),
    PartQuery(
      kind: "scores", keyCount: 2,
      sql: """
        SELECT question_set, detector, item.name, is_control, label, score, prediction
        FROM score JOIN item ON item.id = score.item
        WHERE study = ? ORDER BY question_set, detector, item.name
        """),
    PartQuery(
      kind: "neurons", keyCount: 1,
      sql: """
        SELECT detector, detector, layer, is_shared, expert, neuron, weight, count, eligible
        FROM neuron WHERE study = ?
        ORDER BY detector, layer, is_shared, ifnull(expert, -1), ifnull(neuron, -1)
        """),
    PartQuery(
      kind: "split", keyCount: 1,
      sql: """
        SELECT split, item.name, label FROM split_member JOIN item ON item.id = split_member.item
        WHERE study = ? ORDER BY split, item.name
        """),
    PartQuery(
      kind: "classifier-rows", keyCount: 0,
      sql: """
        SELECT detector, split, row_count, positive_count
        FROM classifier_rows WHERE study = ? ORDER BY detector, split
        """),
  ]
}
