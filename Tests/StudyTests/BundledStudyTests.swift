import Study
import StudyFixtures
import Testing

@Suite struct `Bundled published study` {
  static let check = PublishedStudy.check(
    folder: RepositoryFolder.path("data/published/moe-h-neurons"))

  private func study() throws -> PublishedStudy {
    try #require(Self.check.study, "\(Self.check.problems)")
  }

  @Test func `loads without a problem`() throws {
    #expect(Self.check.problems == [])
    #expect(try study().files.count == 11)
  }

  @Test func `keeps printed precision, imprecise numbers and dashes`() throws {
    let study = try study()
    let imprecise = try #require(study.cells(matching: "cells/V2/Sycophancy/C/2").first)
    #expect(imprecise.printed.kind == .approximate)
    #expect(imprecise.printed.exactValue == nil)
    let dash = try #require(study.cells(matching: "cells/V2/FalseQA/A/3").first)
    #expect(dash.printed.kind == .missing)
    let rate = try #require(study.cells(matching: "cells/V2/FalseQA/A/0").first)
    #expect(rate.printed.text == "12.0%")
    #expect(rate.printed.decimals == 1)
  }

  @Test func `states n only where the text does`() throws {
    let study = try study()
    let stated = Set(
      study.cells.filter { $0.statedCount != nil }.map { "\($0.benchmark)/\($0.configuration)" })
    #expect(stated == ["FalseQA/A", "FaithEval/A"])
    #expect(study.detection.map(\.count) == [500, 500, 500, 200])
  }

  @Test func `has the rows of both editions`() throws {
    let study = try study()
    #expect(study.cells(matching: "cells/V1/**").count == 12)
    #expect(study.cells(matching: "cells/V2/**").count == 32)
    #expect(study.cells(matching: "cells/V1/Sycophancy/A/*").count == 4)
    #expect(study.cells(matching: "cells/V2/Sycophancy/A/*").isEmpty)
    #expect(study.cells(matching: "cells/*/Jailbreak/**").isEmpty)
    #expect(study.design.benchmarks.last == BenchmarkCard(id: "Jailbreak", endpoint: "compliance"))
  }

  @Test func `counts its neurons`() throws {
    let model = try #require(try study().model)
    #expect(model.neuronCount == 5_263_360)
    #expect(model.activeNeuronCount == 184_320)
    #expect(model.linearAttentionLayers?.count == 30)
  }

  @Test func `shares the weights of A and B and not of C`() throws {
    let formats = try study().design.configurations.map(\.weightFormat)
    #expect(formats == ["gptq-int4", "gptq-int4", "mlx-4bit"])
  }

  @Test func `uses every predicate that its claims could need`() throws {
    let used = Set(try study().claims.map(\.predicate))
    // The text claims no rise with the dose for any row.
    #expect(Set(ClaimPredicate.allCases).subtracting(used) == [.monotoneIncreasing])
  }

  struct Need: Sendable {
    let rule: String
    let reference: String
    let predicate: ClaimPredicate?

    init(_ rule: String, _ reference: String, _ predicate: ClaimPredicate? = nil) {
      self.rule = rule
      self.reference = reference
      self.predicate = predicate
    }
  }

  static let needs: [Need] = [
    Need("R01", "cells/V2/FalseQA/A/0"),
    Need("R02", "arithmetic/total-neurons", .restates),
    Need("R03", "grid/0.001", .majorityIs),
    Need("R04", "cells/V2/FalseQA/A/3", .fullDoseRange),
    Need("R05", "cells/V1/Sycophancy/A/*"),
    Need("R06", "summaries/range-own-falseqa"),
    Need("R07", "cells/V1/FalseQA/A/*", .notMonotone),
    Need("R08", "cells/V1/FaithEval/A/*", .withinNoise),
    Need("R10", "cells/V2/**", .noEffect),
    Need("R11", "cells/V2/FaithEval/*/*", .notReplicated),
    Need("R12", "cells/V2/*/*/1", .sameOperation),
    Need("R13", "neurons/positive/routed/layer/12", .layersStandOut),
    Need("R14", "tests/linear-concentration", .concentratedIn),
    Need("R16", "detection/NonExist", .priorShiftExplains),
    Need("R17", "detection/NonExist", .predictsMostlyPositive),
    Need("R18", "detection/*", .specificToSet),
    Need("R20", "grid/1", .comparable),
    Need("R21", "cells/V2/Sycophancy/*/*", .nearZero),
    Need("R21", "liveness/0/1", .outputsUnchanged),
    Need("R22", "cells/**", .externalFact),
    Need("R23", "detection/*", .rangeIs),
    Need("R27", "cells/**", .filterCertifies),
    Need("R28", "validations/span-agreement", .instrumentIsValid),
    Need("R30", "cells/**", .controlsEndpoint),
    Need("R31", "neurons/positive/shared", .diluted),
    Need("R33", "neurons/positive/*"),
  ]

  /// The rows and claims that the rules of the audit read.
  @Test(arguments: needs)
  func `carries what a rule needs`(need: Need) throws {
    let study = try study()
    #expect(!study.sources(matching: need.reference).isEmpty)
    if let predicate = need.predicate {
      #expect(study.claims.contains { $0.predicate == predicate })
    }
  }

  @Test func `points its reviewer's notes at outside facts`() throws {
    let study = try study()
    #expect(study.auditor.reviewerNotes.count == 3)
    let external = Set(study.claims.filter { $0.predicate == .externalFact }.map(\.id))
    #expect(study.auditor.reviewerNotes.allSatisfy { !$0.claims.isEmpty })
    #expect(
      study.auditor.reviewerNotes.allSatisfy { note in
        note.claims.contains { external.contains($0) }
      })
  }

  /// Each sentence that repeats a table's number does so correctly in this article.
  @Test func `restates its tables`() throws {
    let study = try study()
    for claim in study.claims where claim.predicate == .restates {
      let numbers = study.printedNumbers(of: claim).map(\.number)
      let quoted = try #require(claim.values["value"]?.proportion)
      #expect(numbers.count == 1, "\(claim.id)")
      let printed = try #require(numbers.first?.proportion)
      #expect(abs(printed - quoted) < 1e-12, "\(claim.id)")
    }
  }
}
