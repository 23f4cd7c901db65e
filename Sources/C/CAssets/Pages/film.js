// The filming page, one step after the other: choose, aim, film, look, send. Words come from the page; nothing of the picture leaves the device
// before somebody presses "send".

const root = document.querySelector("[data-film]")
const one = (name, value) => root.querySelector(value === undefined ? `[data-${name}]` : `[data-${name}="${value}"]`)
const word = (name, number = "") => one("word", name).textContent.replace("{}", number)
const data = root.dataset
const sending = await import(data.sending)
const form = one("choose")
const [live, stage, count, left, stopper] = ["live", "stage", "count", "left", "stop"].map(name => one(name))
const mostBytes = Number(data.mostBytes)
const megabytes = bytes => Math.ceil(bytes / 1_048_576)
const mostSeconds = Number(data.mostSeconds)

// --- saying -------------------------------------------------------------------------------------------------------------------
const status = text => { one("status").textContent = text }

function show(step) {
  for (const section of root.querySelectorAll("[data-step]")) section.hidden = section.dataset.step !== step
  scrollTo(0, 0)
  one("step", step).querySelector("h2")?.focus()
}

// Above whatever is shown; nothing takes it away. `actions` are buttons and links.
function tell(name, number, ...actions) {
  one("says").hidden = !name
  if (!name) return
  one("says-title").textContent = typeof name === "string" ? word(`${name}-title`) : name.title
  one("says-text").textContent = typeof name === "string" ? word(name, number) : name.text
  one("says-actions").replaceChildren(...actions)
  status(`${one("says-title").textContent}. ${one("says-text").textContent}`)
  one("says").scrollIntoView({ block: "nearest" })
}

function action(words, does) {
  const made = document.createElement(typeof does === "string" ? "a" : "button")
  made.className = "button quiet"
  made.textContent = words
  if (typeof does === "string") made.href = does
  else made.addEventListener("click", does)
  return made
}

let speaks = "speechSynthesis" in window
function speak(text) {
  if (!speaks) return
  const said = new SpeechSynthesisUtterance(text)
  said.lang = document.documentElement.lang === "en" ? "en-US" : "es-ES"
  speechSynthesis.cancel()
  speechSynthesis.speak(said)
}

// --- one tab at a time ----------------------------------------------------------------------------------------------------------
let isAlone = false
// Held until the page goes.
const alone = () => new Promise(done => {
  if (isAlone || !navigator.locks) return done(true)
  navigator.locks.request("zancada-film", { ifAvailable: true }, lock => {
    isAlone = Boolean(lock)
    done(isAlone)
    return lock ? new Promise(() => {}) : undefined
  })
})

async function onlyHere(goOn) {
  if (await alone()) {
    tell()
    return true
  }
  tell("tab", "", action(word("tab-again"), goOn))
  return false
}

// --- how the phone stands -------------------------------------------------------------------------------------------------------
const radians = degrees => degrees * Math.PI / 180
const sense = { down: null, sign: null, shake: 0, felt: 0, gathered: [] }
let facing = "environment"

// Which way is down, of the device (W3C Device Orientation: x right, y up, z out of the screen), by its angles: rows of Z-X'-Y''.
function downByAngles({ beta, gamma }) {
  if (beta === null || gamma === null) return null
  const [b, g] = [radians(beta), radians(gamma)]
  return [Math.cos(b) * Math.sin(g), -Math.sin(b), -Math.cos(b) * Math.cos(g)]
}

// In the axes of the picture: right, down, away from the camera.
function inPicture([x, y, z]) {
  const turn = radians(screen.orientation?.angle ?? ((window.orientation ?? 0) + 360) % 360)
  const [right, up] = [x * Math.cos(turn) - y * Math.sin(turn), x * Math.sin(turn) + y * Math.cos(turn)]
  return facing === "user" ? [-right, -up, z] : [right, -up, -z]
}

addEventListener("deviceorientation", event => {
  const down = downByAngles(event)
  if (!down) return
  sense.angles = down
  if (!sense.accelerated) sense.down = down
})
addEventListener("devicemotion", event => {
  const pull = event.accelerationIncludingGravity
  if (pull?.x === null || pull?.x === undefined) return
  const length = Math.hypot(pull.x, pull.y, pull.z)
  if (length < 5) return
  // The standard has it point up at rest, some phones down: the angles know which it is.
  const up = [pull.x / length, pull.y / length, pull.z / length]
  const agrees = sense.angles && up.reduce((sum, part, index) => sum + part * sense.angles[index], 0) > 0
  sense.accelerated = true
  const down = up.map(part => agrees ? part : -part)
  if (sense.down) {
    const moved = Math.hypot(...down.map((part, index) => part - sense.down[index])) + Math.abs(length - (sense.length ?? length)) / 9.8
    sense.shake = .8 * sense.shake + .2 * moved
  }
  sense.length = length
  sense.down = down
  sense.felt = performance.now()
  if (recorder?.state === "recording") sense.gathered.push(inPicture(down))
})

// The mean while filming; nothing where the phone did not stay as it was.
function gravity() {
  const all = sense.gathered
  if (all.length < 5) return undefined
  const mean = [0, 1, 2].map(axis => all.reduce((sum, one) => sum + one[axis], 0) / all.length)
  const strays = all.filter(one => Math.hypot(...one.map((part, axis) => part - mean[axis])) > .1).length
  return strays * 10 > all.length ? undefined : mean.map(part => Number(part.toFixed(4)))
}

// --- what can be said of the picture ----------------------------------------------------------------------------------------------
const small = Object.assign(document.createElement("canvas"), { width: 48, height: 48 })
const pen = small.getContext("2d", { willReadFrequently: true })

// 0 … 1, as the server reckons it; null before the first picture.
function light() {
  if (!live.videoWidth) return null
  pen.drawImage(live, 0, 0, 48, 48)
  const dots = pen.getImageData(0, 0, 48, 48).data
  let sum = 0
  for (let at = 0; at < dots.length; at += 4) sum += .2126 * dots[at] + .7152 * dots[at + 1] + .0722 * dots[at + 2]
  return sum / (dots.length / 4) / 255
}

// Only what is really known: a device without sensors says nothing of how it stands.
function checks() {
  const found = []
  const bright = light()
  if (bright !== null) {
    found.push(bright < .15 ? ["caution", word("dark")] : bright > .92 ? ["caution", word("bright")] : ["good", word("light-good")])
  }
  if (sense.down) {
    const [right, down, away] = inPicture(sense.down)
    const roll = Math.abs(Math.atan2(right, down)) * 180 / Math.PI
    const pitch = Math.abs(Math.asin(Math.max(-1, Math.min(1, away)))) * 180 / Math.PI
    const isTilted = roll > 5 || pitch > 15
    found.push(isTilted ? ["caution", word("tilted", Math.round(Math.max(roll, pitch)))] : ["good", word("upright")])
  }
  if (performance.now() - sense.felt < 2_000) found.push(sense.shake > .05 ? ["caution", word("shaking")] : ["good", word("still")])
  const isWide = live.videoWidth > live.videoHeight
  if (isWide && matchMedia("(pointer: coarse)").matches && form.elements.exercise.value !== "gait") found.push(["caution", word("lying")])
  const settings = track()?.getSettings() ?? {}
  if (Math.min(live.videoWidth, live.videoHeight) < 480 && live.videoWidth) found.push(["caution", word("small", live.videoHeight)])
  if (settings.frameRate && settings.frameRate < 24) found.push(["caution", word("slow", Math.round(settings.frameRate))])
  const items = found.map(([tone, text]) => Object.assign(document.createElement("li"), { className: tone, textContent: text }))
  const list = one("checks")
  if (list.textContent !== items.map(item => item.textContent).join("")) list.replaceChildren(...items)
}

// --- the camera -------------------------------------------------------------------------------------------------------------------
let stream, looking, wakefulness
const track = () => stream?.getVideoTracks()[0]

async function open() {
  if (!await onlyHere(open)) return
  try {
    // Some phones ask before they say how they stand; it must follow from a press.
    await window.DeviceMotionEvent?.requestPermission?.().catch(() => {})
    close()
    stream = await navigator.mediaDevices.getUserMedia({
      audio: false, video: { facingMode: { ideal: facing }, width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { ideal: 30 } },
    })
  } catch (error) {
    const isDenied = error.name === "NotAllowedError" || error.name === "SecurityError"
    tell(isDenied ? "denied" : "absent")
    one("file-way").open = true
    return show("choose")
  }
  const actual = track().getSettings().facingMode
  stage.classList.toggle("mirrored", actual === "user")
  track().addEventListener("ended", lost)
  live.srcObject = stream
  await live.play().catch(() => {})
  looking = setInterval(checks, 500)
  wakefulness = await navigator.wakeLock?.request("screen").catch(() => undefined)
  show("aim")
}

function close() {
  clearInterval(looking)
  for (const part of stream?.getTracks() ?? []) {
    part.removeEventListener("ended", lost)
    part.stop()
  }
  stream = live.srcObject = null
  wakefulness?.release().catch(() => {})
}

function lost() {
  if (recorder?.state === "recording") return recorder.stop()
  ready()
  close()
  tell("camera-lost")
  show("choose")
}

// --- filming ------------------------------------------------------------------------------------------------------------------------
// What the server reads, what phones encode by hardware first.
const types = [
  "video/webm;codecs=h264", "video/mp4;codecs=avc1", "video/webm;codecs=vp8", "video/webm;codecs=vp9", "video/webm", "video/mp4",
]
let recorder, clock, video

// As before: nothing counts, nothing is large.
function ready() {
  clearInterval(clock)
  stage.classList.remove("full")
  document.documentElement.classList.remove("filming")
  count.hidden = left.hidden = stopper.hidden = true
}

function countDown() {
  let seconds = Number(data.countdown)
  stage.classList.add("full")
  document.documentElement.classList.add("filming")
  stopper.hidden = count.hidden = false
  stopper.focus()
  count.textContent = seconds
  speak(word("count-begin", seconds))
  status(word("count-begin", seconds))
  clock = setInterval(() => {
    seconds -= 1
    if (seconds === 0) {
      clearInterval(clock)
      return film()
    }
    count.textContent = seconds
    if (seconds <= 5) speak(String(seconds))
  }, 1_000)
}

function film() {
  const type = types.find(type => window.MediaRecorder?.isTypeSupported(type))
  const pieces = []
  let [bytes, seconds] = [0, mostSeconds]
  sense.gathered = []
  recorder = new MediaRecorder(stream, { mimeType: type, videoBitsPerSecond: Number(data.bits) })
  recorder.addEventListener("dataavailable", event => {
    pieces.push(event.data)
    bytes += event.data.size
    if (bytes > .95 * mostBytes && recorder.state === "recording") recorder.stop()
  })
  recorder.addEventListener("stop", () => {
    const filmed = new Blob(pieces, { type: recorder.mimeType.split(";")[0] })
    const down = gravity()
    ready()
    close()
    speak(word("done"))
    status(word("done"))
    look(filmed, down)
  })
  recorder.start(1_000)
  count.hidden = true
  left.hidden = false
  left.textContent = `${word("filming")} · ${word("left", seconds)}`
  speak(word("go"))
  status(word("filming"))
  clock = setInterval(() => {
    seconds -= 1
    left.textContent = `${word("filming")} · ${word("left", seconds)}`
    if (seconds === 10) speak(word("ten-left"))
    if (seconds <= 0 && recorder.state === "recording") recorder.stop()
  }, 1_000)
}

function stop() {
  if (recorder?.state === "recording") return recorder.stop()
  ready()
  speak("")
  one("step", "aim").querySelector("h2").focus()
}

// A phone that is locked or rings films on blindly: what is there is kept.
document.addEventListener("visibilitychange", () => { if (document.hidden && recorder?.state === "recording") recorder.stop() })
document.addEventListener("keydown", event => { if (event.key === "Escape" && stage.classList.contains("full")) stop() })

// --- looking, and sending ---------------------------------------------------------------------------------------------------------------
let address
function look(blob, down) {
  if (!blob.size) return startAgain("empty")
  if (blob.size > mostBytes) return startAgain("too-large", megabytes(mostBytes))
  tell()
  video = { blob, down }
  URL.revokeObjectURL(address)
  address = URL.createObjectURL(blob)
  one("preview").src = address
  one("size").textContent = word("size", megabytes(blob.size))
  show("look")
}

function startAgain(name, number) {
  video = undefined
  tell(name, number)
  show("choose")
}

function announcement() {
  const height = Number(form.elements.height.value.replace(",", "."))
  return JSON.stringify({
    bytes: video.blob.size, exercise: form.elements.exercise.value || "auto", language: document.documentElement.lang,
    height_cm: height >= 50 && height <= 250 ? height : undefined, gravity: video.down, subject: data.subject || undefined,
  })
}

let stopping
async function send(waiting) {
  if (!await onlyHere(() => send(waiting))) return
  show("send")
  one("press", "resume").hidden = true
  progress("preparing", 0)
  const isKept = await sending.keep(waiting)
  leaving(isKept ? "" : "asks")
  stopping = new AbortController()
  try {
    const id = await sending.send(waiting, (state, share) => progress(state === "going" && !isKept ? "going-unkept" : state, share), stopping.signal)
    leaving("")
    await sending.forget(waiting)
    progress("arrived", 1)
    location.assign(`/evaluations/${id}`)
  } catch (error) {
    if (stopping.signal.aborted) return
    await refused(error, waiting)
  }
}

// What cannot go on by itself: the session is over, consent is missing, or the server will not have it.
async function refused(error, waiting) {
  one("safe").textContent = ""
  one("press", "resume").hidden = false
  one("press", "resume").onclick = () => send(waiting)
  if (error.status === 401) return tell("session", "", action(word("sign-in"), `/sign-in?next=${encodeURIComponent(location.pathname + location.search)}`))
  const said = { title: word("refused-title"), text: error.message }
  if (error.code === "consent_needed") return tell(said, "", action(word("consent"), "/privacy#consents"))
  leaving("")
  await sending.forget(waiting)
  one("press", "resume").hidden = true
  tell(said, "", action(word("again"), "/evaluations/new"))
}

function progress(state, share) {
  const bar = one("bar").querySelector("progress")
  const safe = word(state)
  if (one("safe").textContent !== safe) {
    one("safe").textContent = safe
    status(safe)
  }
  if (share === undefined) return
  bar.value = Math.round(100 * share)
  one("bar").querySelector(".number").textContent = share.toLocaleString(document.documentElement.lang, { style: "percent", maximumFractionDigits: 0 })
}

// Asks before a page is closed that holds the only copy.
const asks = event => event.preventDefault()
function leaving(how) {
  removeEventListener("beforeunload", asks)
  if (how) addEventListener("beforeunload", asks)
}

// --- what is pressed --------------------------------------------------------------------------------------------------------------------
const presses = {
  start: countDown,
  flip: () => {
    facing = facing === "user" ? "environment" : "user"
    open()
  },
  voice: event => {
    speaks = !speaks
    event.currentTarget.setAttribute("aria-pressed", speaks)
    if (!speaks) speechSynthesis?.cancel()
  },
  back: () => {
    close()
    show("choose")
  },
  again: open,
  send: () => send({
    key: crypto.randomUUID(), account: data.account, at: Date.now(), blob: video.blob, body: announcement(),
  }),
  discard: async () => {
    stopping?.abort()
    const waiting = await sending.unsent(data.account, Number(data.hours))
    if (waiting) await sending.forget(waiting)
    leaving("")
    location.assign("/evaluations/new")
  },
}
for (const [name, does] of Object.entries(presses)) one("press", name).addEventListener("click", does)
stopper.addEventListener("click", stop)
form.addEventListener("submit", event => {
  event.preventDefault()
  if (!navigator.mediaDevices?.getUserMedia) return tell("absent")
  if (!window.MediaRecorder) return tell("no-recorder")
  open()
})
const tip = () => {
  const chosen = form.elements.exercise.value || "auto"
  for (const text of root.querySelectorAll("[data-tip]")) text.hidden = text.dataset.tip !== chosen
}
form.elements.exercise.addEventListener("change", tip)
for (const file of root.querySelectorAll("[type=file]")) {
  file.addEventListener("change", () => { if (file.files[0]) look(file.files[0]) })
}
addEventListener("pagehide", close)

// --- beginning ----------------------------------------------------------------------------------------------------------------------------
root.hidden = false
tip()
if (!speaks) one("press", "voice").hidden = true
if (!window.isSecureContext) {
  tell("insecure")
} else {
  const waiting = await sending.unsent(data.account, Number(data.hours))
  if (waiting) {
    status(word("found"))
    await send(waiting)
  } else {
    show("choose")
  }
}
