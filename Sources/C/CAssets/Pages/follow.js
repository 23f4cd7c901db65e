// A page that waits for a measurement: told by the server as it goes on (server-sent events), else asked now and then. When it is over the page
// is loaded again, which shows what came of it.

const box = document.querySelector("[data-follow]")
const [label, rest] = box.querySelectorAll(".progress > span")
const bar = box.querySelector("progress")
const says = box.querySelector("[data-follow-says]")
const steps = [...box.querySelectorAll(".steps li")]
const order = ["reading", "finding", "measuring"]

function show(progress) {
  if (!progress?.step) return
  const now = order.indexOf(progress.step)
  if (label.textContent !== progress.doing) says.textContent = label.textContent = progress.doing
  steps.forEach((step, index) => {
    step.className = index < now ? "done" : index === now ? "now" : ""
    if (index === now) step.setAttribute("aria-current", "step")
    else step.removeAttribute("aria-current")
  })
  if (progress.fraction === null) {
    bar.removeAttribute("value")
    rest.textContent = ""
    return
  }
  const percent = Math.round(100 * progress.fraction)
  bar.value = percent
  const share = (percent / 100).toLocaleString(document.documentElement.lang, { style: "percent" })
  const left = progress.seconds_left === null ? "" : ` · ${box.dataset.left.replace("{}", progress.seconds_left)}`
  rest.textContent = share + left
}

let isOver = false
function over() {
  if (!isOver) location.reload()
  isOver = true
}

// Longer and longer between two questions: nothing is lost by waiting.
async function poll() {
  for (let seconds = 2; !isOver; seconds = Math.min(30, seconds * 1.5)) {
    await new Promise(done => setTimeout(done, 1_000 * seconds))
    try {
      const answer = await fetch(box.dataset.ask, { headers: { Accept: "application/json" } })
      if (answer.status === 401) {
        rest.textContent = says.textContent = box.dataset.signedOut
        return
      }
      if (!answer.ok) continue
      const now = await answer.json()
      if (now.state !== "waiting" && now.state !== "uploading") return over()
      show(now.progress)
    } catch { /* No connection: asked again. */ }
  }
}

function listen() {
  const stream = new EventSource(box.dataset.follow)
  let failures = 0
  stream.addEventListener("progress", event => {
    failures = 0
    show(JSON.parse(event.data))
  })
  stream.addEventListener("end", () => {
    stream.close()
    over()
  })
  // The browser connects again by itself, but not where it was refused.
  stream.addEventListener("error", () => {
    failures += 1
    if (stream.readyState !== EventSource.CLOSED && failures < 4) return
    stream.close()
    poll()
  })
}

if (window.EventSource) listen()
else poll()
