// What makes pages a little nicer where scripts run. Every page works without it; nothing here fetches or stores anything of a person.

// The reader's time zone, so that moments are written in their clock. Pages use the installation's until it is known.
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone
if (zone && /^[A-Za-z0-9_+\/-]{1,64}$/.test(zone)) {
  const secure = location.protocol === "https:" ? "; Secure" : ""
  document.cookie = `zone=${zone}; Path=/; Max-Age=31536000; SameSite=Lax${secure}`
}

// Menus close when one presses elsewhere, or Escape.
const closeMenus = except => {
  for (const menu of document.querySelectorAll("details.menu[open]")) if (menu !== except) menu.open = false
}
document.addEventListener("click", event => closeMenus(event.target.closest("details.menu")))
document.addEventListener("keydown", event => {
  if (event.key !== "Escape") return
  const menu = event.target.closest("details.menu[open]")
  closeMenus()
  menu?.querySelector("summary").focus()
})

// A link that leads to a page of confirmation opens it as a dialog instead, where the page brought one along.
document.addEventListener("click", event => {
  const opener = event.target.closest("[data-dialog]")
  const dialog = opener && document.getElementById(opener.dataset.dialog)
  if (!dialog?.showModal) return
  event.preventDefault()
  dialog.showModal()
})

// Notices that were read go away; the focus goes where reading goes on.
document.addEventListener("click", event => {
  const button = event.target.closest("[data-dismiss]")
  if (!button) return
  button.closest("[data-notice]")?.remove()
  document.getElementById("main")?.focus()
})
for (const button of document.querySelectorAll("[data-dismiss]")) button.hidden = false

// Pressing twice sends once; what was pressed says that it is at work.
document.addEventListener("submit", event => {
  const button = event.submitter
  if (event.defaultPrevented || !button?.dataset.busy) return
  if (button.getAttribute("aria-disabled") === "true") return event.preventDefault()
  button.setAttribute("aria-disabled", "true")
  button.dataset.words = button.textContent
  button.textContent = button.dataset.busy
  say(button.dataset.busy)
})
// Coming back by the browser's button finds the form ready again.
addEventListener("pageshow", () => {
  for (const button of document.querySelectorAll("[data-words]")) {
    button.removeAttribute("aria-disabled")
    button.textContent = button.dataset.words
    delete button.dataset.words
  }
})

// Copying, where the browser lets us.
for (const button of document.querySelectorAll("[data-copy]")) {
  if (!navigator.clipboard) break
  button.hidden = false
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent)
    say(button.dataset.copied)
  })
}

// What went wrong in a form is read first.
document.querySelector("[data-summary]")?.focus()

// The connection's state, said once when it changes.
const live = document.getElementById("live")
function say(text) { if (live && text) live.textContent = text }
addEventListener("offline", () => say(live?.dataset.offline))
addEventListener("online", () => say(live?.dataset.online))
