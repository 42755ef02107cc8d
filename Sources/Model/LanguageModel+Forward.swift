internal import Kernels

extension LanguageModel {
  /// One sequence's part of a forward pass.
  public struct Segment: Sendable {
    /// Which logits to return.
    public enum Logits: Sendable, Equatable {
      case none
      case last
      case all
    }

    /// Continued in place.
    public let state: SequenceState
    public let tokens: [Int32]
    public let logits: Logits
    /// What hooks see as the sequence; `nil`: the index of the segment.
    package let label: Int?

    public init(state: SequenceState, tokens: [Int32], logits: Logits) {
      self.init(state: state, tokens: tokens, logits: logits, label: nil)
    }

    package init(state: SequenceState, tokens: [Int32], logits: Logits, label: Int?) {
      self.label = label
      self.state = state
      self.tokens = tokens
      self.logits = logits
    }
  }

  /// Tokens computed at a time. Longer prompts are split; the split changes no bit.
  package static let tokensPerPass = 512

  /// Runs segments of different length together and returns their logits, `[V]` or `[T, V]` each.
  ///
  /// The logits of a segment have the same bits whatever else is in the call.
  /// - Parameters:
  ///   - segments: each with its own state; a state may occur once.
  /// - Throws: ``ModelError/badRequest(problem:)`` for a token outside the vocabulary.
  public func forward(_ segments: [Segment]) throws -> [[Float]] {
    try forward(segments, hooks: [])
  }

  /// As ``forward(_:)`` with hooks; hook rows carry the index of the segment.
  package func forward(
    _ segments: [Segment], hooks: [any ForwardHooks]
  ) throws -> [[Float]] {
    for segment in segments {
      for token in segment.tokens
      where token < 0 || Int(token) >= configuration.vocabularySize {
        throw ModelError.badRequest(
          problem: "token \(token) is outside 0..<\(configuration.vocabularySize); "
            + "use the tokenizer of this checkpoint")
      }
    }
    let states = segments.map { ObjectIdentifier($0.state) }
    precondition(Set(states).count == states.count, "a sequence can be in a pass only once")
    var logits = [[Float]](repeating: [], count: segments.count)
    var done = [Int](repeating: 0, count: segments.count)
    buffers.withBuffers { buffers in
      let pass = Pass(model: self, buffers: buffers)
      while true {
        var room = Self.tokensPerPass
        var chunks: [Pass.Chunk] = []
        for (index, segment) in segments.enumerated() where room > 0 {
          let rest = segment.tokens.count - done[index]
          guard rest > 0 else { continue }
          let count = min(rest, room)
          chunks.append(
            Pass.Chunk(segment: index, tokens: segment.tokens[done[index]..<done[index] + count]))
          done[index] += count
          room -= count
        }
        guard !chunks.isEmpty else { return }
        pass.run(chunks, segments: segments, hooks: hooks, logits: &logits)
      }
    }
    return logits
  }
}

/// The buffers and the order of one forward pass.
private final class Pass {
  struct Chunk {
    let segment: Int
    let tokens: ArraySlice<Int32>
  }

  private let model: LanguageModel
  private let workspace: Workspace
  private let trace: FeedForwardTrace

  init(model: LanguageModel, buffers: PassBuffers) {
    self.model = model
    workspace = buffers.workspace
    trace = buffers.trace
  }

  func run(
    _ chunks: [Chunk], segments: [LanguageModel.Segment], hooks: [any ForwardHooks],
    logits: inout [[Float]]
  ) {
    let configuration = model.configuration
    let (hidden, backend) = (configuration.hiddenSize, model.backend)
    let layout = self.layout(chunks, segments: segments)
    let tokens = layout.tokenCount
    for buffer in [workspace.residual, workspace.normed, workspace.mixed] {
      buffer.reserve(tokens * hidden)
    }
    let residual = workspace.residual.pointer
    let normed = workspace.normed.pointer
    let mixed = workspace.mixed.pointer
    let ids = chunks.flatMap(\.tokens)
    backend.pool.run(tokens) { row, _ in
      backend.expand(
        model.embedding, rows: Int(ids[row])..<Int(ids[row]) + 1, into: residual + row * hidden)
    }
    for (index, layer) in model.layers.enumerated() {
      for hook in hooks {
        hook.residual(layer: index, rows: layout.rows, values: residual, hiddenSize: hidden)
      }
      normalise(residual, layer.inputNorm, tokens: tokens, into: normed)
      switch layer.mixer {
      case .attention(let attention):
        attention.forward(
          normed, into: mixed, layer: index, layout: layout, configuration: configuration,
          workspace: workspace, backend: backend)
      case .deltaNet(let deltaNet):
        deltaNet.forward(
          normed, into: mixed, layer: index, layout: layout, configuration: configuration,
          workspace: workspace, backend: backend)
      }
      backend.add(mixed, to: residual, tokens * hidden)
      normalise(residual, layer.feedForwardNorm, tokens: tokens, into: normed)
      layer.feedForward.forward(
        normed, residual: residual, layer: index, layout: layout, trace: trace, hooks: hooks,
        backend: backend)
      backend.add(trace.output.pointer, to: residual, tokens * hidden)
    }
    for hook in hooks {
      hook.residual(
        layer: model.layers.count, rows: layout.rows, values: residual, hiddenSize: hidden)
    }
    for part in layout.parts { part.state.length += part.range.count }
    project(chunks, segments: segments, layout: layout, logits: &logits)
  }

  private func layout(_ chunks: [Chunk], segments: [LanguageModel.Segment]) -> PassLayout {
    var parts: [PassLayout.Part] = []
    var rows: [PassLayout.Row] = []
    for chunk in chunks {
      let state = segments[chunk.segment].state
      let start = rows.count
      for offset in chunk.tokens.indices {
        rows.append(
          PassLayout.Row(
            sequence: segments[chunk.segment].label ?? chunk.segment,
            position: state.length + offset - chunk.tokens.startIndex))
      }
      parts.append(PassLayout.Part(state: state, range: start..<rows.count))
    }
    return PassLayout(parts: parts, rows: rows)
  }

  private func normalise(
    _ x: UnsafePointer<Float>, _ weight: [Float], tokens: Int,
    into out: UnsafeMutablePointer<Float>
  ) {
    let epsilon = Float(model.configuration.normEpsilon)
    let hidden = weight.count
    let step = 8
    model.backend.pool.run((tokens + step - 1) / step) { task, _ in
      for row in task * step..<min((task + 1) * step, tokens) {
        model.backend.rmsNorm(x + row * hidden, weight, epsilon: epsilon, into: out + row * hidden)
      }
    }
  }

  /// Logits of the rows that were asked for.
  private func project(
    _ chunks: [Chunk], segments: [LanguageModel.Segment], layout: PassLayout,
    logits: inout [[Float]]
  ) {
    let hidden = model.configuration.hiddenSize
    let vocabulary = model.configuration.vocabularySize
    for (chunk, part) in zip(chunks, layout.parts) {
      let segment = segments[chunk.segment]
      var range = part.range
      switch segment.logits {
      case .none: continue
      case .last:
        guard chunk.tokens.endIndex == segment.tokens.endIndex else { continue }
        range = range.upperBound - 1..<range.upperBound
      case .all: break
      }
      let normed = workspace.normed.pointer
      normalise(
        workspace.residual.pointer + range.lowerBound * hidden, model.finalNorm,
        tokens: range.count, into: normed)
      let values = [Float](unsafeUninitializedCapacity: range.count * vocabulary) { buffer, count in
        if let base = buffer.baseAddress {
          model.backend.multiply(
            model.head, normed, tokens: range.count, into: base, storage: workspace.rounded)
        }
        count = range.count * vocabulary
      }
      if logits[chunk.segment].isEmpty {
        logits[chunk.segment] = values
      } else {
        logits[chunk.segment] += values
      }
    }
  }
}
