internal import CTemplates
internal import CanonicalJSON

/// The JSON Schemas of the study formats, compiled into the binary (`referee study schema`).
public enum StudySchema: String, Hashable, Sendable, CaseIterable {
  /// `study.yaml` of a published study.
  case publishedStudy = "published-study.schema.json"
  /// `claims.yaml` of a published study.
  case publishedClaims = "published-claims.schema.json"
  /// `figures.yaml`: published numbers and the rows that they came from.
  case publishedFigures = "published-figures.schema.json"
  /// `study.yaml` of a plan.
  case plan = "study-plan.schema.json"
  /// The mapping file of a row import.
  case rowMapping = "row-mapping.schema.json"

  /// The schema as a JSON document, draft 2020-12.
  public var text: String {
    guard let template = referee_template_named(rawValue) else {
      preconditionFailure("\(rawValue) is not among the embedded templates")
    }
    let bytes = UnsafeBufferPointer(start: template.pointee.bytes, count: template.pointee.size)
    return String(decoding: bytes, as: UTF8.self)
  }

  var document: JSONValue {
    do {
      return try JSONValue(parsing: text)
    } catch {
      preconditionFailure("\(rawValue) is not valid JSON: \(error)")
    }
  }

  /// Keywords that the checker knows.
  package static let keywords: Set<String> = [
    "$schema", "$id", "$defs", "$ref", "$comment", "title", "description", "examples", "default",
    "type", "enum", "const", "required", "properties", "additionalProperties", "propertyNames",
    "maxProperties", "pattern", "minLength", "maxLength", "minimum", "maximum",
    "exclusiveMinimum", "exclusiveMaximum", "items", "minItems", "maxItems", "uniqueItems",
  ]
}
