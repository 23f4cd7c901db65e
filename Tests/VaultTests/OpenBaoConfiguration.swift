import Base
import TestKit
import Vault

extension OpenBao {
    func configuration(token: String = OpenBao.token) throws -> VaultConfiguration {
        try VaultConfiguration(address: address, token: Secret(token))
    }
}
