internal import Foundation
internal import GRDB
internal import Provenance

extension SHA256Digest {
  /// The 32 bytes as a database value.
  var data: Data { withBytes { Data($0) } }
}
