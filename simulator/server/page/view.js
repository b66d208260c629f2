// What people see: pictures of a virtual room, one after the other, as fast as the server draws them and no faster.

const PLACES = { third: "From a corner" }
const PATIENCE_MS = 2000
const wait = ms => new Promise(done => setTimeout(done, ms))

export class View {
  #choice = null // what is shown now; a loop that finds another one here ends
  #came = []

  constructor({ token, canvas, select, words }) {
    Object.assign(this, { token, canvas, select, words })
    this.pen = canvas.getContext("2d")
    select.onchange = () => this.#show(select.value)
  }

  // From where this room can be seen; begins with the first person's eyes.
  offer(room) {
    const views = room?.views ?? [], eyes = views.includes("eye") ? room.people : []
    const places = views.filter(one => PLACES[one])
    const option = (value, words) => Object.assign(document.createElement("option"), { value, textContent: words })
    this.select.replaceChildren(
      ...eyes.map(who => option(`view=eye&who=${encodeURIComponent(who)}`, `What ${who} sees`)),
      ...places.map(one => option(`view=${one}`, PLACES[one])),
      option("", "No picture"),
    )
    this.select.parentElement.hidden = views.length === 0
    this.#show(this.select.value)
  }

  async #show(choice) {
    const mine = (this.#choice = { choice })
    this.canvas.hidden = choice === ""
    this.words.textContent = ""
    this.#came = []
    while (choice !== "" && this.#choice === mine) {
      const again = document.hidden ? false : await this.#one(choice, mine)
      if (again === null) return
      if (!again) await wait(PATIENCE_MS)
    }
  }

  // One picture; false when the server did not answer, null when it never will.
  async #one(choice, mine) {
    try {
      const answer = await fetch(`/v1/view?${choice}`, { headers: { Authorization: `Bearer ${this.token}` } })
      if (!answer.ok) {
        const { code, sentence } = await answer.json()
        this.words.textContent = sentence
        this.canvas.hidden = true
        return code === "device_lost" ? false : null
      }
      const picture = await createImageBitmap(await answer.blob())
      if (this.#choice !== mine) return null
      this.canvas.hidden = false
      this.pen.drawImage(picture, 0, 0, this.canvas.width, this.canvas.height)
      this.#count()
      return true
    } catch {
      return false
    }
  }

  #count() {
    const now = performance.now()
    this.#came = [...this.#came.filter(then => now - then < 3000), now]
    const [first] = this.#came
    if (now - first > 1000) this.words.textContent = `${((this.#came.length - 1) / ((now - first) / 1000)).toFixed(0)} pictures a second`
  }
}
