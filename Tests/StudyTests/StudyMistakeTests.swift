import Study
import Testing

/// One mistake: what is replaced by what, and what the reader must say.
struct Mistake: Sendable, CustomTestStringConvertible {
  let file: String
  let old: String
  let new: String
  /// Start of the problem's line: file, position, severity.
  let place: String
  let message: String
  let remedy: String

  init(
    _ file: String, _ old: String, _ new: String, _ place: String, _ message: String,
    _ remedy: String
  ) {
    self.file = file
    self.old = old
    self.new = new
    self.place = place
    self.message = message
    self.remedy = remedy
  }

  var testDescription: String { "\(file): \(old) → \(new.prefix(40))" }
}

@Suite struct `Mistakes in a study folder` {
  @Test func `the complete small study has none`() throws {
    let folder = try StudyFolder(StudyFolder.complete)
    #expect(folder.problems == [])
    #expect(folder.study?.claims.count == 3)
  }

  static let tables: [Mistake] = [
    Mistake(
      "cells.csv", "12.0%", "12.0.0%", "cells.csv:2:13: error", "\"12.0.0%\" is not a number",
      "write 12.0%"),
    Mistake(
      "cells.csv", "12.0%", "120.0%", "cells.csv:2:13: error", "lies outside 0 … 100%", "correct"),
    Mistake(
      "cells.csv", "12.0%", "-1.0%", "cells.csv:2:13: error", "lies outside 0 … 100%", "correct"),
    Mistake(
      "cells.csv", "12.0%", "-0%", "cells.csv:2:13: error", "lies outside 0 … 100%", "correct"),
    Mistake("cells.csv", "12.0%", "12.0", "cells.csv:2:13: error", "no percent sign", "12.0%"),
    Mistake(
      "cells.csv", "12.0%", "twelve", "cells.csv:2:13: error", "is not a number",
      "or — for a printed dash"),
    Mistake(
      "cells.csv", "12.0%", "", "cells.csv:2: error", "the field printed is empty",
      "write its value"),
    Mistake(
      "cells.csv", "A,0", "A,zero", "cells.csv:2:11: error", "alpha is not a number: \"zero\"",
      "for example 0.5"),
    Mistake(
      "cells.csv", "A,0", "A,nan", "cells.csv:2:11: error", "alpha is not a number",
      "decimal number"),
    Mistake(
      "cells.csv", "A,0", "A,1e5", "cells.csv:2:11: error", "alpha is not a number",
      "decimal number"),
    Mistake(
      "cells.csv", "A,0", "A,7", "cells.csv:2:11: error", "the dose 7 is not among design.alphas",
      "add it"),
    Mistake(
      "cells.csv", "A,1,", "A,0.0,", "cells.csv:3: error",
      "\"V1/Quiz/A/0\" already stands in line 2", "remove one"),
    Mistake(
      "cells.csv", "V1,Quiz,A,0", "V3,Quiz,A,0", "cells.csv:2:1: error", "unknown version \"V3\"",
      "declare it under versions"),
    Mistake(
      "cells.csv", "V1,Quiz,A,0", "V1,Qiuz,A,0", "cells.csv:2:4: error",
      "unknown benchmark \"Qiuz\"", "declare it under design.benchmarks"),
    Mistake(
      "cells.csv", "V1,Quiz,A,0", "V1,Quizz,A,0", "cells.csv:2:4: error",
      "unknown benchmark \"Quizz\"", "did you mean Quiz?"),
    Mistake(
      "cells.csv", "V1,Quiz,A,0", "V1,Quiz,D,0", "cells.csv:2:9: error",
      "unknown configuration \"D\"", "design.configurations"),
    Mistake(
      "cells.csv", "V1,Quiz,A,0", "V1,<b>,A,0", "cells.csv:2:4: error",
      "benchmark is not a valid name", "starting with a letter"),
    Mistake(
      "cells.csv", "100", "1e2", "cells.csv:2:19: error", "n is not a count: \"1e2\"",
      "whole number from 1"),
    Mistake(
      "cells.csv", "100", "0", "cells.csv:2:19: error", "n is not a count", "whole number from 1"),
    Mistake(
      "cells.csv", "100", "-5", "cells.csv:2:19: error", "n is not a count", "leave it empty"),
    Mistake(
      "cells.csv", "100", "99999999999999999999", "cells.csv:2:19: error", "n is not a count",
      "999999999"),
    Mistake(
      "cells.csv", "printed,n", "printed,count", "cells.csv:1:47: error",
      "unknown column \"count\"", "the columns are"),
    Mistake(
      "cells.csv", "printed,n", "printed,printed", "cells.csv:1:47: error",
      "the column printed stands twice", "remove one"),
    Mistake(
      "cells.csv", ",alpha,", ",", "cells.csv:1: error", "the column alpha is missing",
      "add it to the header"),
    Mistake(
      "cells.csv", "12.0%,100", "12.0%,100,extra", "cells.csv:2: error",
      "the row has 7 fields, the header has 6", "double quotes"),
    Mistake(
      "cells.csv", "12.0%", "\"12.0%", "cells.csv:2:13: error", "the quoted field has no end",
      "close it"),
    Mistake(
      "cells.csv", "12.0%", "12\".0%", "cells.csv:2:15: error", "a double quote inside",
      "double the inner ones"),
    Mistake(
      "cells.csv", "12.0%", "\"12.0\"%", "cells.csv:2:19: error",
      "text after the closing double quote", "double the quotes"),
    Mistake(
      "detection.csv", "0.860", "86.0", "detection.csv:2:28: error", "auroc lies outside 0 … 1",
      "0.860"),
    Mistake(
      "detection.csv", "0.860", "86.0%", "detection.csv:2:28: error", "auroc lies outside 0 … 1",
      "0.860"),
    Mistake(
      "detection.csv", "in-domain", "indomain", "detection.csv:2:8: error",
      "role cannot be \"indomain\"", "did you mean in-domain?"),
    Mistake("grid.csv", "0.1,", "0,", "grid.csv:2:1: error", "C must be above 0", "correct it"),
    Mistake(
      "grid.csv", "9,1", "9,10", "grid.csv:2: error", "10 positive weights out of 9 nonzero ones",
      "correct"),
    Mistake(
      "neurons.csv", "routed,12", "routed,40", "neurons.csv:3:17: error", "layer 40 does not exist",
      "counted from 0"),
    Mistake(
      "neurons.csv", "routed,,", "rooted,,", "neurons.csv:2:10: error", "kind cannot be \"rooted\"",
      "did you mean routed?"),
    Mistake(
      "neurons.csv", "routed,12", "routed,", "neurons.csv:3: error",
      "\"positive/routed\" already stands in line 2", "remove one"),
    Mistake(
      "summaries.csv", "true", "yes", "summaries.csv:2:11: error", "own cannot be \"yes\"",
      "write true or false"),
    Mistake(
      "summaries.csv", "range", "mean", "summaries.csv:2:21: error", "statistic cannot be \"mean\"",
      "allowed: range, swing"),
    Mistake(
      "tests.csv", "35,39", "40,39", "tests.csv:2:8: error", "40 successes out of 39 trials",
      "correct"),
    Mistake(
      "tests.csv", "0.75", "75", "tests.csv:2:14: error", "null_share lies outside",
      "for example 0.75"),
    Mistake(
      "tests.csv", "0.040", "4%", "tests.csv:2:19: error", "printed_p lies outside 0 … 1",
      "proportion"),
    Mistake(
      "validations.csv", "97,100", "197,100", "validations.csv:2:26: error",
      "197 successes out of 100 trials", "correct"),
    Mistake(
      "arithmetic.csv", "512)", "512", "arithmetic.csv:2:7: error",
      "a closing parenthesis is missing", "parentheses"),
    Mistake(
      "arithmetic.csv", "40*(256*512+512)", "1/0", "arithmetic.csv:2:7: error", "divides by zero",
      "correct it"),
    Mistake(
      "arithmetic.csv", "40*", "system(1)*", "arithmetic.csv:2:7: error",
      "at its character 1: expected a number", "decimal numbers"),
    Mistake(
      "arithmetic.csv", "equals", "more", "arithmetic.csv:2:36: error",
      "relation cannot be \"more\"", "allowed: equals, over, under"),
    Mistake(
      "liveness.csv", "1.84", "big", "liveness.csv:2:5: error", "\"big\" is not a number",
      "write 12.0%"),
  ]

  static let card: [Mistake] = [
    Mistake(
      "study.yaml", "kind: published", "kind: plan", "study.yaml:1:7: error",
      "kind cannot be \"plan\"", "allowed: published"),
    Mistake(
      "study.yaml", "schema_version: 1", "schema_version: 2", "study.yaml:2:17: error",
      "schema_version cannot be \"2\"", "allowed: 1"),
    Mistake(
      "study.yaml", "schema_version: 1\n", "", "study.yaml:1:1: error",
      "the document has no schema_version", "always: 1"),
    Mistake(
      "study.yaml", "title: Small", "titel: Small", "study.yaml:5:3: error",
      "unknown key \"titel\" in study", "did you mean title?"),
    Mistake(
      "study.yaml", "title: Small", "title: on", "study.yaml:5:10: error",
      "study.title must be text, found \"on\"", "put it into quotes"),
    Mistake(
      "study.yaml", "title: Small", "title: 1:30", "study.yaml:5:10: error",
      "study.title must be text", "put it into quotes"),
    Mistake(
      "study.yaml", "title: Small", "title:", "study.yaml:5:9: error",
      "study.title must be text, found nothing", "the title as published"),
    Mistake(
      "study.yaml", "title: Small", "title: [a]", "study.yaml:5:10: error",
      "study.title must be text, found a list", "the title as published"),
    Mistake(
      "study.yaml", "language: en", "language: English!", "study.yaml:7:13: error",
      "study.language is not well formed", "a language tag such as en"),
    Mistake(
      "study.yaml", "layers: 40", "layers: 010", "study.yaml:13:11: error",
      "model.layers must be a whole number, found \"010\"", "leading zeros"),
    Mistake(
      "study.yaml", "layers: 40", "layers: 1:30", "study.yaml:13:11: error",
      "model.layers must be a whole number, found \"1:30\"", "decimal number"),
    Mistake(
      "study.yaml", "layers: 40", "layers: 4.5", "study.yaml:13:11: error",
      "must be a whole number", "decimal number"),
    Mistake(
      "study.yaml", "layers: 40", "layers: 0", "study.yaml:13:11: error",
      "must be at least 1, found \"0\"", "number of transformer layers"),
    Mistake(
      "study.yaml", "layers: 40", "layers: 5", "study.yaml:14:30: error",
      "layer 7 does not exist: the model has 5 layers", "model.layers"),
    Mistake(
      "study.yaml", "[3, 7]", "[3, 3]", "study.yaml:14:30: error", "lists \"3\" twice", "remove one"
    ),
    Mistake(
      "study.yaml", "active_experts: 8", "active_experts: 300", "study.yaml:16:19: error",
      "more active experts than routed ones", "correct one"),
    Mistake(
      "study.yaml", "alphas: [0, 1, 2]", "alphas: [0, 2, 1]", "study.yaml:18:11: error",
      "the doses are not ascending", "sort them"),
    Mistake(
      "study.yaml", "alphas: [0, 1, 2]", "alphas: [0, one, 2]", "study.yaml:18:15: error",
      "design.alphas[1] must be a number, found \"one\"", "for example 10 or 0.5"),
    Mistake(
      "study.yaml", "alphas: [0, 1, 2]", "alphas: []", "study.yaml:18:11: error",
      "design.alphas needs at least 1 entries", "the declared doses"),
    Mistake(
      "study.yaml", "no_op_alpha: 1", "no_op_alpha: 5", "study.yaml:19:16: error",
      "the no-op dose 5 is not among design.alphas", "add it"),
    Mistake(
      "study.yaml", "preregistered: false", "preregistered: off", "study.yaml:20:18: error",
      "must be true or false, found \"off\"", "write true or false"),
    Mistake(
      "study.yaml", "{id: B,", "{id: A,", "study.yaml:25:12: error",
      "design.configurations names \"A\" twice", "its own id"),
    Mistake(
      "study.yaml", "{id: B,", "{id: \"../B\",", "study.yaml:25:12: error",
      "is not well formed: \"../B\"", "starting with a letter or digit"),
    Mistake(
      "study.yaml", "supersedes: V1", "supersedes: V0", "study.yaml:10:41: error",
      "which does not stand before it", "oldest to the newest"),
    Mistake(
      "study.yaml", "level: 0.05", "level: 5", "study.yaml:27:10: error",
      "auditor.level must be below 1", "two-sided test level"),
    Mistake(
      "study.yaml", "claims: [noise]", "claims: [noises]", "study.yaml:29: error",
      "unknown claim \"noises\"", "did you mean noise?"),
    Mistake(
      "study.yaml", "study:\n  id: small", "study:\n  id: small\n  id: other",
      "study.yaml:4:3: error", "the key \"id\" stands twice", "remove one"),
    Mistake(
      "study.yaml", "study:\n", "study: &a\n", "study.yaml:3:8: error",
      "a word that starts with & is a YAML anchor", "write the value out"),
    Mistake(
      "study.yaml", "limits: None", "limits: *none", "study.yaml", "the YAML cannot be read",
      "check"),
    Mistake(
      "study.yaml", "alphas: [0, 1, 2]", "alphas: [0, 1, 2", "study.yaml:19:",
      "the YAML cannot be read", "check indentation"),
  ]

  static let claims: [Mistake] = [
    Mistake(
      "claims.yaml", "within-noise", "within noise", "claims.yaml:6:16: error",
      "cannot be \"within noise\"", "did you mean within-noise?"),
    Mistake(
      "claims.yaml", "predicate: within-noise", "verdict: wrong", "claims.yaml:6:5: error",
      "unknown key \"verdict\"", "known: id, place"),
    Mistake(
      "claims.yaml", "cells/V1/Quiz/A/*", "cells/V1/Quiz/C/*", "claims.yaml:8:18: error",
      "matches no row", "cells/VERSION/BENCHMARK/CONFIGURATION/ALPHA"),
    Mistake(
      "claims.yaml", "cells/V1/Quiz/A/*", "cell/V1/Quiz/A/*", "claims.yaml:8:18: error",
      "is not a reference", "cells, detection"),
    Mistake(
      "claims.yaml", "cells/V1/Quiz/A/*", "cells", "claims.yaml:8:18: error", "not well formed",
      "a row reference"),
    Mistake(
      "claims.yaml", "references: [cells/V1/Quiz/A/*]", "references: [detection/Trivia]",
      "claims.yaml:8:17: error", "a claim within-noise must refer to at least one row", "cells"),
    Mistake(
      "claims.yaml", "benchmarks: [Quiz]", "benchmarks: [Quizz]", "claims.yaml:7:28: error",
      "unknown benchmark \"Quizz\"", "did you mean Quiz?"),
    Mistake(
      "claims.yaml", "configurations: [A]", "configurations: [Z]", "claims.yaml:7:52: error",
      "unknown configuration \"Z\"", "design.configurations"),
    Mistake(
      "claims.yaml", "datasets: [Trivia]", "datasets: [Trivial]", "claims.yaml:13:26: error",
      "unknown dataset \"Trivial\"", "did you mean Trivia?"),
    Mistake(
      "claims.yaml", "version: V1", "version: V9", "claims.yaml:5:14: error",
      "unknown version \"V9\"", "declare it under versions"),
    Mistake(
      "claims.yaml", "difference: 2pp", "differences: 2pp", "claims.yaml:15:14: error",
      "a claim beats-majority has no value \"differences\"", "did you mean difference?"),
    Mistake(
      "claims.yaml", "difference: 2pp", "difference: two", "claims.yaml:15:26: error",
      "the value difference is not a number: \"two\"", "\"7pp\""),
    Mistake(
      "claims.yaml", "direction: does-not-control", "direction: maybe", "claims.yaml:20:49: error",
      "the term direction cannot be \"maybe\"", "allowed: controls, does-not-control"),
    Mistake(
      "claims.yaml", "endpoint: hallucination, ", "", "claims.yaml:20:12: error",
      "a claim controls-endpoint needs the term endpoint", "add it under terms"),
    Mistake(
      "claims.yaml", "id: gain", "id: noise", "claims.yaml:9:9: error",
      "the claim noise already stands in line 2", "its own id"),
    Mistake(
      "claims.yaml", "quote: these swings are noise", "quote: ''", "claims.yaml:3:12: error",
      "claims[0].quote is empty", "the words of the text"),
  ]

  @Test(arguments: tables + card + claims)
  func `are reported with place, message and remedy`(mistake: Mistake) throws {
    let folder = try StudyFolder.mutated(mistake.file, mistake.old, mistake.new)
    let problems = folder.problems
    #expect(
      problems.contains {
        $0.hasPrefix(mistake.place) && $0.contains(mistake.message) && $0.contains(mistake.remedy)
      }, "\(problems)")
    #expect(folder.study == nil)
  }

  @Test func `are all reported, not only the first`() throws {
    var files = StudyFolder.complete
    files["cells.csv"] =
      "version,benchmark,configuration,alpha,printed\nV1,Quiz,A,x,1%\nV9,Quiz,A,0,1\n"
    files["detection.csv"] = "dataset,role,auroc\nTrivia,in-domain,2\n"
    let folder = try StudyFolder(files)
    #expect(folder.problems.count == 4)
    #expect(
      folder.problems.map { $0.prefix { $0 != ":" } } == [
        "cells.csv", "cells.csv", "cells.csv", "detection.csv",
      ])
  }

  @Test func `a claim that refers to cells outside its subject is a warning`() throws {
    let folder = try StudyFolder.mutated("claims.yaml", "cells/V1/Quiz/A/*", "cells/*/Quiz/*/*")
    #expect(folder.study != nil)
    #expect(folder.problems.count == 1)
    #expect(folder.problems.first?.hasPrefix("claims.yaml:8:18: warning: the claim noise") == true)
  }

  @Test func `a table with a misspelt name is a warning`() throws {
    var files = StudyFolder.complete
    files["cell.csv"] = "version\n"
    let folder = try StudyFolder(files)
    #expect(folder.problems.count == 1)
    #expect(folder.problems.first?.contains("did you mean cells.csv?") == true)
  }

  @Test func `a percentage that n cannot give is left to the audit`() throws {
    let folder = try StudyFolder.mutated("cells.csv", "12.0%,100", "12.3%,100")
    #expect(folder.problems == [])
  }
}
