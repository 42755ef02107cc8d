import Statistics
import Study

/// R22: which statements need a person to check them?
///
/// Notes that rest on outside knowledge are passed on as they were written; nothing is computed.
public struct ExternalFactRule: AuditRule {
  public static let id = RuleID.externalFact
  public static let question = "Which statements need a person to check them?"
  public static let needs = "Reviewer's notes, or claims about facts outside the study."
  public static let method = "None: notes are passed on, marked as to be checked by a person."

  public init() {}

  public func evaluate(_ context: StudyContext) -> [Finding] {
    let notes = context.settings.reviewerNotes
    let noted = Set(notes.flatMap(\.claims))
    let facts = context.subjects(of: .externalFact)
    let findings =
      notes.map { note in
        Finding(
          rule: Self.id, subject: note.id, status: .fired(.info),
          title: "Reviewer's note, to be checked by a person",
          sentence: "Reviewer's note, not computed: {note}",
          remedy: "Check it against the source that it names.",
          evidence: ["note": .text(note.note, "reviewer's note", sources: [note.source])],
          assessments: facts.filter { note.claims.contains($0.claim.id) }
            .map { $0.assessed(.notTestable) })
      }
      + facts.filter { !noted.contains($0.claim.id) }.map { subject in
        Finding(
          rule: Self.id, subject: subject.claim.id, status: .fired(.info),
          title: "Outside fact, to be checked by a person",
          sentence: "The statement “{quote}” rests on facts outside the study's data.",
          remedy: "Check it against the primary source.",
          evidence: ["quote": .text(subject.claim.quote, "claim", sources: [subject.claim.source])],
          assessments: [subject.assessed(.notTestable)])
      }
    return findings.isEmpty
      ? [.notRun(Self.id, .notApplicable, "no statement about outside facts is recorded")]
      : findings
  }
}
