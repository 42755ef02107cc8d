internal import CanonicalJSON
internal import Foundation

/// A folder with `config.json` and one or more safetensors files.
package struct SafetensorsCheckpoint: Sendable {
  package let tensors: [String: StoredTensor]
  package let configuration: HuggingFaceConfiguration
  package let files: [String]
  /// End tokens of `generation_config.json`: chats end with other tokens than `config.json` names.
  package let generationEndTokens: [Int]

  /// - Throws: ``ModelError``.
  package init(folder: String) throws {
    configuration = try HuggingFaceConfiguration(path: folder + "/config.json")
    var names = ["model.safetensors"]
    let index = folder + "/model.safetensors.index.json"
    let manager = FileManager.default
    if manager.fileExists(atPath: index) {
      names = try Self.shards(index: index)
    } else if !manager.fileExists(atPath: folder + "/model.safetensors") {
      let found = (try? manager.contentsOfDirectory(atPath: folder)) ?? []
      names = found.filter { $0.hasSuffix(".safetensors") }.sorted()
    }
    guard !names.isEmpty else { throw ModelError.notACheckpoint(path: folder) }
    var tensors: [String: StoredTensor] = [:]
    for name in names {
      let file = try SafetensorsFile(path: folder + "/" + name)
      tensors.merge(file.tensors) { first, _ in first }
    }
    let generation = folder + "/generation_config.json"
    generationEndTokens =
      manager.fileExists(atPath: generation)
      ? try HuggingFaceConfiguration(path: generation).endTokens : []
    self.tensors = tensors
    files = names.map { folder + "/" + $0 }
  }

  /// The file names of an index, sorted, each inside the folder.
  private static func shards(index: String) throws -> [String] {
    let file = try MappedFile(path: index)
    let document: JSONValue
    do throws(JSONError) {
      document = try JSONValue(parsing: file.bytes)
    } catch {
      throw ModelError.corruptFile(path: index, offset: 0, problem: "no valid JSON (\(error))")
    }
    guard let map = document["weight_map"]?.objectValue else {
      throw ModelError.corruptFile(path: index, offset: 0, problem: "it has no weight_map")
    }
    let names = Set(map.values.compactMap(\.stringValue)).sorted()
    // A name such as "../x" could make the program read any file of this machine.
    for name in names where name.contains("/") || name.hasPrefix(".") {
      throw ModelError.corruptFile(
        path: index, offset: 0, problem: "the shard name \"\(name.prefix(80))\" leaves the folder")
    }
    return names
  }
}
