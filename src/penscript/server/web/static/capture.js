// Pictures on their way: sent with progress, sent again when the network fails, followed until their lines are there.

import { $, Problem, call, element, percent, say, settings, sleep, tell, token } from "./site.js";

const AT_ONCE = 2;
const LONGEST_WAIT = 30;
const KEPT = "penscript.jobs";
const waiting = [];
let sending = 0;

class Page {
  constructor(name, file = null, job = null) {
    this.name = name;
    this.file = file;
    this.job = job;
    this.key = token();
    this.status = element("p", { class: "status" });
    this.bar = element("progress", { max: 1, value: 0, "aria-label": name });
    this.lines = element("ol", { class: "read" });
    this.buttons = element("div", { class: "actions" });
    this.thumb = element("div", { class: "thumb" });
    if (file?.type.startsWith("image/")) {
      this.preview = URL.createObjectURL(file);
      this.thumb.append(element("img", { src: this.preview, alt: "", onerror: (event) => event.target.remove() }));
    }
    const remove = element("button", { class: "close", type: "button", "aria-label": say("capture.remove", { name }), onclick: () => this.remove() }, "×");
    this.card = element("li", { class: "upload card" }, this.thumb, element("div", { class: "about" }, element("h3", {}, name), this.status, this.bar), remove, this.lines, this.buttons);
    $("uploads").prepend(this.card);
    $("pages-section").hidden = false;
  }

  show(text, share = null, kind = "") {
    this.status.textContent = text;
    this.card.dataset.state = kind;
    this.bar.hidden = kind === "done" || kind === "failed";
    if (share === null) this.bar.removeAttribute("value");
    else this.bar.value = share;
  }

  async send() {
    for (let attempt = 0; !this.removed; attempt += 1) {
      try {
        this.buttons.replaceChildren();
        const told = await this.post();
        this.file = null;
        this.job = told.jobs[0].id;
        remember();
        this.follow();
        return;
      } catch (problem) {
        if (problem.status !== 0 && problem.status !== 429 && problem.status !== 503) return this.fail(problem.message, true);
        await this.pause(problem, attempt);
      }
    }
  }

  post() {
    const form = new FormData();
    form.append("file", this.file, this.name);
    const request = new XMLHttpRequest();
    this.request = request;
    return new Promise((done, failed) => {
      request.open("POST", "/v1/jobs");
      request.setRequestHeader("Idempotency-Key", this.key);
      request.responseType = "json";
      request.timeout = 180000;
      request.upload.onprogress = (event) => {
        const share = event.loaded / event.total;
        this.show(say("capture.sending", { percent: Math.floor(100 * share) }), share, "sending");
      };
      request.onload = () => {
        if (request.status === 202) return done(request.response);
        if (request.status === 401) location.assign("/pair");
        failed(new Problem(request.status, request.response, Number(request.getResponseHeader("Retry-After")) || 0));
      };
      request.onerror = request.ontimeout = request.onabort = () => failed(new Problem(0));
      this.show(say("capture.sending", { percent: 0 }), 0, "sending");
      request.send(form);
    });
  }

  async pause(problem, attempt) {
    const key = problem.status === 0 ? "capture.retrying" : "capture.busy";
    let seconds = problem.wait || Math.min(LONGEST_WAIT, 2 ** attempt);
    const hurry = () => { seconds = 0; };
    addEventListener("online", hurry, { once: true });
    this.buttons.replaceChildren(element("button", { type: "button", onclick: hurry }, say("capture.again")));
    for (; seconds > 0 && !this.removed; seconds -= 1) {
      this.show(say(key, { seconds }), null, "waiting");
      await sleep(1000);
    }
    removeEventListener("online", hurry);
  }

  follow() {
    this.show(say("capture.queued"), null, "waiting");
    this.events = new EventSource(`/v1/jobs/${this.job}/events`);
    const state = (event) => this.state(JSON.parse(event.data));
    for (const name of ["queued", "running", "done", "failed"]) this.events.addEventListener(name, state);
    this.events.onerror = () => this.lost();
  }

  async lost() {
    if (this.events?.readyState !== EventSource.CLOSED) return;
    try {
      this.state(await call("GET", `/v1/jobs/${this.job}`));
    } catch (problem) {
      if (problem.status === 404) return this.remove();
    }
    await sleep(3000);
    if (!this.removed && this.events?.readyState === EventSource.CLOSED) this.follow();
  }

  state(job) {
    if (job.status === "queued") return this.show(say("capture.queued"), null, "waiting");
    if (job.status === "running") {
      const many = job.pages > 1;
      return this.show(many ? say("capture.reading_page", job) : say("capture.reading"), many ? job.done / job.pages : null, "reading");
    }
    this.events.close();
    this.events = null;
    if (job.status === "failed") return this.fail(job.error?.message ?? say("capture.failed"), false);
    this.finish(job);
  }

  async finish(job) {
    const result = await call("GET", `/v1/jobs/${job.id}/result`);
    const lines = result.pages.flatMap((page) => page.regions);
    const thresholds = JSON.parse(settings.thresholds);
    const doubtful = lines.filter((line) => line.confidence < (thresholds[line.pack] ?? settings.threshold) || line.status !== "read");
    const facts = [say("capture.summary", { lines: lines.length })];
    if (doubtful.length) facts.push(say("capture.check", { count: doubtful.length }));
    if (job.known) facts.push(say("capture.known"));
    this.show(lines.length ? facts.join(" · ") : say("capture.blank"), 1, "done");
    this.lines.replaceChildren(...lines.map((line) => shown(line, doubtful.includes(line))));
    const text = lines.map((line) => line.text).join("\n");
    const picture = `/v1/documents/${job.document}/pages/1/picture?width=400`;
    if (!this.thumb.firstChild) this.thumb.append(element("img", { src: picture, alt: "", onerror: (event) => event.target.remove() }));
    this.buttons.replaceChildren(
      element("button", { type: "button", onclick: () => copy(text) }, say("capture.copy")),
      element("a", { class: "button primary", href: `/notes/${job.document}` }, say("capture.open")),
    );
  }

  fail(message, again) {
    this.show(message, 1, "failed");
    const retry = element("button", { type: "button", onclick: () => enqueue(this) }, say("capture.again"));
    this.buttons.replaceChildren(...(again && this.file ? [retry] : []));
  }

  remove() {
    this.removed = true;
    this.events?.close();
    this.request?.abort();
    if (this.preview) URL.revokeObjectURL(this.preview);
    this.card.remove();
    pages.delete(this);
    $("pages-section").hidden = pages.size === 0;
    remember();
  }
}

const pages = new Set();

function shown(line, doubtful) {
  const chip = element("span", { class: "chip" }, `${percent(line.confidence)} %`, element("span", { class: "unseen" }, ` ${doubtful ? say("review.doubtful") : ""}`));
  return element("li", { class: doubtful ? "doubtful" : "" }, element("span", { class: "words" }, line.text || `(${say("line.unreadable")})`), chip);
}

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    // Without TLS a page has no clipboard: let the browser copy a selection.
    const area = element("textarea", { class: "unseen" });
    area.value = text;
    document.body.append(area);
    area.select();
    document.execCommand("copy");
    area.remove();
  }
  tell(say("capture.copied"));
}

async function enqueue(page) {
  waiting.push(page);
  page.show(say("capture.queued"), null, "waiting");
  while (sending < AT_ONCE && waiting.length) {
    sending += 1;
    waiting.shift().send().finally(() => { sending -= 1; if (waiting.length) enqueue(waiting.shift()); });
  }
}

function take(files) {
  for (const file of files) {
    const page = new Page(file.name || "picture", file);
    pages.add(page);
    enqueue(page);
  }
}

// Taking a picture may cost a phone's browser this page: what was handed in is found again after it is loaded anew.
function remember() {
  const kept = [...pages].filter((page) => page.job).map((page) => ({ name: page.name, job: page.job }));
  localStorage.setItem(KEPT, JSON.stringify(kept.slice(-20)));
}

function recall() {
  let kept = [];
  try {
    kept = JSON.parse(localStorage.getItem(KEPT) ?? "[]");
  } catch { /* nothing was kept */ }
  for (const { name, job } of kept) {
    const page = new Page(name, null, job);
    pages.add(page);
    page.follow();
  }
}

for (const id of ["camera", "files"]) {
  const hand = () => {
    take($(id).files);
    $(id).value = "";
  };
  $(id).addEventListener("change", hand);
  if ($(id).files.length) hand(); // chosen before this script had come
}
addEventListener("dragover", (event) => { event.preventDefault(); document.body.classList.add("dragging"); });
addEventListener("dragleave", (event) => { if (!event.relatedTarget) document.body.classList.remove("dragging"); });
addEventListener("drop", (event) => {
  event.preventDefault();
  document.body.classList.remove("dragging");
  take(event.dataTransfer.files);
});
addEventListener("beforeunload", (event) => { if ([...pages].some((page) => page.file)) event.preventDefault(); });
recall();
