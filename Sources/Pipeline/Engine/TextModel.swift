internal import Foundation
public import Kernels
public import Model
internal import Probing
internal import Provenance
public import Tokenizer

/// A checkpoint with its text side: what a stage needs to turn questions into responses.
public struct TextModel: Sendable {
  public let model: LanguageModel
  public let tokenizer: TextTokenizer
  let chat: ChatTemplate
  let stopTokens: Set<Int32>
  /// Ids below this exist; rows from here on are padding of the vocabulary.
  let vocabularyLimit: Int
  let maskedTokens: Set<Int32>
  /// SHA-256 over names and contents of the checkpoint's files.
  public let digest: String

  /// - Throws: ``ModelError``, ``TokenizerError``, ``PipelineError``.
  public init(path: String, threads: Int, instructionSet: InstructionSet?) throws {
    model = try LanguageModel.open(
      path: path, backend: KernelBackend(instructionSet: instructionSet, threads: threads),
      expandsBelow: Self.smallModel)
    let text = try CheckpointTokenizer.open(path: path)
    tokenizer = text.tokenizer
    chat = try text.chatTemplate()
    stopTokens = Set(text.endTokens)
    vocabularyLimit = min(text.tokenizer.vocabularySize, model.configuration.vocabularySize)
    maskedTokens = Set(text.tokenizer.unusedTokens)
    digest = try Self.digest(of: model.files + Self.textFiles(beside: model.files))
  }

  /// Bytes of a checkpoint that is unpacked: at 4 bits a weight it becomes 128 MiB.
  private static let smallModel = 16 << 20

  /// What decides prompts, tokens and ends beside the weights.
  private static func textFiles(beside weights: [String]) -> [String] {
    let names = [
      "config.json", "generation_config.json", "tokenizer.json", "tokenizer_config.json",
      "chat_template.jinja",
    ]
    let folders = Set(weights.map { String($0[..<($0.lastIndex(of: "/") ?? $0.startIndex)]) })
    return folders.sorted().flatMap { folder in names.map { folder + "/" + $0 } }
      .filter { !weights.contains($0) && FileManager.default.fileExists(atPath: $0) }
  }

  /// File names without folders, so that a moved checkpoint keeps its digest.
  private static func digest(of files: [String]) throws -> String {
    var stream = SHA256Stream()
    for path in files.sorted() {
      let name = path.split(separator: "/").last.map(String.init) ?? path
      stream.append(Array("\(name)\n".utf8))
      do {
        let handle = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
        defer { try? handle.close() }
        while let chunk = try handle.read(upToCount: 8 << 20), !chunk.isEmpty {
          stream.append(Array(chunk))
        }
      } catch {
        throw PipelineError.missingInput(path: path, reason: error.localizedDescription)
      }
    }
    return stream.digest.description
  }

  /// The prompt of a question; control tokens spelled out in a question stay text.
  package func prompt(_ question: Question) throws -> [Int32] {
    let text = try chat.render(
      question.turns.map { turn in
        ChatMessage(
          role: ChatMessage.Role(rawValue: turn.role.rawValue) ?? .user, content: turn.content)
      }, thinking: chat.canThink ? .off : .automatic)
    return try tokenizer.encode(text, addsSpecialTokens: false).tokens
  }

  package func request(
    _ question: Question, prompt: [Int32], maximumTokens: Int, sampling: Sampling, seed: UInt64,
    responseIndex: Int
  ) -> GenerationRequest {
    GenerationRequest(
      prompt: prompt, maximumTokens: maximumTokens, stopTokens: stopTokens, sampling: sampling,
      vocabularyLimit: vocabularyLimit, maskedTokens: maskedTokens, seed: seed, item: question.id,
      responseIndex: responseIndex)
  }

  /// UTF-8 bytes of the decoded response that each of its tokens stands for.
  package func byteRanges(of tokens: [Int32]) throws -> (text: String, ranges: [Range<Int>]) {
    var decoder = StreamingDecoder(tokenizer)
    var text = ""
    var ranges: [Range<Int>] = []
    var open: [Int] = []
    for (index, token) in tokens.enumerated() {
      let start = text.utf8.count
      let piece = try decoder.append(token)
      text += piece
      let range = start..<text.utf8.count
      ranges.append(range)
      // Tokens inside a character share the range of the token that completes it.
      if piece.isEmpty {
        open.append(index)
      } else {
        for earlier in open { ranges[earlier] = range }
        open = []
      }
    }
    text += decoder.finish()
    return (text, ranges)
  }
}
