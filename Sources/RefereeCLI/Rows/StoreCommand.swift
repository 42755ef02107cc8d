import ArgumentParser
import CanonicalJSON
import Foundation
import RawStore

/// `referee store`: what is in a raw store.
struct StoreCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "store", abstract: "Look into raw stores, check, export and merge them.",
    subcommands: [Info.self, Export.self, StoreMergeCommand.self, Schema.self])

  /// `referee store info STORE`.
  struct Info: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "List the content of a store and recompute its hash chain.")

    @Argument(help: "The store.", completion: .file())
    var store: String

    @OptionGroup var global: GlobalOptions

    func run() throws {
      let store = try RawStore(path: store)
      let check = try store.verify()
      let parts = try store.contentParts()
      let ledger = try store.ledger()
      try store.close()
      if global.json {
        let document: JSONValue = [
          "schema": "referee/store-info/v1", "content": .string(check.contentHash),
          "intact": .bool(check.isIntact),
          "problems": .array(check.problems.map(JSONValue.string)),
          "parts": .array(parts.map(\.json)), "ledger": .array(ledger.map(\.json)),
        ]
        printOutput(try document.prettyText())
      } else {
        for part in parts {
          let share = part.trueCount.map { ", \($0) true" } ?? ""
          printOutput("\(part.study): \(part): \(part.rowCount) rows\(share)\n")
        }
        printOutput("ledger: \(ledger.count) records; content sha256:\(check.contentHash)\n")
        for problem in check.problems { printOutput("broken: \(problem)\n") }
      }
      if !check.isIntact { throw GateFailure(reasons: ["the store is not as it was recorded"]) }
    }
  }

  /// `referee store export STORE`.
  struct Export: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Print the outcome rows as JSON Lines in their canonical order.")

    @Argument(help: "The store.", completion: .file())
    var store: String

    @Option(name: .long, help: "Write to this file instead.", completion: .file())
    var out: String?

    @OptionGroup var global: GlobalOptions

    func run() throws {
      let store = try RawStore(path: store)
      guard let out else {
        try Self.lines(of: store) { FileHandle.standardOutput.write($0) }
        return
      }
      // Beside the target, and renamed when whole.
      let temporary = out + ".part"
      guard FileManager.default.createFile(atPath: temporary, contents: nil),
        let handle = FileHandle(forWritingAtPath: temporary)
      else { throw FileAccessError.unwritable(path: out, reason: "no permission") }
      do {
        try Self.lines(of: store) { try handle.write(contentsOf: $0) }
        try handle.close()
        // Not replaceItemAt, which wants the target to be there.
        guard rename(temporary, out) == 0 else {
          throw FileAccessError.unwritable(path: out, reason: String(cString: strerror(errno)))
        }
      } catch let error as StoreError {
        throw error
      } catch let error as FileAccessError {
        throw error
      } catch {
        throw FileAccessError.unwritable(path: out, reason: error.localizedDescription)
      }
    }

    private static func lines(of store: RawStore, write: (Data) throws -> Void) throws {
      var buffer = Data()
      try store.forEachOutcomeLine { line in
        buffer.append(contentsOf: line.utf8)
        buffer.append(0x0A)
        if buffer.count > 1 << 16 {
          try write(buffer)
          buffer.removeAll(keepingCapacity: true)
        }
      }
      try write(buffer)
    }
  }

  /// `referee store schema`.
  struct Schema: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Print the schema of a store as SQL.")

    @OptionGroup var global: GlobalOptions

    func run() throws { printOutput(RawStore.schemaText) }
  }
}
