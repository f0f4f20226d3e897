// One doubtful line after the other, by keyboard alone. The next one is fetched while this one is looked at.

import "./learn.js";
import { $, call, element, percent, say, settings, sleep, tell, token } from "./site.js";

const LOOK_AGAIN = 5000;
const NAME = "penscript.name";
const seat = token();
const skipped = [];
let item = null;
let next = null;
let doubts = [];
let current = 0;
let busy = false;

const by = () => $("name").value.trim() || settings.visitor;
const who = (skip = []) => ({ by: by(), seat, skip: [...skipped, ...skip].slice(-500) });

function claim(skip) {
  return call("POST", "/v1/review/claim", who(skip));
}

function show(told, progress) {
  item = told;
  next = null;
  if (progress) count(progress);
  $("item").hidden = item === null;
  $("done").hidden = item !== null;
  if (item === null) return;
  const { line } = item;
  $("picture").src = item.picture;
  $("text").value = line.text;
  const usual = say(`review.${item.reason === "audit" ? "audit" : "doubtful"}`);
  $("reason").textContent = item.reason.startsWith("invoice: ") ? item.reason.slice(9) : usual;
  $("reason").dataset.kind = item.reason;
  $("sure").textContent = say("line.sure", { percent: percent(line.confidence) });
  $("whole").textContent = `${say("notes.place", { source: item.source, page: line.page })}`;
  $("whole").href = `/notes/${line.document}?page=${line.page}#line-${line.id}`;
  item.now = line.words.map((word) => word.text);
  doubts = line.words.flatMap((word, index) => (word.doubtful ? [index] : []));
  current = 0;
  mark();
  offer();
  changed();
  $("text").focus({ preventScroll: false });
  $("text").setSelectionRange(line.text.length, line.text.length);
  fetchNext();
}

async function fetchNext() {
  const here = item.line.id;
  const told = await claim([here]).catch(() => null);
  if (item?.line.id !== here) {
    if (told?.item && told.item.line.id !== item?.line.id) release(told.item.line.id);
    return;
  }
  next = told;
  if (next?.item) new Image().src = next.item.picture;
}

function place(box, className) {
  const made = element("span", { class: className });
  for (const [side, value] of [["left", box.x], ["top", box.y], ["width", box.width], ["height", box.height]]) {
    made.style[side] = `${100 * value}%`;
  }
  return made;
}

function mark() {
  const words = doubts.map((index, order) => {
    return place(item.line.words[index].place, order === current ? "word current" : "word");
  });
  $("marks").replaceChildren(place(item.frame, "line"), ...words);
}

function offer() {
  const groups = doubts.map((index, order) => {
    const { alternatives } = item.line.words[index];
    const word = item.now[index];
    const buttons = alternatives.slice(0, 4).map((other, number) => {
      const key = order === current ? element("kbd", {}, String(number + 1)) : null;
      return element("button", { type: "button", onclick: () => { current = order; take(number); } }, key, other || "∅");
    });
    const label = element("button", { type: "button", class: "word", "aria-pressed": String(order === current), onclick: () => turn(order) }, word);
    return element("div", { class: order === current ? "doubt current" : "doubt", role: "group", "aria-label": say("review.instead", { word }) }, label, ...buttons);
  });
  $("doubts").replaceChildren(...groups);
}

function turn(order) {
  if (!doubts.length) return;
  current = (order + doubts.length) % doubts.length;
  mark();
  offer();
}

function locate(index) {
  const text = $("text").value;
  let end = 0;
  for (let at = 0; at <= index; at += 1) {
    const start = text.indexOf(item.now[at], end);
    if (start < 0) return null;
    end = start + item.now[at].length;
    if (at === index) return [start, end];
  }
  return null;
}

function take(number) {
  const index = doubts[current];
  const other = item?.line.words[index]?.alternatives[number];
  const found = other === undefined ? null : locate(index);
  if (!found) return;
  const text = $("text").value;
  $("text").value = text.slice(0, found[0]) + other + text.slice(found[1]);
  item.line.words[index].alternatives[number] = item.now[index];
  item.now[index] = other;
  changed();
  if (current < doubts.length - 1) current += 1;
  mark();
  offer();
  $("text").focus();
}

function changed() {
  const same = $("text").value === item.line.text;
  $("save").textContent = say(same ? "review.confirm" : "review.save");
}

async function alone(work) {
  if (busy) return;
  busy = true;
  try {
    await work();
  } catch (problem) {
    tell(problem.message, true);
  } finally {
    busy = false;
  }
}

async function forward() {
  const told = next?.item ? { item: next.item, progress: await call("GET", "/v1/review/progress") } : await claim([]);
  show(told.item, told.progress);
}

const save = () => alone(async () => {
  try {
    await call("PUT", `/v1/lines/${item.line.id}`, { text: $("text").value.trim(), was: item.line.text, by: by() });
  } catch (problem) {
    if (problem.status !== 409 && problem.status !== 404) throw problem;
    tell(problem.message, true);
  }
  if (item.reason === "audit") estimate().catch(() => null);
  await forward();
});

const skip = () => alone(async () => {
  skipped.push(item.line.id);
  await release(item.line.id);
  await forward();
});

const undo = () => alone(async () => {
  const told = await call("POST", "/v1/review/undo", who());
  if (!told.item) return tell(say("review.no_undo"));
  for (const other of [item, next?.item]) if (other && other.line.id !== told.item.line.id) await release(other.line.id);
  tell(say("review.undone", { text: told.changes[0].text }));
  show(told.item, told.progress);
});

function release(line) {
  return call("POST", "/v1/review/release", { line, by: by(), seat }).catch(() => null);
}

function count({ done, claimed, waiting }) {
  const all = done + claimed + waiting;
  $("progress").value = all ? done / all : 1;
  $("progress-text").textContent = say("review.progress", { done, all });
}

async function estimate() {
  const { lines, exact } = await call("GET", "/v1/review/audit");
  $("estimate").hidden = exact === null;
  if (exact !== null) $("estimate").textContent = say("review.estimate", { count: lines, percent: exact });
}

function pressed(event) {
  if (event.isComposing || item === null && !(event.altKey && event.code === "KeyZ")) return;
  const keys = {
    Escape: skip,
    ArrowUp: event.altKey && (() => turn(current - 1)),
    ArrowDown: event.altKey && (() => turn(current + 1)),
    KeyZ: event.altKey && undo,
    KeyR: event.altKey && (() => { $("text").value = item.line.read_text; changed(); }),
  };
  const digit = event.altKey && /^Digit([1-4])$/.exec(event.code);
  const act = digit ? () => take(Number(digit[1]) - 1) : keys[event.code];
  if (!act) return;
  event.preventDefault();
  act();
}

$("item").addEventListener("submit", (event) => { event.preventDefault(); save(); });
$("text").addEventListener("input", changed);
$("skip").addEventListener("click", skip);
$("undo").addEventListener("click", undo);
$("undo-done").addEventListener("click", undo);
function fit() {
  // As large as the window allows, at most three times its size: the eye decides here.
  const { naturalWidth: width, naturalHeight: height } = $("picture");
  if (!width) return;
  const room = $("cut").parentElement.clientWidth - 16;
  const scale = Math.min(3, room / width, (0.4 * innerHeight) / height);
  $("picture").style.width = `${Math.max(120, Math.round(width * scale))}px`;
}

$("picture").addEventListener("error", () => { $("picture").closest(".frame").hidden = true; });
$("picture").addEventListener("load", () => { $("picture").closest(".frame").hidden = false; fit(); });
addEventListener("resize", fit);
$("name").value = localStorage.getItem(NAME) ?? "";
$("name").addEventListener("change", () => localStorage.setItem(NAME, $("name").value.trim()));
addEventListener("keydown", pressed);
addEventListener("pagehide", () => {
  for (const held of [item, next?.item]) {
    if (!held) continue;
    const body = new Blob([JSON.stringify({ line: held.line.id, by: by(), seat })], { type: "application/json" });
    navigator.sendBeacon("/v1/review/release", body);
  }
});

async function run() {
  for (;;) {
    if (item === null && !busy && !document.hidden) {
      const told = await claim([]).catch((problem) => { tell(problem.message, true); return null; });
      if (told && item === null) show(told.item, told.progress);
    }
    await sleep(LOOK_AGAIN);
  }
}

estimate().catch(() => null);
run();
