internal import Study

extension RuleJudge {
  /// Borders of words in Referee's own files, anywhere in public sets, as their authors judge.
  init(format: InterventionDesign.Benchmark.Format) {
    self.init(containment: format == .referee ? .words : .substring)
  }
}
