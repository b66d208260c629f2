// The page at /: the live room, why the screen moves or does not, and buttons.
import { Display } from "/swivel.js"
import { View } from "/view.js"

const at = id => document.getElementById(id)
const canvas = at("room"), pen = canvas.getContext("2d")
const colour = name => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim()
const rad = degrees => (degrees * Math.PI) / 180

// The token comes behind the #, which is never sent to a server, and stays for this tab only.
const given = location.hash.slice(1)
if (given) {
  sessionStorage.setItem("token", given)
  history.replaceState(null, "", location.pathname)
}
const token = sessionStorage.getItem("token")

function note(text) {
  const line = document.createElement("li")
  line.textContent = text
  at("log").prepend(line)
  while (at("log").children.length > 60) at("log").lastChild.remove()
}

function ask(reason) {
  at("link").textContent = reason
  at("ask").hidden = false
  at("ask").querySelector("form").onsubmit = event => {
    event.preventDefault()
    sessionStorage.setItem("token", at("token").value.trim())
    location.reload()
  }
}

const display = new Display({ token })
const view = new View({ token, canvas: at("seen"), select: at("whose"), words: at("rate") })
let hello = null

async function send(type, fields) {
  try {
    const move = await display.send(type, fields)
    if (move.accepted) note(`${type}: ${move.accepted.sentence}`)
    const end = await move.done
    note(`${type}: ${end.sentence}`)
  } catch (error) {
    note(`${type}: ${error.message}`)
  }
}

function button(place, id, words, type, fields) {
  const made = document.createElement("button")
  Object.assign(made, { id, textContent: words, onclick: () => send(type, fields) })
  made.disabled = !hello.commands.includes(type)
  at(place).append(made)
}

function buttons() {
  at("moves").replaceChildren()
  at("people").replaceChildren()
  button("moves", "left", "Look left", "TurnTo", { angle: 40 })
  button("moves", "center", "Centre", "GoToCenter")
  button("moves", "right", "Look right", "TurnTo", { angle: -40 })
  button("moves", "follow", "Follow me", "FollowPrimaryUser")
  button("moves", "dance", "Shake", "PlayNamedChoreo", { name: "MixedExpressiveShakes" })
  button("moves", "stop", "Stop", "StopMotion")
  for (const who of hello.room?.people ?? []) {
    button("people", `call-${who}`, `${who} says the wake word`, "World.Say", { who })
  }
  if (hello.room) {
    button("people", "close", "Close shutter", "World.MoveShutter", { closed: true })
    button("people", "open", "Open shutter", "World.MoveShutter", { closed: false })
  }
}

// --- the room ----------------------------------------------------------------------------------------------------------

function plan() {
  const corners = hello.room?.corners ?? [[-3, -1], [3, -1], [3, 4], [-3, 4]]
  const [xs, ys] = [corners.map(c => c[0]), corners.map(c => c[1])]
  const [left, right, low, high] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)]
  const scale = Math.min((canvas.width - 60) / (right - left), (canvas.height - 60) / (high - low))
  const to = ([x, y]) => [30 + (x - left) * scale, canvas.height - 30 - (y - low) * scale]
  return { corners, scale, to, device: hello.room?.device ?? [0, 0], heading: hello.room?.heading ?? 90 }
}

function ray(p, from, direction, length) {
  const [x, y] = from
  return p.to([x + length * Math.cos(rad(direction)), y + length * Math.sin(rad(direction))])
}

function draw(state) {
  const p = plan(), [dx, dy] = p.to(p.device)
  pen.clearRect(0, 0, canvas.width, canvas.height)
  pen.lineWidth = 4
  pen.strokeStyle = colour("line")
  pen.beginPath()
  for (const corner of p.corners) pen.lineTo(...p.to(corner))
  pen.closePath()
  pen.stroke()
  if (state.limits.min !== null) {
    pen.fillStyle = colour("ground")
    pen.beginPath()
    pen.moveTo(dx, dy)
    pen.arc(dx, dy, 1.1 * p.scale, -rad(p.heading + state.limits.max), -rad(p.heading + state.limits.min))
    pen.fill()
  }
  const aim = p.heading + state.angle
  pen.strokeStyle = state.motionState === "moving" ? colour("accent") : colour("ink")
  pen.lineWidth = 3
  pen.beginPath()
  pen.moveTo(dx, dy)
  pen.lineTo(...ray(p, p.device, aim, 1.4))
  pen.stroke()
  pen.lineWidth = 10
  pen.beginPath()
  pen.moveTo(...ray(p, p.device, aim + 90, 0.18))
  pen.lineTo(...ray(p, p.device, aim - 90, 0.18))
  pen.stroke()
  people(state, p)
}

function people(state, p) {
  pen.font = "22px system-ui"
  pen.lineWidth = 3
  for (const one of state.actors) {
    pen.strokeStyle = pen.fillStyle = one.says ? colour("warm") : colour("ink")
    pen.beginPath()
    pen.arc(...p.to([one.x, one.y]), 0.16 * p.scale, 0, 7)
    pen.fill()
    pen.beginPath()
    pen.moveTo(...p.to([one.x, one.y]))
    pen.lineTo(...ray(p, [one.x, one.y], one.facing, 0.4))
    pen.stroke()
    const [x, y] = p.to([one.x, one.y])
    pen.fillText(one.says ? `${one.name}: ${one.says}` : one.name, x + 0.2 * p.scale, y - 0.2 * p.scale)
  }
  pen.setLineDash([6, 6])
  for (const one of state.people) {
    pen.strokeStyle = one.primary ? colour("accent") : colour("soft")
    pen.beginPath()
    pen.moveTo(...p.to(p.device))
    pen.lineTo(...ray(p, p.device, p.heading + one.azimuth, one.distance ?? 1.2))
    pen.stroke()
  }
  pen.setLineDash([])
}

canvas.onclick = event => {
  if (!hello) return
  const p = plan(), box = canvas.getBoundingClientRect(), [dx, dy] = p.to(p.device)
  const x = ((event.clientX - box.left) * canvas.width) / box.width, y = ((event.clientY - box.top) * canvas.height) / box.height
  const azimuth = ((((Math.atan2(dy - y, x - dx) * 180) / Math.PI - p.heading + 540) % 360) + 360) % 360 - 180
  send("AttendLocation", { azimuth })
}

// --- what is told ------------------------------------------------------------------------------------------------------

function facts(rows) {
  at("facts").replaceChildren(
    ...rows.flatMap(([name, value]) => {
      const dt = document.createElement("dt"), dd = document.createElement("dd")
      dt.textContent = name
      dd.textContent = value
      return [dt, dd]
    }),
  )
}

let shown = ""
display.addEventListener("state", ({ detail: state }) => {
  const key = `${state.motionState}|${state.owner}|${state.mode}|${state.inhibitReasons[0]?.reason}`
  if (key !== shown) {
    // Its numbers change at every tick; it is said again only when the reason is another one.
    shown = key
    at("why").textContent = state.why[0].toUpperCase() + state.why.slice(1) + "."
    at("reason").textContent = state.inhibitReasons.map(one => one.sentence).join(" ")
  }
  facts([
    ["Screen", `${state.angle.toFixed(1)}°, ${state.motionState.replaceAll("_", " ")}`],
    ["Speed", `${Math.abs(state.velocity).toFixed(0)}°/s`],
    ["Mode", `${state.mode}, moved by ${state.owner}`],
    ["Range", state.limits.min === null ? "not set" : `${state.limits.min}° to ${state.limits.max}°`],
    ["Lease", state.leaseHolder || "free"],
    ["Device", `${state.backend}, tick ${state.tick}`],
  ])
  draw(state)
})
display.addEventListener("event", ({ detail: one }) => {
  if (one.name !== "OnInhibited" && one.name !== "OnCleared") note(`${one.seq} ${one.name} ${[one.mode, one.owner, one.client, one.text].filter(x => x).join(", ")}`)
})
display.addEventListener("hello", ({ detail }) => {
  hello = detail
  at("link").textContent = `${hello.device}, as ${hello.client}`
  buttons()
  view.offer(hello.room)
})
display.addEventListener("close", ({ detail }) => {
  at("link").textContent = detail.reason || "connection lost, trying again…"
})

if (!token) ask("A token is needed; swivel serve has printed one.")
else display.connect().then(() => display.subscribe({ rateHz: 10 }), error => ask(error.message))
