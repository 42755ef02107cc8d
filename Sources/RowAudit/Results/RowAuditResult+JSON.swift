import Audit
public import CanonicalJSON
import RawStore
import Statistics
import Study

extension RowAuditResult {
  /// The name and version of the document that ``json`` makes.
  public static let schema = "referee/row-findings/v1"

  /// The whole result as one document, without times, hosts or anything else that varies.
  public var json: JSONValue {
    var document: JSONValue = [
      "schema": .string(Self.schema),
      "rows": [
        "study": .string(outline.study), "contentHash": .string(outline.contentHash),
        "arms": .integer(Int64(outline.armCount)),
        "questions": .integer(Int64(outline.itemCount)),
        "outcomes": .integer(Int64(outline.outcomeCount)),
        "detectionRows": .integer(Int64(outline.detectionRowCount)),
        "sampledResponses": .integer(Int64(outline.sampleCount)),
        "sources": .array(outline.sources.map(\.json)),
      ],
      "settings": settings.json,
      "hypotheses": .array(hypotheses.map(\.json)),
      "analyses": .array(analyses.map(\.json)),
      "findings": .array(findings.map(\.json)),
      "figures": .array(figures.map(\.json)),
    ]
    if let timing, let lockedAt, case .object(var members) = document {
      members["lock"] = [
        "lockedAt": .string(lockedAt.description),
        "rowsOlder": .integer(Int64(timing.older)), "rowsNewer": .integer(Int64(timing.newer)),
        "rowsOfUnknownAge": .integer(Int64(timing.unknown)),
        "earliest": timing.earliest.map { .string($0.description) } ?? .null,
      ]
      document = .object(members)
    }
    return document
  }
}

extension RowSource {
  fileprivate var json: JSONValue {
    [
      "path": .string(path), "sha256": .string(sha256), "format": .string(format),
      "sizeBytes": .integer(Int64(sizeBytes)), "accepted": .integer(Int64(acceptedCount)),
      "skipped": .integer(Int64(skippedCount)), "rejected": .integer(Int64(rejectedCount)),
    ]
  }
}

extension RowAuditSettings {
  /// Every declared choice.
  public var json: JSONValue {
    [
      "level": .number(level), "confidenceLevel": .number(confidenceLevel),
      "equivalenceMarginPercentagePoints": .number(equivalenceMargin),
      "noOpDose": .number(noOpDose), "resamples": .integer(Int64(resampleCount)),
      "permutations": .integer(Int64(permutationCount)), "folds": .integer(Int64(foldCount)),
      "repeats": .integer(Int64(repeatCount)), "seed": .string(String(seed)),
      "weightFormats": .object(weightFormats.mapValues(JSONValue.string)),
    ]
  }
}

extension FigureResult {
  /// `{id, statistic, printed, interval, verdict, recomputed, method, tried}`.
  public var json: JSONValue {
    var members: [String: JSONValue] = [
      "id": .string(id), "statistic": .string(figure.statistic.rawValue),
      "printed": .string(figure.printed.text), "verdict": .string(verdict.rawValue),
      "tried": .array(tried.map(JSONValue.string)),
    ]
    if let lower = figure.lower, let upper = figure.upper {
      members["interval"] = [.string(lower.text), .string(upper.text)]
    }
    if let method { members["method"] = .string(method) }
    switch estimate {
    case .defined(let value): members["recomputed"] = .number(value)
    case .undefined(let reason):
      members["recomputed"] = .null
      members["reason"] = reason.json
    }
    if let interval = interval?.value {
      members["recomputedInterval"] = [.number(interval.lower), .number(interval.upper)]
    }
    return .object(members)
  }
}
