public import CanonicalJSON

extension StudyPlan {
  /// What a lock fixes: everything that decides what is run, tested and concluded, defaults written
  /// out, so that order, blanks and comments of the YAML do not matter.
  ///
  /// Not in it: `deviations` and where the plan is registered, which are written after the lock.
  public var registeredContent: JSONValue {
    var members: [String: JSONValue] = ["schema": "referee/study-plan/v1"]
    members["study"] = Self.object([
      ("id", .string(id)), ("title", .string(title)), ("language", .string(language)),
      ("licence", Self.text(licence)), ("authors", .array(authors.map(\.json))),
    ])
    members["prior_knowledge"] = Self.text(registration.statement)
    members["questions"] = .array(questions.map(\.json))
    members["hypotheses"] = .array(hypotheses.map(\.json))
    members["families"] = .array(families.map(\.json))
    members["design"] = design.json
    members["sampling"] = sampling.json
    members["classifier"] = classifier.json
    members["detection"] = detection.map(\.json) ?? .null
    members["checks"] = .array(checks.map(\.json))
    members["analysis"] = analysis.json
    members["replication"] = .array(replication.map(\.json))
    members["limits"] = .string(limits)
    return .object(members)
  }

  // MARK: - Pieces

  /// Absent values are left out, so that a new optional key does not change old hashes.
  static func object(_ members: [(String, JSONValue)]) -> JSONValue {
    .object(Dictionary(uniqueKeysWithValues: members.filter { !$0.1.isNull }))
  }

  static func text(_ text: String?) -> JSONValue { text.map(JSONValue.string) ?? .null }
  static func number(_ number: Double?) -> JSONValue { number.map(JSONValue.number) ?? .null }
  static func integer(_ count: Int?) -> JSONValue {
    count.map { .integer(Int64($0)) } ?? .null
  }
  static func list(_ names: [String]) -> JSONValue {
    names.isEmpty ? .null : .array(names.map(JSONValue.string))
  }
}

extension HypothesisPlan.Interpretation {
  var json: JSONValue {
    [
      "supported": .string(supported), "refuted": .string(refuted),
      "inconclusive": .string(inconclusive),
    ]
  }
}

extension StudyPlan.Author {
  var json: JSONValue {
    StudyPlan.object([("name", .string(name)), ("orcid", StudyPlan.text(orcid))])
  }
}

extension StudyPlan.ResearchQuestion {
  var json: JSONValue { ["id": .string(id), "text": .string(text)] }
}

extension StudyPlan.HypothesisFamily {
  var json: JSONValue { ["id": .string(id), "method": .string(method.rawValue)] }
}

extension StudyPlan.OriginalResult {
  var json: JSONValue {
    StudyPlan.object([
      ("hypothesis", .string(hypothesis)), ("estimate", .number(estimate)),
      ("lower", StudyPlan.number(lower)), ("upper", StudyPlan.number(upper)),
      ("n", StudyPlan.integer(sampleSize)), ("source", .string(source)),
    ])
  }
}

extension OutcomeNeutralCheck {
  var json: JSONValue {
    StudyPlan.object([
      ("id", .string(id)), ("kind", .string(kind.rawValue)),
      ("threshold", StudyPlan.number(threshold)),
    ])
  }
}

extension AnalysisPlan {
  var json: JSONValue {
    [
      "level": .number(level), "confidence_level": .number(confidenceLevel),
      "resamples": .integer(Int64(resampleCount)),
      "permutations": .integer(Int64(permutationCount)),
    ]
  }
}

extension HypothesisPlan {
  var json: JSONValue {
    StudyPlan.object([
      ("id", .string(id)), ("question", .string(question)), ("statement", .string(statement)),
      ("analysis", .string(analysis.rawValue)), ("direction", .string(direction.rawValue)),
      ("benchmarks", StudyPlan.list(benchmarks)),
      ("configurations", StudyPlan.list(configurations)),
      ("neuron_set", .string(neuronSet.rawValue)),
      ("compared_with", StudyPlan.text(comparedWith?.rawValue)),
      ("from_alpha", StudyPlan.number(fromDose)), ("to_alpha", StudyPlan.number(toDose)),
      ("detection_sets", StudyPlan.list(detectionSets)),
      ("layers", StudyPlan.text(layers?.rawValue)),
      ("smallest_effect_of_interest", .number(smallestEffectOfInterest)),
      ("equivalence_margin", StudyPlan.number(equivalenceMargin)), ("family", .string(family)),
      ("rationale", StudyPlan.text(rationale)), ("theory", StudyPlan.text(theory)),
      ("interpretation", interpretation.json),
    ])
  }
}

extension InterventionDesign {
  var json: JSONValue {
    [
      "model": checkpoint.json, "alphas": .array(doses.map(JSONValue.number)),
      "no_op_alpha": .number(noOpDose), "configurations": .array(configurations.map(\.json)),
      "benchmarks": .array(benchmarks.map(\.json)),
      "random_sets": .integer(Int64(randomSetCount)), "matching": .string(matching.rawValue),
      // A 64-bit seed does not fit a JSON number.
      "seed": .string(String(seed)),
    ]
  }
}

extension InterventionDesign.Checkpoint {
  var json: JSONValue {
    StudyPlan.object([
      ("path", .string(path)), ("base_path", StudyPlan.text(basePath)),
      ("name", StudyPlan.text(name)),
      ("layers", layerCount.map { .integer(Int64($0)) } ?? .null),
      (
        "full_attention_layers",
        fullAttentionLayers.map { .array($0.map { .integer(Int64($0)) }) } ?? .null
      ),
    ])
  }
}

extension InterventionDesign.Configuration {
  var json: JSONValue {
    [
      "id": .string(id), "label": .string(label),
      "implementation": .string(implementation.rawValue),
      "weight_format": .string(weightFormat.rawValue),
      "neuron_sets": .array(neuronSets.map { JSONValue.string($0.rawValue) }),
    ]
  }
}

extension InterventionDesign.Benchmark {
  var json: JSONValue {
    StudyPlan.object([
      ("id", .string(id)), ("file", .string(file)), ("format", .string(format.rawValue)),
      ("endpoint", .string(endpoint)), ("items", StudyPlan.integer(itemCount)),
      ("decoding", .string(decoding.rawValue)), ("max_tokens", .integer(Int64(maximumTokens))),
      ("true_outcomes", StudyPlan.list(trueOutcomes)),
    ])
  }
}

extension SamplingPlan {
  var json: JSONValue {
    StudyPlan.object([
      ("questions", .string(questions)), ("items", StudyPlan.integer(itemCount)),
      // The own format is left out, so that plans older than the key keep their hash.
      ("format", format == .referee ? .null : .string(format.rawValue)),
      ("responses", .integer(Int64(responses))), ("temperature", .number(temperature)),
      ("top_k", StudyPlan.integer(topK)), ("top_p", .number(topP)),
      ("max_tokens", .integer(Int64(maximumTokens))), ("agreement", .integer(Int64(agreement))),
      ("max_items_per_class", StudyPlan.integer(maximumItemsPerClass)),
      ("rationale", StudyPlan.text(rationale)), ("stopping", StudyPlan.text(stopping)),
      ("exclusions", StudyPlan.text(exclusions)), ("missing", StudyPlan.text(missing)),
    ])
  }
}

extension ClassifierPlan {
  var json: JSONValue {
    [
      "rows": .string(rows.rawValue), "c_grid": .array(costs.map(JSONValue.number)),
      "folds": .integer(Int64(foldCount)), "selection": .string(selection.rawValue),
      "intercept": .string(intercept.rawValue), "class_weight": .string(classWeight.rawValue),
      "scale": .string(scale.rawValue), "denominator": .string(denominator.rawValue),
      "gate": .bool(includesGate), "other_region": .string(otherRegion.rawValue),
      "stability_resamples": .integer(Int64(stabilityResampleCount)),
    ]
  }
}

extension DetectionPlan {
  var json: JSONValue {
    ["sets": .array(sets.map(\.json)), "random_sets": .integer(Int64(randomSetCount))]
  }
}

extension DetectionPlan.QuestionSet {
  var json: JSONValue {
    StudyPlan.object([
      ("id", .string(id)), ("file", .string(file)), ("items", StudyPlan.integer(itemCount)),
      ("format", format == .referee ? .null : .string(format.rawValue)),
    ])
  }
}
