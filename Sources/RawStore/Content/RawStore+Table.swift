internal import Foundation
internal import GRDB
internal import Provenance

extension RawStore {
  /// The names of the studies in the store, sorted.
  public func studies() throws(StoreError) -> [String] {
    try read { try ContentReader($0).studies().map(\.name) }
  }

  /// The hash of everything that the store holds; the same for the same rows in any order.
  public func contentHash() throws(StoreError) -> String {
    try attempt { try ContentReader.hash(try contentParts()) }
  }

  /// Every part of the content with its own hash.
  public func contentParts() throws(StoreError) -> [ContentPart] {
    try read { database in
      let reader = try ContentReader(database)
      return try reader.studies().flatMap { try reader.parts(study: $0) }
    }
  }

  /// Everything that an audit of one study reads.
  /// - Parameters:
  ///   - study: its name; may be left out when the store holds one study only.
  /// - Throws: ``StoreError``.
  /// - Complexity: O(rows · log items); 1 byte a cell in memory, and a few while it is read.
  public func table(study name: String? = nil) throws(StoreError) -> RawTable {
    try read { database in
      let reader = try ContentReader(database)
      let study = try choose(name, among: try reader.studies())
      let (outcomes, outcomeParts) = try OutcomeReader(reader).matrices(study: study)
      let parts = outcomeParts + (try reader.otherParts(study: study))
      let tables = TableReader(reader, study: study.id)
      return RawTable(
        study: study.name, outcomes: outcomes,
        identicalResponses: try IdenticalResponseReader(reader).groups(study: study),
        detection: try tables.detection(parts: parts), samples: try tables.samples(),
        neurons: try tables.neurons(), splits: try tables.splits(),
        classifierRows: try tables.classifierRows(), sources: try tables.sources(),
        runs: try tables.runs(), contentHash: try ContentReader.hash(parts))
    }
  }

  private func choose(
    _ name: String?, among studies: [(id: Int64, name: String)]
  ) throws -> (id: Int64, name: String) {
    guard !studies.isEmpty else { throw StoreError.noStudy(path: path) }
    if let name {
      guard let study = studies.first(where: { $0.name == name }) else {
        throw StoreError.unknownStudy(name: name, known: studies.map(\.name))
      }
      return study
    }
    guard studies.count == 1, let study = studies.first else {
      throw StoreError.severalStudies(names: studies.map(\.name))
    }
    return study
  }
}
