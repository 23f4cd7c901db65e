/// A neural network with one input and several outputs of 32-bit floating-point numbers.
package protocol Network: AnyObject {
    /// Numbers in the input.
    var inputCount: Int { get }
    /// Numbers in each output.
    var outputCounts: [Int] { get }
    /// Lets `fill` write the whole input, runs the network, and lets `read` look at the outputs, in their order.
    /// The buffers are valid only inside the closures.
    func run(
        fill: (UnsafeMutablePointer<Float>) -> Void, read: ([UnsafePointer<Float>]) -> Void
    ) throws
}
