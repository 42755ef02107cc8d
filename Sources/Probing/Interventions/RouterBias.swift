internal import Foundation
internal import Kernels
internal import Model

/// A bias on the router's logit of one expert: the expert-level intervention.
///
/// −∞ is not used: a large negative bias excludes an expert and keeps every number finite.
public struct RouterBias: Sendable, Equatable {
  public let layer: Int
  public let expert: Int
  /// In logits.
  public let bias: Float

  public init(layer: Int, expert: Int, bias: Float) {
    self.layer = layer
    self.expert = expert
    self.bias = bias
  }

  /// The routed experts that hold a neuron of a set, each as the likelier choice by a factor: the
  /// odds of an expert against any other are multiplied by `alpha`, so 1 changes nothing. 0, or less,
  /// excludes them.
  public static func factor(_ alpha: Double, onExpertsOf neurons: NeuronSet) -> [RouterBias] {
    let bias = alpha > 0 ? max(exclusion, Float(log(alpha))) : exclusion
    var seen: [(layer: Int, expert: Int)] = []
    for neuron in neurons.neurons {
      guard case .routed(let expert) = neuron.expert,
        seen.last?.layer != neuron.layer || seen.last?.expert != expert
      else { continue }
      seen.append((neuron.layer, expert))
    }
    return seen.map { RouterBias(layer: $0.layer, expert: $0.expert, bias: bias) }
  }

  /// A logit that no other expert falls below.
  private static let exclusion: Float = -1000

  /// - Throws: ``ProbingError/noSuchExpert(layer:expert:)``.
  func check(against configuration: ModelConfiguration) throws {
    guard (0..<configuration.layerCount).contains(layer),
      (0..<(configuration.experts?.count ?? 0)).contains(expert), bias.isFinite
    else { throw ProbingError.noSuchExpert(layer: layer, expert: expert) }
  }
}

final class RouterBiasHook: ForwardHooks {
  private let biases: [Int: [RouterBias]]

  init(_ biases: [RouterBias]) { self.biases = Dictionary(grouping: biases, by: \.layer) }

  func routerLogits(_ trace: FeedForwardTrace, backend: KernelBackend) {
    for bias in biases[trace.layer] ?? [] {
      for token in 0..<trace.tokenCount {
        trace.routerLogits.pointer[token * trace.expertCount + bias.expert] += bias.bias
      }
    }
  }
}
