public import CanonicalJSON
import Crypto
import Foundation

/// A set of fits as a file: what `classify fit --json` prints and `classify verify` reads.
///
/// Schema `referee/classifier-fits/v1`. `fits[].support` and `fits[].weights[].column` count columns
/// from 0.
public struct FitDocument: Sendable {
  public var storeDigest: String
  public var rowCount: Int
  public var columnCount: Int
  public var dtype: StoreValueType
  public var intercept: InterceptRule
  public var classWeight: ClassWeight
  public var scale: FeatureScale
  public var gapTolerance: Double
  public var violationTolerance: Double
  /// How the rows became two classes.
  public var rowRule: String
  /// `[row]`, ±1; 0 for rows that the rule leaves out.
  public var labels: [Double]
  public var fits: [JSONValue]
  /// `[row]`, before class weights; `nil` means 1 for every row of the rule.
  public var sampleWeights: [Double]?
  /// SHA-256 over everything else. It shows accidents; forgery is what the recomputation is for.
  public var seal = ""

  public static let schema = "referee/classifier-fits/v1"

  /// - Parameter sampleWeights: `[row]` before class weights.
  public static func fit(_ fit: CertifiedFit) -> JSONValue {
    var nearest: JSONValue = .null
    if let excluded = fit.nearestExcluded {
      nearest = ["column": .integer(Int64(excluded.column)), "margin": .number(excluded.margin)]
    }
    return [
      "C": .number(fit.problem.cost), "objective": .number(fit.objective),
      "dual": .number(fit.dual), "gap": .number(fit.gap),
      "maxKKT": .number(fit.maximumViolation), "nonzeros": .integer(Int64(fit.nonzeroCount)),
      "intercept": .number(fit.intercept), "rawIntercept": .number(fit.rawIntercept),
      "support": .array(fit.weights.map { .integer(Int64($0.column)) }),
      "weights": .array(fit.weights.map { .number($0.weight) }),
      "rawWeights": .array(fit.weights.map { .number($0.rawWeight) }),
      "converged": .bool(fit.isConverged), "passes": .integer(Int64(fit.passes)),
      "nearestExcluded": nearest,
      "notCertifiedZero": fit.uncertifiedCount.map { .integer(Int64($0)) } ?? .null,
    ]
  }

  public init(
    store: TileStore, options: SolverOptions, classWeight: ClassWeight, rowRule: String,
    labels: [Double], fits: [CertifiedFit]
  ) {
    storeDigest = store.digest
    rowCount = store.rowCount
    columnCount = store.columnCount
    dtype = store.dtype
    intercept = options.intercept
    self.classWeight = classWeight
    scale = options.scale
    gapTolerance = options.gapTolerance
    violationTolerance = options.violationTolerance
    self.rowRule = rowRule
    self.labels = labels
    self.fits = fits.map(Self.fit)
    reseal()
  }

  public var json: JSONValue {
    var members = unsealed
    members["seal"] = .string(contentDigest)
    return .object(members)
  }

  private var unsealed: [String: JSONValue] {
    var members: [String: JSONValue] = [
      "schema": .string(Self.schema), "store": .string(storeDigest),
      "rows": .integer(Int64(rowCount)), "columns": .integer(Int64(columnCount)),
      "dtype": .string(dtype.rawValue), "interceptRule": .string(intercept.rawValue),
      "classWeight": .string(classWeight.rawValue), "scale": .string(scale.rawValue),
      "gapTolerance": .number(gapTolerance), "violationTolerance": .number(violationTolerance),
      "rowRule": .string(rowRule), "labels": .array(labels.map { .integer(Int64($0)) }),
      "fits": .array(fits),
    ]
    if let sampleWeights {
      members["sampleWeights"] = .array(sampleWeights.map(JSONValue.number))
    }
    return members
  }

  /// An empty text when a number is not finite, which no seal equals.
  private var contentDigest: String {
    guard let text = try? JSONValue.object(unsealed).canonicalText() else { return "" }
    return hexadecimal(SHA256.hash(data: Data(text.utf8)))
  }

  /// Whether the content is what was sealed.
  public var isSealIntact: Bool { !seal.isEmpty && seal == contentDigest }

  /// Takes the present content as the sealed one.
  package mutating func reseal() { seal = contentDigest }

  public init(_ json: JSONValue, name: String) throws(ClassifierError) {
    func text<Value: RawRepresentable>(
      _ key: String, _ type: Value.Type
    ) throws(ClassifierError) -> Value where Value.RawValue == String {
      guard let value = json[key]?.stringValue.flatMap(Value.init(rawValue:)) else {
        throw .malformed(file: name, line: 1, column: 0, message: "no valid \(key)")
      }
      return value
    }
    func number(_ key: String) throws(ClassifierError) -> Double {
      guard let value = json[key]?.doubleValue, value > 0 else {
        throw .malformed(file: name, line: 1, column: 0, message: "no valid \(key)")
      }
      return value
    }
    guard json["schema"]?.stringValue == Self.schema, let store = json["store"]?.stringValue,
      let labels = json["labels"]?.arrayValue, let fits = json["fits"]?.arrayValue
    else {
      throw .malformed(
        file: name, line: 1, column: 0, message: "not a document of schema \(Self.schema)")
    }
    storeDigest = store
    rowCount = Int(try number("rows"))
    columnCount = json["columns"]?.intValue ?? 0
    dtype = try text("dtype", StoreValueType.self)
    intercept = try text("interceptRule", InterceptRule.self)
    classWeight = try text("classWeight", ClassWeight.self)
    scale = try text("scale", FeatureScale.self)
    gapTolerance = try number("gapTolerance")
    violationTolerance = try number("violationTolerance")
    rowRule = json["rowRule"]?.stringValue ?? ""
    seal = json["seal"]?.stringValue ?? ""
    self.labels = labels.map { $0.doubleValue ?? .nan }
    self.fits = fits
    sampleWeights = json["sampleWeights"]?.arrayValue?.map { $0.doubleValue ?? .nan }
    guard self.labels.count == rowCount, self.labels.allSatisfy({ [-1, 0, 1].contains($0) }) else {
      throw .malformed(
        file: name, line: 1, column: 0, message: "labels must be −1, 0 or 1, one per row")
    }
  }

  /// The claims of the fits, with row weights rebuilt from the document's own rules.
  public func claims(name: String) throws(ClassifierError) -> [ClaimedFit] {
    let weights = classWeight.rowWeights(
      labels: labels, sampleWeights: sampleWeights ?? labels.map { $0 == 0 ? 0 : 1 })
    guard weights.count == rowCount else {
      throw .malformed(
        file: name, line: 1, column: 0, message: "sampleWeights must be one number per row")
    }
    var result: [ClaimedFit] = []
    for (index, fit) in fits.enumerated() {
      func number(_ key: String) throws(ClassifierError) -> Double {
        guard let value = fit[key]?.doubleValue else {
          throw .malformed(
            file: name, line: 1, column: 0, message: "fits[\(index)] has no number \(key)")
        }
        return value
      }
      let columns = fit["support"]?.arrayValue?.compactMap(\.intValue) ?? []
      let values = fit["weights"]?.arrayValue?.compactMap(\.doubleValue) ?? []
      guard columns.count == values.count, try number("nonzeros") == Double(columns.count),
        columns.count == fit["support"]?.arrayValue?.count
      else {
        throw .malformed(
          file: name, line: 1, column: 0,
          message: "fits[\(index)]: support, weights and nonzeros disagree")
      }
      result.append(
        ClaimedFit(
          cost: try number("C"), rowWeights: weights, intercept: try number("intercept"),
          weights: zip(columns, values).map { ($0, $1) }, objective: try number("objective"),
          dual: try number("dual"), gap: try number("gap"),
          maximumViolation: try number("maxKKT")))
    }
    return result
  }
}

extension FitDocument {
  /// Checks every certificate against a store.
  ///
  /// The labels must be those that the stated row rule gives on this store, and the store must be the
  /// one that was fitted: otherwise every fit is refused before any arithmetic.
  public func verify(
    against store: TileStore, name: String, threads: Int
  ) throws -> [VerifiedFit] {
    var verifier = CertificateVerifier(
      store: store, labels: labels.map { $0 == 0 ? 1 : $0 }, intercept: intercept, scale: scale,
      gapTolerance: gapTolerance, violationTolerance: violationTolerance)
    verifier.threads = threads
    guard rowCount == store.rowCount else {
      throw ClassifierError.malformed(
        file: name, line: 1, column: 0,
        message: "\(rowCount) rows were fitted, the store has \(store.rowCount)")
    }
    var refusals: [String] = []
    if !isSealIntact { refusals.append("the document was changed after it was written (seal)") }
    if storeDigest != store.digest {
      refusals.append("the store is not the one that was fitted (its manifest differs)")
    }
    if let rule = RowRule(rawValue: rowRule) {
      if try rule.labels(of: store) != labels {
        refusals.append("the labels are not those that \(rowRule) gives on this store")
      }
    } else {
      refusals.append("the row rule \(rowRule) is unknown")
    }
    return try verifier.verify(try claims(name: name)).map { result in
      var result = result
      result.refusals = refusals + result.refusals
      return result
    }
  }
}

extension FitDocument {
  /// The detector of one fit on raw features.
  ///
  /// - Parameter cost: which C; `nil` is allowed with a single fit.
  public func detector(cost: Double?, name: String) throws(ClassifierError) -> FrozenDetector {
    let matching = fits.filter { cost == nil || $0["C"]?.doubleValue == cost }
    guard matching.count == 1, let fit = matching.first else {
      throw .invalidArgument(
        name: "C", message: "\(matching.count) fits of \(name) match; state one C of the document")
    }
    let columns = fit["support"]?.arrayValue?.compactMap(\.intValue) ?? []
    let weights = fit["rawWeights"]?.arrayValue?.compactMap(\.doubleValue) ?? []
    guard columns.count == weights.count, let intercept = fit["rawIntercept"]?.doubleValue else {
      throw .malformed(
        file: name, line: 1, column: 0, message: "support, rawWeights and rawIntercept disagree")
    }
    return FrozenDetector(
      weights: zip(columns, weights).map { ($0, $1) }, intercept: intercept)
  }
}
