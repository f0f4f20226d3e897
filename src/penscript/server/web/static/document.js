// A whole page: its picture with a box around every line, and beside it the lines to read and to correct.

import { $, call, element, percent, say, settings, tell } from "./site.js";

const id = Number(settings.document);
const asked = new URLSearchParams(location.search);
let number = Number(asked.get("page")) || 1;
let rows = [];
let sheet = null;

class Row {
  constructor(line, order) {
    this.line = line;
    this.box = element("button", { type: "button", class: "box", "aria-label": say("document.line", { number: order + 1 }), onclick: () => this.input.focus() });
    this.box.append(element("span", { class: "handle" }));
    this.box.addEventListener("pointerdown", (event) => this.grab(event));
    this.box.addEventListener("keydown", (event) => this.nudge(event));
    this.put(line.place);
    this.input = element("textarea", { rows: "1", id: `text-${line.id}`, "aria-label": say("document.line", { number: order + 1 }), autocomplete: "off", spellcheck: false, maxlength: "10000" });
    this.facts = element("span", { class: "chip" });
    this.item = element("li", { id: `line-${line.id}` }, this.input, this.facts);
    this.input.addEventListener("focus", () => this.look(true));
    this.input.addEventListener("blur", () => { this.look(false); this.leave(); });
    this.input.addEventListener("keydown", (event) => this.pressed(event, order));
    this.refresh();
  }

  put(place) {
    this.place = place;
    for (const [side, value] of [["left", place.x], ["top", place.y], ["width", place.width], ["height", place.height]]) {
      this.box.style[side] = `${100 * value}%`;
    }
  }

  change(x, y, resize) {
    // x and y are shares of the page by which the box is moved, or its lower right corner.
    const { place } = this;
    const width = resize ? Math.min(1 - place.x, Math.max(0.005, place.width + x)) : place.width;
    const height = resize ? Math.min(1 - place.y, Math.max(0.003, place.height + y)) : place.height;
    const left = resize ? place.x : Math.min(1 - width, Math.max(0, place.x + x));
    const top = resize ? place.y : Math.min(1 - height, Math.max(0, place.y + y));
    this.put({ x: left, y: top, width, height });
  }

  grab(event) {
    if (event.button !== 0 || !this.box.classList.contains("current")) return;
    event.preventDefault();
    const { width, height } = $("canvas").getBoundingClientRect();
    const resize = event.target.classList.contains("handle");
    const start = this.place;
    this.box.setPointerCapture(event.pointerId);
    const drag = (moved) => {
      this.place = start;
      this.change((moved.clientX - event.clientX) / width, (moved.clientY - event.clientY) / height, resize);
    };
    this.box.addEventListener("pointermove", drag);
    this.box.addEventListener("pointerup", () => {
      this.box.removeEventListener("pointermove", drag);
      if (this.place !== start) this.moved();
    }, { once: true });
  }

  nudge(event) {
    const steps = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
    const step = steps[event.key];
    if (!step) return;
    event.preventDefault();
    this.change(step[0] / 400, step[1] / 400, event.shiftKey);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.moved(), 600);
  }

  async moved() {
    const { x, y, width, height } = this.place;
    let box = [x, y, x + width, y + height];
    for (let turn = sheet.rotation; turn % 360; turn += 90) box = [1 - box[3], box[0], 1 - box[1], box[2]];
    const [left, top, right, bottom] = [box[0] * sheet.width, box[1] * sheet.height, box[2] * sheet.width, box[3] * sheet.height].map(Math.round);
    try {
      await call("PUT", `/v1/lines/${this.line.id}/bounds`, { x: left, y: top, width: Math.max(1, right - left), height: Math.max(1, bottom - top) });
      this.line.place = this.place;
      tell(say("document.saved"));
    } catch (problem) {
      this.put(this.line.place);
      tell(problem.message, true);
    }
  }

  refresh() {
    const { line } = this;
    this.input.value = line.text;
    const state = line.label ?? (line.doubtful ? "doubtful" : "");
    this.item.dataset.state = this.box.dataset.state = state;
    this.facts.textContent = line.label ? say(`line.${line.label}`) : `${percent(line.confidence)} %`;
  }

  look(here) {
    this.item.classList.toggle("current", here);
    this.box.classList.toggle("current", here);
    if (!here) return;
    const paper = $("canvas").parentElement;
    const middle = this.box.offsetTop - paper.clientHeight / 2 + this.box.offsetHeight / 2;
    paper.scrollTo({ top: middle, behavior: matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth" });
  }

  pressed(event, order) {
    if (event.isComposing) return;
    if (event.key === "Escape") this.input.value = this.line.text;
    if (event.key !== "Enter") return;
    event.preventDefault();
    this.save();
    rows[order + 1]?.input.focus();
  }

  leave() {
    if (this.input.value !== this.line.text) this.save();
  }

  async save() {
    const text = this.input.value.trim();
    const was = this.line.text;
    if (this.saving === text || (this.line.label && text === was)) return;
    this.saving = text;
    try {
      Object.assign(this.line, await call("PUT", `/v1/lines/${this.line.id}`, { text, was }), { place: this.line.place });
      tell(say("document.saved"));
    } catch (problem) {
      if (problem.status === 409) {
        Object.assign(this.line, await call("GET", `/v1/lines/${this.line.id}`), { place: this.line.place });
        tell(say("document.conflict", { text: this.line.text }), true);
      } else {
        tell(problem.message, true);
        this.saving = undefined;
        return;
      }
    }
    this.saving = undefined;
    this.refresh();
  }
}

function pager(told) {
  $("source").textContent = told.source;
  document.title = `${told.source} · Penscript`;
  $("place").textContent = say("document.page", { page: number, pages: told.pages });
  for (const [name, to] of [["previous", number - 1], ["next", number + 1]]) {
    const there = to >= 1 && to <= told.pages;
    if (there) $(name).href = `/notes/${id}?page=${to}`;
    else $(name).removeAttribute("href");
    $(name).setAttribute("aria-disabled", String(!there));
  }
  $("place").closest(".pager").hidden = told.pages < 2;
}

async function load() {
  const told = await call("GET", `/v1/documents/${id}`);
  number = Math.min(Math.max(1, number), told.pages);
  pager(told);
  const page = await call("GET", `/v1/documents/${id}/pages/${number}`);
  sheet = page;
  rows = page.lines.map((line, order) => new Row(line, order));
  const picture = element("img", { src: `/v1/documents/${id}/pages/${number}/picture?width=1600&upright=true`, alt: "", onerror: () => $("canvas").closest(".sheet").classList.add("plain") });
  $("canvas").replaceChildren(picture, ...rows.map((row) => row.box));
  $("lines").replaceChildren(...rows.map((row) => row.item));
  $("empty").hidden = rows.length > 0;
  $("empty").textContent = page.status === "failed" ? page.error || say("document.failed") : say("capture.blank");
  const target = rows.find((row) => `#line-${row.line.id}` === location.hash) ?? null;
  if (!target) return;
  await picture.decode().catch(() => null);
  target.input.focus();
  target.item.scrollIntoView({ block: "center" });
}

$("forget")?.addEventListener("click", async () => {
  if (!confirm(say("document.sure"))) return;
  try {
    const told = await call("DELETE", `/v1/documents/${id}`);
    if (told.packs.length) alert(say("document.trained", { packs: told.packs.join(", ") }));
    location.assign("/notes");
  } catch (problem) {
    tell(problem.message, true);
  }
});
load().catch((problem) => tell(problem.message, true));
