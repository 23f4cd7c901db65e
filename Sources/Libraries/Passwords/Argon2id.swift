import Base
import CArgon2

/// Argon2id, version 1.3 (RFC 9106), by libargon2.
package enum Argon2id {
    /// The tag of `count` bytes. `secret` and `associated` are K and X of the RFC.
    ///
    /// Runs on the calling thread for as long as it takes, with the thread's own memory where it has some (`HashingMemory`); that memory is
    /// wiped in between by the library. Throws `Failure(.overloaded)` where there is no memory.
    package static func tag(
        of password: UnsafeRawBufferPointer, salt: [UInt8], secret: [UInt8] = [], associated: [UInt8] = [], cost: PasswordCost, count: Int
    ) throws(Failure) -> [UInt8] {
        // The library writes to what it is given only where its flags tell it to; none are set.
        var (salt, secret, associated) = (salt, secret, associated)
        var tag = [UInt8](repeating: 0, count: count)
        let result = tag.withUnsafeMutableBufferPointer { tag in
            salt.withUnsafeMutableBufferPointer { salt in
                secret.withUnsafeMutableBufferPointer { secret in
                    associated.withUnsafeMutableBufferPointer { associated in
                        var context = argon2_context()
                        (context.out, context.outlen) = (tag.baseAddress, UInt32(tag.count))
                        let bytes = password.bindMemory(to: UInt8.self)
                        (context.pwd, context.pwdlen) = (UnsafeMutablePointer(mutating: bytes.baseAddress), UInt32(bytes.count))
                        (context.salt, context.saltlen) = (salt.baseAddress, UInt32(salt.count))
                        (context.secret, context.secretlen) = (secret.baseAddress, UInt32(secret.count))
                        (context.ad, context.adlen) = (associated.baseAddress, UInt32(associated.count))
                        (context.m_cost, context.t_cost) = (UInt32(cost.memoryKibibytes), UInt32(cost.passes))
                        // One thread whatever the lanes: how many hash at a time is decided in one place.
                        (context.lanes, context.threads) = (UInt32(cost.lanes), 1)
                        context.version = UInt32(ARGON2_VERSION_13.rawValue)
                        if HashingMemory.isKeptHere {
                            context.allocate_cbk = { place, count in HashingMemory.lend(place, count) }
                            context.free_cbk = { start, count in HashingMemory.takeBack(start, count) }
                        }
                        return argon2_ctx(&context, Argon2_id)
                    }
                }
            }
        }
        wipe(&secret)
        guard result == ARGON2_OK.rawValue else { throw .hashingFailed(result) }
        return tag
    }

    private static func wipe(_ bytes: inout [UInt8]) {
        bytes.withUnsafeMutableBytes { Base.wipe($0) }
    }
}

extension Failure {
    fileprivate static func hashingFailed(_ code: Int32) -> Failure {
        if code == ARGON2_MEMORY_ALLOCATION_ERROR.rawValue {
            return .signInBusy
        }
        return Failure(
            .fault, "password_hashing",
            Text(
                es: "No se pudo procesar la contraseña (argon2: \(code)). Es un fallo del programa: avise a quien lo administra.",
                en: "The password could not be processed (argon2: \(code)). It is a fault of the program: tell whoever runs it."))
    }

    static let signInBusy = Failure(
        .overloaded, "sign_in_busy",
        Text(
            es: "Demasiadas personas inician sesión a la vez. Inténtelo de nuevo dentro de unos segundos.",
            en: "Too many people are signing in at once. Try again in a few seconds."))
}
