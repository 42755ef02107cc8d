internal import CanonicalJSON
internal import Study

extension StudyRun {
  /// Fresh responses of every set, scored by the frozen detector; skipped without sets.
  func detect(_ results: inout StageResults) throws -> Outcome.State {
    guard let detection = plan.detection else { return .skipped }
    var inputs = inputs(results, .fit, .contributions)
    var sets: [(set: DetectionPlan.QuestionSet, items: [Question])] = []
    for set in detection.sets {
      let (items, digest) = try questions(
        set.file, set.itemCount, format: QuestionFormat(set.format))
      sets.append((set, items))
      inputs["set-" + set.id] = digest
    }
    let tracesOrigin = plan.hypotheses.contains { $0.analysis == .origin }
    inputs["checkpoint"] = try model().digest
    if tracesOrigin { inputs["base"] = try model(base: true).digest }
    let extractor = try spanExtractor()
    let judging = try judge(plan.sampling.format)
    let parameters = keyed(
      DetectStage.parameters(plan),
      [
        ("endpoint", try responseSource().identity), ("judge", judging.identity),
        ("spans", extractor.map { ["plan": $0.plan.json, "source": $0.book.identity] }),
      ])
    return try once(.detect, parameters, inputs, &results) { folder, results in
      let fitted = try fitted(results)
      let stage = DetectStage(
        plan: plan, detection: detection, fitted: fitted, settings: settings)
      // Scores need the training rows and the contributions of all shards.
      let refits =
        isShard
        ? []
        : try SetRefits(
          plan: plan, fitted: fitted, randomSetCount: detection.randomSetCount,
          trainingStore: trainingStore(results), settings: settings, threads: threads
        ).detectors()
      var rows: [JSONValue] = []
      for isBase in tracesOrigin ? [false, true] : [false] {
        for (set, items) in sets {
          let id = isBase ? set.id + "@base" : set.id
          let model = try model(base: isBase)
          let responses = try stage.responses(
            set: id, questions: items, model: model, source: try responseSource(isBase: isBase),
            judge: try judge(set.format), extractor: extractor,
            in: UnitLoop(folder: folder, settings: settings))
          let store = folder.path + "/store-" + (isBase ? "base-" : "") + set.id
          try contributions(responses, store: store, stage: .detect, set: id, base: isBase)
          if !isShard { rows += try stage.scores(responses, store: store, refits: refits) }
        }
      }
      return rows
    }
  }
}
