import Audit
import CanonicalJSON
import Testing

/// All 41 findings of the reference audit: each comes out of its rule with its severity, except the
/// one that needs outside knowledge, which is a reviewer's note and never computed.
@Suite struct SeedFindingsCompletenessTests {
  static let places: [String: String] = [
    "F01": "R12/FaithEval/gptq-int4", "F02": "R08/FaithEval/A", "F03": "R08/FalseQA/A",
    "F04": "R07/FalseQA/A/not-monotone", "F05": "R26/V2-falseqa-none-monotone",
    "F06": "R21/V2-falseqa-inconsistent", "F07": "R11/V2-faitheval-fluke/FaithEval",
    "F08": "R10/FaithEval", "F09": "R09/FaithEval/A", "F10": "R06/range-own-falseqa",
    "F11": "R05/V1-V2/Sycophancy/A", "F12": "R04/FalseQA/A", "F13": "R25/V2/Sycophancy/C/2",
    "F14": "R24", "F15": "R03/grid-majority", "F16": "R20", "F17": "R16/nonexist-prior-shift",
    "F18": "R17/NonExist", "F19": "R34/TriviaQA", "F20": "R23/cross-domain-range", "F21": "R18",
    "F22": "R23/dense-power-comparable", "F23": "R14/linear-concentration",
    "F24": "R13/linear-concentration", "F25": "R15/linear-concentration",
    "F26": "R21/linear-in-paper/linear-not-in-paper", "F27": "R13/layers/positive/routed",
    "F28": "R31/dilution-shared", "F29": "R22/mistral-neuron-count", "F30": "R23/summary-smaller",
    "F31": "R21/V2-outputs-unchanged", "F32": "R30/control-no", "F33": "R29", "F34": "R19",
    "F35": "R32/grid", "F36": "R27", "F37": "R28/span-extractor", "F38": "R13/trends",
    "F39": "R21/V2-sycophancy-near-zero", "F40": "R23/sparsity-in-range", "F41": "R33/positive",
  ]

  @Test func `every finding of the reference audit comes out`() throws {
    let reference = try #require(try Bundled.oracle("seed_findings.json")["findings"]?.arrayValue)
    #expect(reference.count == 41)
    let result = try Bundled.result.get()
    for item in reference {
      let id = try #require(item["id"]?.stringValue)
      let place = try #require(Self.places[id], "\(id) has no place")
      let finding = try result.finding(place)
      let rule = try #require(item["rule"]?.stringValue)
      #expect(rule.hasPrefix(finding.rule.rawValue + "_"), "\(id): \(rule) is not \(place)")
      let isOutside = finding.rule == .externalFact
      #expect(
        finding.severity?.rawValue == (isOutside ? "info" : item["severity"]?.stringValue),
        "\(id): \(place)")
      #expect(!isOutside || finding.evidence.values.allSatisfy { $0.number == nil }, "\(id)")
    }
  }
}
