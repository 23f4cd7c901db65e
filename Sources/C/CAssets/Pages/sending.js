// A video on its way: kept on this device until all of it has arrived, sent in parts, gone on with after whatever breaks off.
//
// What is kept: {key, account, blob, body, at, id, parts, partBytes}. `key` makes announcing it twice the same as once (Idempotency-Key), so that
// nothing is lost between asking and the answer. docs/evaluation.md says what the server takes.

const path = "/api/v1/evaluations"
const atOnce = 3

// --- keeping ------------------------------------------------------------------------------------------------------------------
const store = () => new Promise((done, fail) => {
  const opening = indexedDB.open("zancada-videos", 1)
  opening.onupgradeneeded = () => opening.result.createObjectStore("videos", { keyPath: "key" })
  opening.onsuccess = () => done(opening.result)
  opening.onerror = () => fail(opening.error)
})
const within = async (mode, work) => {
  const database = await store()
  try {
    return await new Promise((done, fail) => {
      const change = database.transaction("videos", mode)
      const asked = work(change.objectStore("videos"))
      change.oncomplete = () => done(asked?.result)
      change.onerror = change.onabort = () => fail(change.error)
    })
  } finally {
    database.close()
  }
}

// Puts a video down. False where this browser keeps nothing: in a private window, or without room.
export async function keep(video) {
  try {
    await within("readwrite", videos => videos.put(video))
    return true
  } catch { return false }
}

export async function forget(video) {
  try { await within("readwrite", videos => videos.delete(video.key)) } catch { /* It was not kept. */ }
}

// The one that an account has not sent in full; what the server dropped meanwhile is dropped here, whoever it is of.
export async function unsent(account, hours) {
  try {
    const all = await within("readonly", videos => videos.getAll())
    const late = Date.now() - hours * 3_600_000
    for (const video of all.filter(one => one.at < late)) await forget(video)
    return all.filter(one => one.at >= late && one.account === account).sort((one, other) => other.at - one.at)[0]
  } catch { return undefined }
}

// --- asking -------------------------------------------------------------------------------------------------------------------
// What the server says no to: asking again would not help.
export class Refused extends Error {
  constructor(status, problem) {
    super(problem.title ?? "")
    this.status = status
    this.code = problem.code
  }
}

// Longer after each failure, up to half a minute, and not all at once; at once where the connection comes back.
const pause = (tries, seconds) => new Promise(done => {
  const wait = setTimeout(over, 1_000 * (seconds || Math.min(30, 2 ** tries) * (.5 + Math.random() / 2)))
  function over() {
    clearTimeout(wait)
    removeEventListener("online", over)
    done()
  }
  addEventListener("online", over)
})

// Until there is an answer that means something.
async function ask(method, place, { headers = {}, body, tell, stop } = {}) {
  for (let tries = 0; ; tries++) {
    stop?.throwIfAborted()
    let answer
    try {
      const signals = [AbortSignal.timeout(60_000), stop].filter(Boolean)
      const signal = AbortSignal.any ? AbortSignal.any(signals) : stop
      answer = await fetch(place, { method, headers: { Accept: "application/json", ...headers }, body, signal })
    } catch {
      stop?.throwIfAborted()
      tell?.("offline")
      await pause(tries)
      continue
    }
    if (answer.ok) return answer
    if (answer.status !== 408 && answer.status !== 429 && answer.status < 500) {
      throw new Refused(answer.status, await answer.json().catch(() => ({})))
    }
    tell?.("offline")
    await pause(tries, Number(answer.headers.get("Retry-After")))
  }
}

const base64 = buffer => btoa(String.fromCharCode(...new Uint8Array(buffer)))

// --- sending ------------------------------------------------------------------------------------------------------------------
// Announces, sends what is missing, finishes. `tell(state, share)` hears how it goes. Returns the evaluation's id. Throws `Refused`.
export async function send(video, tell, stop) {
  if (!video.id) {
    const headers = { "Content-Type": "application/json", "Idempotency-Key": video.key }
    const begun = await (await ask("POST", path, { headers, body: video.body, tell, stop })).json()
    Object.assign(video, { id: begun.id, parts: begun.parts, partBytes: begun.part_bytes })
    await keep(video)
    await sendParts(video, [...Array(video.parts).keys()], tell, stop)
  }
  for (;;) {
    const now = await (await ask("GET", `${path}/${video.id}`, { tell, stop })).json()
    if (now.state !== "uploading") {
      if (now.refusal?.code === "upload_dropped") throw new Refused(410, { title: now.refusal.message, code: now.refusal.code })
      return video.id
    }
    if (now.missing_count > 0) {
      await sendParts(video, now.missing, tell, stop, now.missing_count)
      continue
    }
    try {
      await ask("POST", `${path}/${video.id}/finish`, { tell, stop })
      return video.id
    } catch (error) {
      if (error.code !== "parts_missing") throw error
    }
  }
}

async function sendParts(video, numbers, tell, stop, missing = numbers.length) {
  const waiting = [...numbers]
  let sent = video.parts - missing
  tell("going", sent / video.parts)
  const one = async () => {
    for (let number = waiting.shift(); number !== undefined; number = waiting.shift()) {
      const bytes = await video.blob.slice(number * video.partBytes, (number + 1) * video.partBytes).arrayBuffer()
      const digest = base64(await crypto.subtle.digest("SHA-256", bytes))
      const headers = { "Content-Type": "application/octet-stream", "Content-Digest": `sha-256=:${digest}:` }
      await ask("PUT", `${path}/${video.id}/parts/${number}`, { headers, body: bytes, tell, stop })
      sent += 1
      tell("going", sent / video.parts)
    }
  }
  await Promise.all(Array.from({ length: atOnce }, one))
}
