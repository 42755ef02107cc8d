extension StudyPlanReader {
  func readDesign(_ node: YAMLNode?) -> InterventionDesign {
    let model = node?["model"]
    return InterventionDesign(
      checkpoint: InterventionDesign.Checkpoint(
        path: model?.string("path") ?? "", basePath: model?["base_path"]?.text,
        name: model?["name"]?.text, layerCount: model?["layers"]?.integer,
        fullAttentionLayers: model?["full_attention_layers"].map {
          $0.elements.compactMap(\.integer).sorted()
        }),
      doses: node?["alphas"]?.elements.compactMap(\.number) ?? [],
      noOpDose: node?["no_op_alpha"]?.number ?? 1,
      configurations: (node?["configurations"]?.elements ?? []).map { entry in
        InterventionDesign.Configuration(
          id: entry.string("id"), label: entry["label"]?.text ?? entry.string("id"),
          implementation: entry.choice("implementation", otherwise: .expertLoop),
          weightFormat: entry.choice("weight_format", otherwise: .asStored),
          neuronSets: entry.strings("neuron_sets").compactMap(NeuronSetKind.init))
      },
      benchmarks: (node?["benchmarks"]?.elements ?? []).map { entry in
        InterventionDesign.Benchmark(
          id: entry.string("id"), file: entry.string("file"),
          format: entry.choice("format", otherwise: .referee),
          endpoint: entry.string("endpoint"), itemCount: entry["items"]?.integer,
          decoding: entry.choice("decoding", otherwise: .greedy),
          maximumTokens: entry["max_tokens"]?.integer ?? 64,
          trueOutcomes: entry.strings("true_outcomes"))
      },
      randomSetCount: node?["random_sets"]?.integer ?? 3,
      matching: node?.choice("matching", otherwise: .layer) ?? .layer,
      seed: UInt64(max(0, node?["seed"]?.integer ?? 0)))
  }

  func readSampling(_ node: YAMLNode?) -> SamplingPlan {
    let responses = node?["responses"]?.integer ?? 1
    return SamplingPlan(
      questions: node?.string("questions") ?? "",
      format: node?.choice("format", otherwise: .referee) ?? .referee,
      itemCount: node?["items"]?.integer,
      responses: responses, temperature: node?["temperature"]?.number ?? 1,
      topK: node?["top_k"]?.integer ?? 50, topP: node?["top_p"]?.number ?? 0.9,
      maximumTokens: node?["max_tokens"]?.integer ?? 64,
      agreement: node?["agreement"]?.integer ?? responses,
      maximumItemsPerClass: node?["max_items_per_class"]?.integer,
      rationale: node?["rationale"]?.text, stopping: node?["stopping"]?.text,
      exclusions: node?["exclusions"]?.text, missing: node?["missing"]?.text)
  }

  func readClassifier(_ node: YAMLNode?) -> ClassifierPlan {
    let grid = node?["c_grid"]?.elements.compactMap(\.number) ?? []
    return ClassifierPlan(
      rows: node?.choice("rows", otherwise: .threeVersusOne) ?? .threeVersusOne,
      costs: grid.isEmpty ? [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1] : grid,
      foldCount: node?["folds"]?.integer ?? 5,
      selection: node?.choice("selection", otherwise: .logLoss) ?? .logLoss,
      intercept: node?.choice("intercept", otherwise: .free) ?? .free,
      classWeight: node?.choice("class_weight", otherwise: .none) ?? .none,
      scale: node?.choice("scale", otherwise: .none) ?? .none,
      denominator: node?.choice("denominator", otherwise: .block) ?? .block,
      includesGate: node?["gate"]?.bool ?? true,
      otherRegion: node?.choice("other_region", otherwise: .promptAndResponse)
        ?? .promptAndResponse,
      stabilityResampleCount: node?["stability_resamples"]?.integer ?? 0)
  }

  func readDetection(_ node: YAMLNode) -> DetectionPlan {
    DetectionPlan(
      sets: (node["sets"]?.elements ?? []).map { entry in
        DetectionPlan.QuestionSet(
          id: entry.string("id"), file: entry.string("file"),
          format: entry.choice("format", otherwise: .referee), itemCount: entry["items"]?.integer)
      },
      randomSetCount: node["random_sets"]?.integer ?? 100)
  }
}
