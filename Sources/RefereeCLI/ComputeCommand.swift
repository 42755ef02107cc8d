import ArgumentParser
import CanonicalJSON
import Compute
import Foundation

/// `referee compute FUNCTION [FILE]`: any statistic from the command line.
struct ComputeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compute",
    abstract: "Compute one statistic: JSON in (file or standard input), JSON out.",
    discussion: """
      An undefined value is null, with its reason under "reasons". --list names the functions with \
      their inputs, defaults and references.

      Example: echo '{"x": 31, "n": 40}' | referee compute wilson
      """)

  @Argument(help: "Name of the function.", completion: .list(ComputeRegistry.all.map(\.name)))
  var function: String?

  @Argument(help: "File with the input object; standard input without it.", completion: .file())
  var file: String?

  @Flag(help: "Name every function with inputs, defaults and reference.")
  var list = false

  @OptionGroup var global: GlobalOptions

  func validate() throws {
    guard list || function != nil else {
      throw ValidationError("name a function, or use --list")
    }
  }

  func run() throws {
    guard let function, !list else {
      printOutput(global.json ? try catalogue.prettyText() : catalogueText)
      return
    }
    let statistic = try ComputeRegistry.function(named: function)
    let bytes: [UInt8]
    if let file {
      bytes = try FileAccess.read(file)
    } else {
      bytes = try FileAccess.readStandardInput()
    }
    let output = try statistic(try JSONValue(parsing: bytes))
    printOutput(try output.prettyText())
  }

  private var catalogue: JSONValue {
    let functions = ComputeRegistry.all.map { function -> JSONValue in
      let inputs = function.inputs.map { input -> JSONValue in
        [
          "name": .string(input.name), "kind": .string(input.kind),
          "required": .bool(input.isRequired), "default": input.defaultValue ?? .null,
        ]
      }
      return [
        "name": .string(function.name), "summary": .string(function.summary),
        "inputs": .array(inputs), "outputs": .array(function.outputs.map(JSONValue.string)),
        "reference": .string(function.reference),
      ]
    }
    return ["schema": "referee/compute-list/v1", "functions": .array(functions)]
  }

  private var catalogueText: String {
    ComputeRegistry.all.map { function in
      let inputs = function.inputs.map { input in
        let value = input.defaultValue.flatMap { try? $0.canonicalText() }
        let suffix = input.isRequired ? "" : value.map { ", default \($0)" } ?? ", optional"
        return "    \(input.name): \(input.kind)\(suffix)\n"
      }
      return """
        \(function.name)
          \(function.summary)
        \(inputs.joined())    → \(function.outputs.joined(separator: ", "))
          \(function.reference)

        """
    }.joined(separator: "\n")
  }
}
