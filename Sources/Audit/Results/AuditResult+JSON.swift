public import CanonicalJSON
import Statistics
import Study

extension AuditResult {
  /// The name and version of the document that ``json`` makes.
  public static let schema = "referee/findings/v1"

  /// The whole result as one document, without times, hosts or anything else that varies.
  public var json: JSONValue {
    [
      "schema": .string(Self.schema),
      "study": [
        "id": .string(study.id), "title": .string(study.title),
        "files": .array(
          study.files.map {
            [
              "path": .string($0.path), "sha256": .string($0.sha256),
              "sizeBytes": .integer(Int64($0.sizeBytes)),
            ]
          }),
      ],
      "settings": [
        "level": .number(study.auditor.level),
        "confidenceLevel": .number(study.auditor.confidenceLevel),
        "equivalenceMarginPercentagePoints": .number(study.auditor.equivalenceMargin),
        "powerTarget": .number(study.auditor.powerTarget),
        "seed": .string(String(study.auditor.seed)),
      ],
      "rows": .array(rows.map(\.json)),
      "findings": .array(findings.map(\.json)),
      "analyses": .array(analyses.map(\.json)),
      "claims": .array(claims.map(\.json)),
    ]
  }
}

extension Finding {
  /// `{id, rule, status, severity, title, sentence, remedy, evidence, assessments, sources}`.
  public var json: JSONValue {
    var members: [String: JSONValue] = [
      "id": .string(id), "rule": .string(rule.rawValue), "title": .string(titleText),
      "sentence": .string(sentenceText), "evidence": JSONValue(evidence),
      "assessments": .array(
        assessments.map { ["claim": .string($0.claim), "verdict": .string($0.verdict.rawValue)] }),
      "sources": .array(sources.map(\.json)),
    ]
    if !remedyText.isEmpty { members["remedy"] = .string(remedyText) }
    switch status {
    case .fired(let severity):
      members["status"] = "fired"
      members["severity"] = .string(severity.rawValue)
    case .passed: members["status"] = "passed"
    case .notRun(let reason):
      members["status"] = "not-run"
      members["reason"] = reason.json
    }
    return .object(members)
  }
}

extension HypothesisResult {
  /// `{id, statement, registration, verdict, sentence, evidence, multiplicity, deviations, inputsHash}`.
  public var json: JSONValue {
    var members: [String: JSONValue] = [
      "id": .string(id), "statement": .string(statement),
      "registration": .string(registration.rawValue), "sentence": .string(sentenceText),
      "evidence": JSONValue(evidence), "deviations": .array(deviations.map(JSONValue.string)),
      "inputsHash": .string(inputsHash), "verdict": JSONValue(verdict?.rawValue),
    ]
    if let multiplicity {
      var adjusted: [String: JSONValue] = [
        "method": .string(multiplicity.method),
        "family": .array(multiplicity.family.map(JSONValue.string)),
      ]
      switch multiplicity.adjustedPValue {
      case .defined(let p): adjusted["adjustedPValue"] = .number(p)
      case .undefined(let reason):
        adjusted["adjustedPValue"] = .null
        adjusted["reason"] = reason.json
      }
      members["multiplicity"] = .object(adjusted)
    }
    return .object(members)
  }
}

extension ClaimResult {
  /// `{id, quote, place, version, predicate, verdict, reason, findings, source}`.
  public var json: JSONValue {
    [
      "id": .string(claim.id), "quote": .string(claim.quote), "place": .string(claim.place),
      "version": JSONValue(claim.version), "predicate": .string(claim.predicate.rawValue),
      "verdict": .string(verdict.rawValue), "reason": JSONValue(reason),
      "findings": .array(findings.map(JSONValue.string)), "source": claim.source.json,
    ]
  }
}

extension DoseRow {
  /// `{id, benchmark, configuration, version, isDropped, basis, points, feasibleTotals, printedDoses,
  /// missingDoses}`.
  public var json: JSONValue {
    [
      "id": .string(id), "benchmark": .string(benchmark),
      "configuration": .string(configuration), "version": .string(version),
      "isDropped": .bool(isDropped), "basis": .string(basis.name),
      "feasibleTotals": .array(feasibleTotals.map { .integer(Int64($0)) }),
      "printedDoses": .array(printedDoses.map(JSONValue.number)),
      "missingDoses": .array(missingDoses.map(JSONValue.number)),
      "points": .array(
        points.map {
          [
            "dose": .number($0.dose), "successes": .integer(Int64($0.successes)),
            "total": .integer(Int64($0.total)), "printed": .string($0.cell.printed.text),
            "source": $0.cell.source.json,
          ]
        }),
    ]
  }
}

extension DoseRow.CountBasis {
  /// How n came about, in words.
  public var name: String {
    switch self {
    case .stated: "stated"
    case .otherDoses: "inferred: as stated at other doses of the row"
    case .sameAs(let configuration): "inferred: as stated for configuration \(configuration)"
    case .smallestFeasible: "inferred: smallest n that fits the printed rates"
    case .none: "unknown: no n fits the printed rates"
    }
  }
}
