// Passkeys: what pages ask of authenticators (WebAuthn Level 3, section 5.1.8 to 5.1.10), and what these answer, into a form.
//
// A form with data-passkey has two hidden fields, `ceremony` and `credential`, and says in data-options where to ask what to ask. It is not to be
// seen until this runs. What goes wrong is said in words of the page's own.

const bytes = text => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), letter => letter.charCodeAt(0))
const text = buffer => btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "")

// Browsers of before 2025 read and write no JSON themselves.
const named = list => list?.map(item => ({ ...item, id: bytes(item.id) }))
const creation = options => PublicKeyCredential.parseCreationOptionsFromJSON?.(options) ?? {
  ...options, challenge: bytes(options.challenge), user: { ...options.user, id: bytes(options.user.id) },
  excludeCredentials: named(options.excludeCredentials),
}
const request = options => PublicKeyCredential.parseRequestOptionsFromJSON?.(options) ?? {
  ...options, challenge: bytes(options.challenge), allowCredentials: named(options.allowCredentials),
}
const written = credential => {
  if (credential.toJSON) return credential.toJSON()
  const response = {}
  for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (credential.response[name]) response[name] = text(credential.response[name])
  }
  if (credential.response.getTransports) response.transports = credential.response.getTransports()
  return { id: credential.id, rawId: credential.id, type: credential.type, response, clientExtensionResults: {} }
}

async function answer(form) {
  const asked = await fetch(form.dataset.options, { method: "POST", headers: { Accept: "application/json" } })
  const found = await asked.json()
  if (!asked.ok) throw new Error(found.title ?? form.dataset.failed, { cause: "said" })
  const begun = found.passkey ?? found
  const credential = form.dataset.passkey === "create"
    ? await navigator.credentials.create({ publicKey: creation(begun.options) })
    : await navigator.credentials.get({ publicKey: request(begun.options) })
  form.elements.ceremony.value = begun.ceremony
  form.elements.credential.value = JSON.stringify(written(credential))
}

function words(form, error) {
  if (error.cause === "said") return error.message
  if (error.name === "InvalidStateError") return form.dataset.known
  if (error.name === "NotAllowedError" || error.name === "AbortError") return form.dataset.cancelled
  return form.dataset.failed
}

function prepare(form) {
  const says = form.parentElement.querySelector("[data-passkey-says]")
  const say = words => {
    says.querySelector("p").textContent = words
    says.hidden = !words
  }
  if (!window.PublicKeyCredential || !navigator.credentials) return say(form.dataset.missing)
  form.hidden = false
  const button = form.querySelector("button")
  form.addEventListener("submit", async event => {
    event.preventDefault()
    if (button.getAttribute("aria-disabled") === "true") return
    const face = [...button.childNodes]
    button.setAttribute("aria-disabled", "true")
    button.textContent = button.dataset.busy
    say("")
    try {
      await answer(form)
      form.submit()
    } catch (error) {
      say(words(form, error))
      button.removeAttribute("aria-disabled")
      button.replaceChildren(...face)
    }
  })
  // Coming back by the browser's button finds it ready again.
  addEventListener("pageshow", event => { if (event.persisted) location.reload() })
}

for (const form of document.querySelectorAll("form[data-passkey]")) prepare(form)
