import Web

/// What is mounted.
package typealias Routes = [Route]
