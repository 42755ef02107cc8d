import CanonicalJSON
import Notation
import Provenance
public import Validation

extension ValidationReport {
  /// The files of a rendered validation: `validation.html`, `.json` and `.csv`.
  ///
  /// - Throws: ``ReportError`` when a template is broken, or an encoding error for a number that
  ///   is not finite.
  public func files(generator: String) throws -> [ReportBundle.File] {
    let text = try json.prettyText()
    let hash = try SHA256Hex(ofCanonical: json).description
    let html = try HTMLRenderer(
      document, generator: generator, inputs: "validation.json, sha256:\(hash)",
      kind: "Referee validation report"
    ).render()
    return [
      ReportBundle.File(path: "validation.html", bytes: Array(html.utf8)),
      ReportBundle.File(path: "validation.json", bytes: Array(text.utf8)),
      ReportBundle.File(path: "validation.csv", bytes: Array(csv.utf8)),
    ]
  }

  /// The report as data, for the same renderers as an audit.
  public var document: ReportDocument {
    let failed = failures.count
    return ReportDocument(
      title: failed == 0
        ? "All \(rows.count) calibration checks agree with their targets"
        : "\(failed) of \(rows.count) calibration checks miss their targets",
      subtitle: """
        Rejection rates and coverage of Referee's methods, simulated anew and compared with an \
        independent simulation in numpy and R
        """,
      language: "en", date: nil,
      headerFacts: [
        ("Mode", .code(mode.rawValue)), ("Seed", .code(String(seed))),
        ("Checks", .sourced("\(rows.count)", "validation.json.rows.count")),
        ("Missed", .sourced("\(failed)", "validation.json.failures")),
      ],
      sections: [
        summarySection, weaknessSection, rejectionSection(.size), rejectionSection(.power),
        coverageSection, methodSection,
      ])
  }

  // MARK: - Sections

  private var summarySection: ReportSection {
    let groups = ValidationRow.Group.allCases.map { group -> [RichText] in
      let members = rows.filter { $0.group == group }
      let missed = members.count { !$0.isAccepted }
      return [
        RichText(Self.title(group)), RichText("\(members.count)"), RichText("\(missed)"),
        RichText(missed == 0 ? "● passed" : "✕ failed"),
      ]
    }
    var blocks: [ReportBlock] = [
      .table(
        ReportTable(
          id: "summary-groups", caption: "Checks by group",
          columns: [.init("Group"), .init("Checks", .right), .init("Missed", .right), .init("")],
          rows: groups, source: "validation.json"))
    ]
    if failures.isEmpty {
      blocks.append(.paragraph("No check misses its target."))
    } else {
      blocks.append(.table(table("summary-failures", "Checks that miss their target", failures)))
    }
    return ReportSection(
      id: "summary", title: "Summary",
      lead: """
        A check passes when |observed − target| is at most 4 combined Monte Carlo standard errors, \
        plus half a unit of the target's last printed digit (0.0005 for a share printed with three \
        digits, 0.00005 for an exact one with four): printing moved the target by up to that much, \
        whatever the number of runs.
        """, blocks: blocks)
  }

  /// Passing means that a number is reproduced, and some of these numbers are bad.
  private var weaknessSection: ReportSection {
    let parts: [(Weakness, String, String)] = [
      (
        .ordersNonMonotone, "T01 and curves that turn around",
        """
        T01 asks whether the doses differ in the given order, not whether the curve is monotone. \
        Under an inverted U or a V it rejects in most samples, so that on its own it proves no \
        order. The verdict of Referee therefore also asks that T12, the test against the order, \
        does not reject, and names the shape non-monotone when it does.
        """
      ),
      (
        .underCovers, "Intervals that cover less than they say",
        """
        Share of nominal 95% intervals that hold the true value, below \
        \(NumberText.percent(Self.shortCoverage, digits: 0)). The BCa bootstrap of a slope is short \
        at 40 questions; the robust t is short at rare events (rates of 5 to 2% and 40 questions), \
        where too few questions change at all. Referee does not use BCa for slopes, and says "too \
        few events" where fewer than ten questions change. DeLong's plain interval is short at high \
        AUROC; Referee prints the logit or Newcombe's.
        """
      ),
      (
        .tooLiberal, "Tests that reject too often without an effect",
        """
        Share of rejections at .05 without an effect, above \
        \(NumberText.decimal(Self.liberalSize, digits: 2)). The plain within-question z and the \
        plain permutation take answers at neighbouring doses for exchangeable; where they are more \
        alike (AR) they reject up to twice as often as they should. The studentised permutation is \
        the primary test for this reason. T01 and T12 rest on an asymptotic mixture that is liberal \
        at 40 questions.
        """
      ),
      (
        .tooConservative, "Tests that reject too seldom",
        """
        Below \(NumberText.decimal(Self.conservativeSize, digits: 2)) without an effect. The \
        Cochran-Armitage test takes the same questions for new ones at each dose and loses power; \
        it is for unpaired margins only. The exact sign-flip is conservative with few events.
        """
      ),
    ]
    return ReportSection(
      id: "weaknesses", title: "Where methods fail",
      lead: """
        A row here agrees with its target, and the target is bad: these are properties of the \
        methods, reproduced, and the reason why Referee's defaults are what they are.
        """,
      blocks: parts.flatMap { weakness, title, text -> [ReportBlock] in
        let found = rows(showing: weakness)
        let id = "weakness-\(weakness.rawValue)"
        guard !found.isEmpty else {
          return [.heading(title, id: id), .paragraph("Not seen in this run.")]
        }
        let shown = Array(found.sorted(by: Self.isWorse(weakness)).prefix(8))
        return [
          .heading(title, id: id), .paragraph(RichText(text)),
          .table(table("\(id)-worst", "The worst of \(found.count) rows", shown)),
        ]
      })
  }

  private static func isWorse(_ weakness: Weakness) -> (ValidationRow, ValidationRow) -> Bool {
    func key(_ row: ValidationRow) -> Double {
      switch weakness {
      case .tooLiberal, .ordersNonMonotone: -row.observed
      case .tooConservative, .underCovers: row.observed
      }
    }
    return {
      (key($0), $0.scenario, $0.sampleSize, $0.method)
        < (key($1), $1.scenario, $1.sampleSize, $1.method)
    }
  }

  /// One row for each scenario and sample size, one column for each method.
  private func rejectionSection(_ group: ValidationRow.Group) -> ReportSection {
    let members = rows.enumerated().filter { $0.element.group == group }
    var methods: [String] = []
    var lines: [(scenario: String, size: String, cells: [RichText])] = []
    for (index, row) in members {
      if !methods.contains(row.method) { methods.append(row.method) }
      let cell = RichText([
        .sourced(
          NumberText.decimal(row.observed, digits: 3), source: "validation.json.rows.\(index)"),
        .words(
          " (" + NumberText.decimal(row.target, digits: 3) + ")" + (row.isAccepted ? "" : " ✕")),
      ])
      if let last = lines.indices.last, lines[last].scenario == row.scenario,
        lines[last].size == row.sampleSize
      {
        lines[last].cells.append(cell)
      } else {
        lines.append((row.scenario, row.sampleSize, [cell]))
      }
    }
    let table = ReportTable(
      id: "\(group.rawValue)-rates", caption: "Share of rejections at .05: observed (target)",
      columns: [.init("Scenario"), .init("Questions", .right)] + methods.map { .init($0, .right) },
      rows: lines.map { [RichText($0.scenario), RichText($0.size)] + $0.cells },
      source: "validation.json")
    return ReportSection(
      id: group.rawValue, title: Self.title(group),
      lead: group == .size
        ? "Rates are equal at all four doses; a test at .05 should reject 5% of the samples."
        : "Rates differ between the four doses; the name of a scenario gives the rates.",
      blocks: [.details(summary: "All \(members.count) rates", [.table(table)])])
  }

  private var coverageSection: ReportSection {
    let members = rows.filter { $0.group == .coverage }
    return ReportSection(
      id: "coverage", title: Self.title(.coverage),
      lead: "Share of nominal 95% intervals that hold the true value.",
      blocks: [
        .details(
          summary: "All \(members.count) coverages",
          [.table(table("coverage-rates", "Coverage of 95% intervals", members))])
      ])
  }

  private var methodSection: ReportSection {
    ReportSection(
      id: "method", title: "How it was done",
      lead: "Everything needed to repeat the study.",
      blocks: [
        .list([
          """
          Answers are Y_ij = 1 where a normal score Z_ij lies below the quantile of the rate p_j, \
          at doses 0, 1, 2, 3. Scores of one question correlate: indep 0; exch.6 the same 0.6 \
          between any doses; AR.8 0.8 to the power of the distance; anchor.8 by the distance from \
          the second dose.
          """,
          """
          Dose homogeneity is Hotelling's test with its F distribution; a singular covariance does \
          not reject. Counted as a rejection, a singular covariance would give .09 instead of .03 \
          at 40 questions, a rate of .1 and exch.6: an independent simulation in numpy \
          (make_wald.py beside the oracles) confirms the target and not that count.
          """,
          """
          Intervals for pairs: exact sums over all tables for the formulas, simulation for the \
          bootstraps. The targets come without cell probabilities; these were recovered from the \
          targets by exact enumeration (two discordant cells from nine numbers, the concordant cell \
          from six), so that these rows test agreement with the source, not each interval: that is \
          done against fixtures.
          """,
          """
          Scores behind AUROC are normal with equal variance. Coverage of a proportion is an exact \
          sum without simulation.
          """,
          """
          Random numbers: Philox4x64-10, addressed by seed, scenario and run; the result does not \
          depend on the number of threads.
          """,
          RichText([
            .words("To repeat: "),
            .code("referee validate --\(mode.rawValue) --seed \(seed) --out DIRECTORY"),
            .words(". The same seed gives the same bytes."),
          ]),
        ])
      ])
  }

  // MARK: - Pieces

  private static func title(_ group: ValidationRow.Group) -> String {
    switch group {
    case .size: "Rejections without an effect"
    case .power: "Rejections under an effect"
    case .coverage: "Coverage of intervals"
    }
  }

  private func table(_ id: String, _ caption: String, _ rows: [ValidationRow]) -> ReportTable {
    ReportTable(
      id: id, caption: caption,
      columns: [
        .init("Scenario"), .init("Sample", .right), .init("Method"), .init("Observed", .right),
        .init("Target", .right), .init("Difference", .right), .init("Allowed", .right),
        .init("Runs", .right), .init(""),
      ],
      rows: rows.map { row in
        [
          RichText(row.scenario), RichText(row.sampleSize), RichText(row.method),
          .sourced(
            NumberText.decimal(row.observed, digits: 3),
            "validation.json.\(row.group.rawValue)/\(row.scenario)/\(row.sampleSize)/\(row.method)"),
          RichText(NumberText.decimal(row.target, digits: 3)),
          RichText(NumberText.signed(row.observed - row.target, digits: 3)),
          RichText(NumberText.decimal(4 * row.standardError + row.rounding, digits: 3)),
          RichText(row.runCount == 0 ? "exact" : NumberText.count(row.runCount)),
          RichText(row.isAccepted ? "● passed" : "✕ failed"),
        ]
      }, source: "validation.json")
  }
}
