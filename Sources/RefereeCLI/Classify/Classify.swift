import ArgumentParser

struct Classify: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "classify",
    abstract: "Fit, check and apply the sparse detector.",
    discussion: """
      L1-regularised logistic regression with a certificate for every C: primal, dual, gap and the \
      largest violation of the optimality conditions over all columns. The method, the store \
      format and the measured figures are in docs/classifier.md.
      """,
    subcommands: [
      ClassifyFit.self, ClassifyPredict.self, ClassifyVerify.self, ClassifySynth.self,
    ])
}
