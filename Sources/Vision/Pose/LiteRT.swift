import Base
import CLiteRT
import Foundation

/// The LiteRT library, opened at run time, with an environment that uses the processor alone and stays silent.
final class LiteRT {
    let functions: zlitert_functions
    let environment: zlitert_handle

    /// - Throws: `Failure(.unavailable)` where the library cannot be opened or lacks a function.
    init(libraryPath: String) throws(Failure) {
        var functions = zlitert_functions()
        if let reason = zlitert_load(libraryPath, &functions) { throw .poseRuntime(String(cString: reason)) }
        var environment: zlitert_handle?
        var options = [
            Self.option(ZLITERT_OPTION_ACCELERATORS, ZLITERT_ACCELERATOR_CPU),
            Self.option(ZLITERT_OPTION_LOG_SEVERITY, ZLITERT_LOG_SILENT),
        ]
        let status = functions.create_environment(Int32(options.count), &options, &environment)
        guard status == 0, let environment else { throw .poseRuntime("LiteRtCreateEnvironment \(status)") }
        self.functions = functions
        self.environment = environment
    }

    deinit { functions.destroy_environment(environment) }

    private static func option<T: BinaryInteger>(_ tag: T, _ value: T) -> zlitert_environment_option {
        var option = zlitert_environment_option()
        option.tag = Int32(tag)
        option.any.type = Int32(ZLITERT_ANY_INTEGER)
        option.any.value = Int64(value)
        return option
    }
}

/// A network compiled by LiteRT for one thread of the processor.
///
/// One thread because a second gained nothing measurable on these networks; several recordings at once scale instead.
final class LiteRTNetwork: Network {
    private let runtime: LiteRT
    /// The network's file: LiteRT refers to it as long as the model lives.
    private let bytes: UnsafeMutableRawBufferPointer
    private var handles = Handles()
    let inputCount: Int
    let outputCounts: [Int]

    private struct Handles {
        var model: zlitert_handle?
        var compiled: zlitert_handle?
        var inputs: [zlitert_handle?] = []
        var outputs: [zlitert_handle?] = []

        func release(_ functions: zlitert_functions) {
            for buffer in inputs + outputs { functions.destroy_buffer(buffer) }
            if let compiled { functions.destroy_compiled(compiled) }
            if let model { functions.destroy_model(model) }
        }
    }

    init(runtime: LiteRT, model data: Data) throws(Failure) {
        let bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: data.count, alignment: 64)
        data.copyBytes(to: bytes)
        var handles = Handles()
        do {
            handles = try Self.compile(bytes, runtime, &handles)
            inputCount = try Self.count(handles.inputs.first ?? nil, runtime)
            var counts: [Int] = []
            for output in handles.outputs { counts.append(try Self.count(output, runtime)) }
            outputCounts = counts
        } catch {
            handles.release(runtime.functions)
            bytes.deallocate()
            throw error
        }
        self.runtime = runtime
        self.bytes = bytes
        self.handles = handles
    }

    deinit {
        handles.release(runtime.functions)
        bytes.deallocate()
    }

    func run(fill: (UnsafeMutablePointer<Float>) -> Void, read: ([UnsafePointer<Float>]) -> Void) throws {
        let functions = runtime.functions
        let input = handles.inputs[0]
        fill(try lock(input, ZLITERT_LOCK_WRITE).assumingMemoryBound(to: Float.self))
        try check(functions.unlock(input), "LiteRtUnlockTensorBuffer")
        // LiteRT takes the lists as mutable but leaves them alone.
        var (inputs, outputs) = (handles.inputs, handles.outputs)
        try check(
            functions.run(handles.compiled, 0, inputs.count, &inputs, outputs.count, &outputs), "LiteRtRunCompiledModel")
        var addresses: [UnsafePointer<Float>] = []
        for output in handles.outputs {
            addresses.append(UnsafePointer(try lock(output, ZLITERT_LOCK_READ).assumingMemoryBound(to: Float.self)))
        }
        read(addresses)
        for output in handles.outputs { try check(functions.unlock(output), "LiteRtUnlockTensorBuffer") }
    }

    private func lock<T: BinaryInteger>(_ buffer: zlitert_handle?, _ mode: T) throws(Failure) -> UnsafeMutableRawPointer {
        var address: UnsafeMutableRawPointer?
        try check(runtime.functions.lock(buffer, &address, Int32(mode)), "LiteRtLockTensorBuffer")
        guard let address else { throw .poseRuntime("LiteRtLockTensorBuffer") }
        return address
    }

    private func check(_ status: zlitert_status, _ name: String) throws(Failure) {
        guard status == 0 else { throw .poseRuntime("\(name) \(status)") }
    }
}

extension LiteRTNetwork {
    private static func compile(
        _ bytes: UnsafeMutableRawBufferPointer, _ runtime: LiteRT, _ handles: inout Handles
    ) throws(Failure) -> Handles {
        var functions = runtime.functions
        func check(_ status: zlitert_status, _ name: String) throws(Failure) {
            guard status == 0 else { throw .poseRuntime("\(name) \(status)") }
        }
        try check(
            functions.create_model(runtime.environment, bytes.baseAddress, bytes.count, &handles.model),
            "LiteRtCreateModelFromBuffer")
        var options: zlitert_handle?
        try check(functions.create_options(&options), "LiteRtCreateOptions")
        defer { functions.destroy_options(options) }
        try check(
            functions.set_accelerators(options, Int32(ZLITERT_ACCELERATOR_CPU)), "LiteRtSetOptionsHardwareAccelerators")
        try check(zlitert_set_threads(&functions, options, 1), "LiteRtAddOpaqueOptions")
        try check(
            functions.compile(runtime.environment, handles.model, options, &handles.compiled), "LiteRtCreateCompiledModel")
        var graph: zlitert_handle?
        try check(functions.get_subgraph(handles.model, 0, &graph), "LiteRtGetModelSubgraph")
        var inputs = 0
        var outputs = 0
        try check(functions.get_input_count(graph, &inputs), "LiteRtGetNumSubgraphInputs")
        try check(functions.get_output_count(graph, &outputs), "LiteRtGetNumSubgraphOutputs")
        for index in 0..<inputs {
            var tensor: zlitert_handle?
            var requirements: zlitert_handle?
            try check(functions.get_input(graph, index, &tensor), "LiteRtGetSubgraphInput")
            try check(
                functions.get_input_requirements(handles.compiled, 0, index, &requirements),
                "LiteRtGetCompiledModelInputBufferRequirements")
            handles.inputs.append(try buffer(tensor, requirements, runtime))
        }
        for index in 0..<outputs {
            var tensor: zlitert_handle?
            var requirements: zlitert_handle?
            try check(functions.get_output(graph, index, &tensor), "LiteRtGetSubgraphOutput")
            try check(
                functions.get_output_requirements(handles.compiled, 0, index, &requirements),
                "LiteRtGetCompiledModelOutputBufferRequirements")
            handles.outputs.append(try buffer(tensor, requirements, runtime))
        }
        return handles
    }

    private static func buffer(
        _ tensor: zlitert_handle?, _ requirements: zlitert_handle?, _ runtime: LiteRT
    ) throws(Failure) -> zlitert_handle {
        var type = zlitert_tensor_type()
        var buffer: zlitert_handle?
        guard runtime.functions.get_tensor_type(tensor, &type) == 0,
            runtime.functions.create_buffer(runtime.environment, &type, requirements, &buffer) == 0, let buffer
        else { throw .poseRuntime("LiteRtCreateManagedTensorBufferFromRequirements") }
        return buffer
    }

    private static func count(_ buffer: zlitert_handle?, _ runtime: LiteRT) throws(Failure) -> Int {
        var size = 0
        guard let buffer, runtime.functions.get_buffer_size(buffer, &size) == 0 else {
            throw .poseRuntime("LiteRtGetTensorBufferPackedSize")
        }
        return size / MemoryLayout<Float>.size
    }
}
