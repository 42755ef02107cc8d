public import Study

extension StudyFixture {
  /// Rates in whole counts: one cell a dose of the design, printed with `decimals` digits from
  /// `counts[i]` of `n`. `nil` leaves the cell out.
  ///
  /// - Parameter stated: whether n stands in the study; otherwise only the rates do.
  public func rates(
    _ benchmark: String, _ configuration: String, n: Int, _ counts: [Int?],
    version: String? = nil, stated: Bool = true, decimals: Int = 1
  ) -> StudyFixture {
    let texts = counts.map { $0.map { Self.percent($0, of: n, decimals: decimals) } }
    return printed(
      benchmark, configuration, texts, n: stated ? n : nil, version: version)
  }

  /// Rates exactly as printed, one a dose of the design: `"12.0%"`, `"~0%"`, `"—"`; `nil` leaves
  /// the cell out.
  public func printed(
    _ benchmark: String, _ configuration: String, _ texts: [String?], n: Int? = nil,
    version: String? = nil
  ) -> StudyFixture {
    var fixture = self
    if !benchmarks.contains(where: { $0.id == benchmark }) {
      fixture = fixture.benchmark(benchmark)
    }
    if !configurations.contains(where: { $0.id == configuration }) {
      fixture = fixture.configuration(configuration)
    }
    let version = version ?? versions.last?.id ?? "V1"
    for (dose, text) in zip(doses, texts) {
      guard let text else { continue }
      let number = Self.number(text)
      let key = "\(version)/\(benchmark)/\(configuration)/\(PrintedNumber.text(of: dose))"
      fixture.cells.append(
        Cell(
          version: version, benchmark: benchmark, configuration: configuration, dose: dose,
          printed: number, statedCount: number.kind == .missing ? nil : n,
          source: source("cells.csv", fixture.cells.count, key)))
    }
    return fixture
  }

  public func detection(
    _ dataset: String, role: String = "in-domain", n: Int? = 500, positiveRate: String? = nil,
    majority: String? = nil, accuracy: String? = nil, auroc: String? = nil,
    randomAccuracy: String? = nil, randomAUROC: String? = nil
  ) -> StudyFixture {
    with {
      $0.detection.append(
        DetectionRow(
          dataset: dataset, role: role, count: n, positiveRate: positiveRate.map(Self.number),
          majorityAccuracy: majority.map(Self.number), accuracy: accuracy.map(Self.number),
          auroc: auroc.map(Self.number), randomAccuracy: randomAccuracy.map(Self.number),
          randomAUROC: randomAUROC.map(Self.number),
          source: source("detection.csv", detection.count, dataset)))
    }
  }

  public func gridRow(
    _ penalty: Double, accuracy: String? = nil, auroc: String? = nil, nonzero: Int? = nil,
    positive: Int? = nil
  ) -> StudyFixture {
    with {
      $0.grid.append(
        GridRow(
          inversePenalty: penalty, accuracy: accuracy.map(Self.number),
          auroc: auroc.map(Self.number), nonzero: nonzero, positive: positive,
          source: source("grid.csv", grid.count, PrintedNumber.text(of: penalty))))
    }
  }

  public func neurons(
    _ kind: NeuronKind, _ count: Int, set: String = "positive", layer: Int? = nil,
    attention: AttentionKind? = nil
  ) -> StudyFixture {
    with {
      let row = NeuronCount(
        set: set, kind: kind, layer: layer, attention: attention, count: count,
        source: source("neurons.csv", neurons.count, ""))
      $0.neurons.append(
        NeuronCount(
          set: set, kind: kind, layer: layer, attention: attention, count: count,
          source: source("neurons.csv", neurons.count, row.id)))
    }
  }

  public func summary(
    _ id: String, benchmark: String, _ printed: String, model: String = "Model", own: Bool = true,
    statistic: SummaryStatistic = .range
  ) -> StudyFixture {
    with {
      $0.summaries.append(
        SummaryRow(
          id: id, model: model, isOwn: own, benchmark: benchmark, statistic: statistic,
          printed: Self.number(printed), source: source("summaries.csv", summaries.count, id)))
    }
  }

  public func reportedTest(
    _ id: String, _ successes: Int, of trials: Int, null: Double, p: String,
    unit: String = "neuron", family: [String] = []
  ) -> StudyFixture {
    with {
      $0.tests.append(
        ReportedTest(
          id: id, successes: successes, trials: trials, nullShare: null,
          printedP: Self.number(p), unit: unit, family: family,
          source: source("tests.csv", tests.count, id)))
    }
  }

  public func validation(
    _ id: String, instrument: String = "judge", quantity: String = "agreement",
    successes: Int? = nil, trials: Int? = nil, printed: String? = nil, blinded: Bool? = nil
  ) -> StudyFixture {
    with {
      $0.validations.append(
        ValidationRow(
          id: id, instrument: instrument, quantity: quantity, successes: successes,
          trials: trials, printed: printed.map(Self.number), isBlinded: blinded,
          source: source("validations.csv", validations.count, id)))
    }
  }

  public func arithmetic(
    _ id: String, _ expression: String, _ printed: String,
    relation: ArithmeticRelation = .equals
  ) -> StudyFixture {
    with {
      $0.arithmetic.append(
        ArithmeticRow(
          id: id, expression: expression, printed: Self.number(printed), relation: relation,
          source: source("arithmetic.csv", arithmetic.count, id)))
    }
  }

  public func liveness(_ from: Double, _ to: Double, _ difference: String) -> StudyFixture {
    with {
      let key = "\(PrintedNumber.text(of: from))/\(PrintedNumber.text(of: to))"
      $0.liveness.append(
        LivenessRow(
          fromDose: from, toDose: to, maximumLogitDifference: Self.number(difference),
          source: source("liveness.csv", liveness.count, key)))
    }
  }

  /// `27` of `100` with one digit: `27.0%`, rounded half up, in integer arithmetic.
  static func percent(_ count: Int, of n: Int, decimals: Int) -> String {
    var scale = 1
    for _ in 0..<decimals { scale *= 10 }
    let units = (200 * scale * count + n) / (2 * n)
    guard decimals > 0 else { return "\(units)%" }
    let fraction = String(units % scale)
    let padding = String(repeating: "0", count: decimals - fraction.count)
    return "\(units / scale).\(padding)\(fraction)%"
  }
}
