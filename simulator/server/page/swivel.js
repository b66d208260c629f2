// Moves a Swivel display from a web page, without a build step:
//
//   import { Display } from "/swivel.js"
//   const display = await new Display({ token }).connect()
//   const move = await display.send("TurnTo", { angle: 30 })   // throws Refused
//   const end = await move.done
//
// It connects again by itself; what was open then ends with an error, and a subscription goes on where it was.

export class Refused extends Error {
  constructor(answer) {
    super(answer.sentence)
    Object.assign(this, { name: "Refused", code: answer.code, value: answer.value, threshold: answer.threshold, answer })
  }
}

const AGAIN_MS = [100, 300, 1000, 2000]
const FOR_GOOD = [4400, 4401, 4403]

export class Display extends EventTarget {
  // Events of this object: "hello", "state", "event", "open", "close"; each has the message as its detail.
  #open = new Map()
  #number = 0
  #socket = null
  #tries = 0
  #ended = false
  #subscription = null
  #ready = null

  constructor({ url = location.origin, token } = {}) {
    super()
    this.address = url.replace(/^http/, "ws").replace(/\/$/, "") + "/v1/motion"
    this.token = token
    this.seq = 0
    this.hello = null
  }

  connect() {
    this.#ready ??= new Promise((good, bad) => this.#dial(good, bad))
    return this.#ready.then(() => this)
  }

  close() {
    this.#ended = true
    this.#socket?.close()
  }

  // Resolves at the first answer, with { id, accepted, done }; rejects with Refused when that is a no.
  send(type, fields = {}) {
    return new Promise((good, bad) => {
      if (this.#socket?.readyState !== WebSocket.OPEN) return bad(new Error("not connected"))
      const id = `j${++this.#number}`
      const one = { good, bad, id, accepted: null }
      one.done = new Promise((end, lost) => Object.assign(one, { end, lost }))
      one.done.catch(() => {}) // nobody has to wait for it
      this.#open.set(id, one)
      this.#socket.send(JSON.stringify({ type, id, ...fields }))
    })
  }

  subscribe({ rateHz = 10, since } = {}) {
    this.#subscription = { rateHz, events: true }
    return this.send("Subscribe", { ...this.#subscription, ...(since === undefined ? {} : { since }) })
  }

  #dial(good, bad) {
    const socket = new WebSocket(this.address, ["swivel.v1", `bearer.${this.token}`])
    this.#socket = socket
    socket.onmessage = ({ data }) => this.#take(JSON.parse(data), good)
    socket.onclose = ({ code, reason }) => {
      for (const one of this.#open.values()) {
        one.bad(new Error("the connection was lost"))
        one.lost(new Error("the connection was lost"))
      }
      this.#open.clear()
      this.#tell("close", { code, reason })
      if (this.#ended || FOR_GOOD.includes(code)) return bad(new Error(reason || "closed"))
      setTimeout(() => this.#dial(good, bad), AGAIN_MS[Math.min(this.#tries++, AGAIN_MS.length - 1)])
    }
  }

  #take(message, good) {
    switch (message.type) {
      case "Hello":
        this.hello = message
        this.#tries = 0
        if (this.#subscription) this.send("Subscribe", { ...this.#subscription, since: this.seq })
        this.#tell("hello", message)
        good()
        break
      case "DeviceState":
        this.#tell("state", message)
        break
      case "Event":
        this.seq = message.seq
        this.#tell("event", message)
        break
      default:
        this.#answer(message)
    }
  }

  #answer(message) {
    const one = this.#open.get(message.id)
    if (!one) return
    if (message.type === "Accepted") {
      one.accepted = message
    } else {
      this.#open.delete(message.id)
      one.end(message)
    }
    if (message.type === "Refused") one.bad(new Refused(message))
    else one.good({ id: one.id, accepted: one.accepted, done: one.done })
  }

  #tell(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail }))
  }
}
