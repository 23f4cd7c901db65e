"""pyotp as the authenticator app: reads the address in the first argument, shows its codes at the seconds in the others."""

import json
import sys

import pyotp

app = pyotp.parse_uri(sys.argv[1])
moments = [int(text) for text in sys.argv[2:]]
print(json.dumps({"issuer": app.issuer, "account": app.name, "codes": [{"at": at, "code": app.at(at)} for at in moments]}))
