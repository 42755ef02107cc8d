/// What is wrong with a probe or an intervention.
public enum ProbingError: Error, Equatable, Sendable, CustomStringConvertible {
  case badNeuronFile(problem: String)
  case noSuchNeuron(layer: Int, expert: String, index: Int)
  case noSuchExpert(layer: Int, expert: Int)
  case regionOutside(name: String, tokens: Int)
  case badDose(String)
  /// Rounded activations would hide what an intervention changes.
  case needsFloat32
  case badSample(line: Int, problem: String)
  case otherExtraction(path: String, what: String)
  case cannotWrite(path: String, reason: String)

  public var description: String {
    switch self {
    case .badNeuronFile(let problem):
      "the neuron file is not usable: \(problem); write [[layer, expert, index], …] with -1 or "
        + "\"shared\" for the shared expert"
    case .noSuchNeuron(let layer, let expert, let index):
      "the model has no neuron (layer \(layer), expert \(expert), index \(index)); "
        + "the set belongs to another model"
    case .noSuchExpert(let layer, let expert):
      "the model has no expert \(expert) in layer \(layer)"
    case .regionOutside(let name, let tokens):
      "region \(name) reaches outside the \(tokens) tokens of its sample, or is empty"
    case .badDose(let text):
      "the dose \(text) is no finite number"
    case .needsFloat32:
      "interventions run with f32 activations only; leave out --activations int8"
    case .badSample(let line, let problem):
      "samples, line \(line): \(problem)"
    case .otherExtraction(let path, let what):
      "\(path): \(what); continue with what it was begun with, or choose another folder"
    case .cannotWrite(let path, let reason):
      "cannot write \(path): \(reason)"
    }
  }
}
