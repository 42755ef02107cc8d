public import CanonicalJSON
import Statistics

/// One statistic as `referee compute` offers it: JSON in, JSON out.
public struct ComputeFunction: Sendable {
  /// The name on the command line, equal to the name of its fixture file if it has one.
  public let name: String
  /// One line without a full stop.
  public let summary: String
  public let inputs: [ComputeInput]
  /// The keys of the output, in the order in which they are documented.
  public let outputs: [String]
  /// Paper, equation, or the implementation that the function agrees with.
  public let reference: String
  private let evaluate: @Sendable (ComputeArguments) throws -> ComputeOutput

  public init(
    _ name: String, summary: String, inputs: [ComputeInput], outputs: [String], reference: String,
    evaluate: @escaping @Sendable (ComputeArguments) throws -> ComputeOutput
  ) {
    self.name = name
    self.summary = summary
    self.inputs = inputs
    self.outputs = outputs
    self.reference = reference
    self.evaluate = evaluate
  }

  /// Runs the function. Undefined values are `null`, with the reason under `reasons`.
  ///
  /// - Throws: ``ComputeError`` only; errors of `Statistics` arrive as ``ComputeError/statistics(_:)``.
  public func callAsFunction(_ input: JSONValue) throws(ComputeError) -> JSONValue {
    let arguments = try ComputeArguments(input, declared: inputs)
    do {
      return try evaluate(arguments).json
    } catch let error as ComputeError {
      throw error
    } catch let error as StatisticsError {
      throw .statistics(error)
    } catch {
      throw .outOfRange(field: "input", expected: "valid for \(name)", found: "\(error)")
    }
  }
}

/// One field of the input object.
public struct ComputeInput: Hashable, Sendable {
  public let name: String
  /// What the field holds, for people: "count", "level in (0, 1)", "matrix of 0 and 1".
  public let kind: String
  public let isRequired: Bool
  /// Used when an optional field is absent; `nil` means that the field then plays no part.
  public let defaultValue: JSONValue?

  public static func required(_ name: String, _ kind: String) -> ComputeInput {
    ComputeInput(name: name, kind: kind, isRequired: true, defaultValue: nil)
  }

  public static func optional(
    _ name: String, _ kind: String, default value: JSONValue? = nil
  ) -> ComputeInput {
    ComputeInput(name: name, kind: kind, isRequired: false, defaultValue: value)
  }

  /// The confidence level of an interval, 0.95 unless given.
  public static let confidenceLevel = optional("conf", "level in (0, 1)", default: 0.95)
}
