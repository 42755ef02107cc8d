import CanonicalJSON
import Provenance
import Testing

@Suite struct `SHA-256` {
  /// NIST FIPS 180-4 examples.
  @Test(arguments: [
    ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    (
      "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
    ),
  ])
  func `gives the published digests`(text: String, digest: String) {
    #expect(SHA256Hex(of: text).description == digest)
  }

  @Test func `does not depend on the pieces`() {
    var stream = SHA256Stream()
    for byte in "abc".utf8 { stream.append([byte]) }
    #expect(stream.digest == SHA256Hex(of: "abc"))
    stream.append([])
    #expect(stream.digest == SHA256Hex(of: "abc"))
  }

  @Test func `of a document does not depend on its spelling`() throws {
    let left = try JSONValue(parsing: "{\"b\": 1.50, \"a\": [ ]}")
    let right = try JSONValue(parsing: "{\"a\":[],\"b\":1.5}")
    #expect(try SHA256Hex(ofCanonical: left) == SHA256Hex(ofCanonical: right))
    #expect(throws: JSONEncodingError.self) { try SHA256Hex(ofCanonical: .number(.nan)) }
  }
}
