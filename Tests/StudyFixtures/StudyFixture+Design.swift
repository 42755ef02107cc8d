public import Study

extension StudyFixture {
  /// Replaces the versions; later ones supersede earlier ones.
  public func versions(_ ids: String...) -> StudyFixture {
    with { fixture in
      fixture.versions = zip(ids, [nil] + ids.map(Optional.some)).map { id, earlier in
        StudyVersion(id: id, label: "Edition \(id)", supersedes: earlier)
      }
    }
  }

  public func benchmark(
    _ id: String, endpoint: String = "compliance", planned: Bool = true
  ) -> StudyFixture {
    with {
      $0.benchmarks.append(BenchmarkCard(id: id, endpoint: endpoint, isPlanned: planned))
    }
  }

  public func configuration(
    _ id: String, weights: String = "int4", implementation: String = "expert-loop",
    hardware: String? = nil
  ) -> StudyFixture {
    with {
      $0.configurations.append(
        ConfigurationCard(
          id: id, label: "Configuration \(id)", implementation: implementation,
          weightFormat: weights, hardware: hardware))
    }
  }

  public func doses(_ doses: [Double], noOp: Double? = 1) -> StudyFixture {
    with {
      $0.doses = doses
      $0.noOpDose = noOp
    }
  }

  /// A mixture-of-experts model of the shape of the bundled study.
  public func model(
    layers: Int = 40, fullAttention: [Int]? = nil, routed: Int? = 256, active: Int? = 8,
    shared: Int? = 1, width: Int? = 512
  ) -> StudyFixture {
    with {
      $0.model = ModelArchitecture(
        name: "Model", layerCount: layers, fullAttentionLayers: fullAttention,
        routedExpertCount: routed, activeExpertCount: active, sharedExpertCount: shared,
        neuronsPerExpert: width)
    }
  }

  public func sampling(
    responses: Int? = 10, seen: Int? = nil, right: Int? = nil, wrong: Int? = nil
  ) -> StudyFixture {
    with {
      $0.sampling = SamplingCard(
        responsesPerItem: responses, itemsSeen: seen, alwaysRight: right, alwaysWrong: wrong)
    }
  }

  public func classifier(_ card: ClassifierCard) -> StudyFixture { with { $0.classifier = card } }
}
