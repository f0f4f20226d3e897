// What every page uses: its words, requests, and elements that are made without HTML.

const words = JSON.parse(document.getElementById("words").textContent);
export const settings = document.body.dataset;

export function say(key, values = {}) {
  const text = words[key] ?? key;
  return text.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));
}

export class Problem extends Error {
  constructor(status, told, wait = 0) {
    super(told?.error ? `${told.error.message} ${told.error.advice}`.trim() : say("error.network"));
    this.status = status;
    this.wait = wait;
  }
}

export async function call(method, path, body) {
  const asked = { method, headers: {} };
  if (body !== undefined) {
    asked.headers["Content-Type"] = "application/json";
    asked.body = JSON.stringify(body);
  }
  let response;
  try {
    response = await fetch(path, asked);
  } catch {
    throw new Problem(0);
  }
  if (response.status === 401) location.assign("/pair");
  const told = response.status === 204 ? null : await response.json().catch(() => null);
  if (!response.ok) throw new Problem(response.status, told, Number(response.headers.get("Retry-After")) || 0);
  return told;
}

export function element(tag, properties = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (name in made && typeof value !== "string") made[name] = value;
    else made.setAttribute(name === "className" ? "class" : name, value === true ? "" : value);
  }
  made.append(...children.filter((child) => child !== null && child !== undefined && child !== false));
  return made;
}

export const $ = (id) => document.getElementById(id);
export const sleep = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));
export const percent = (confidence) => Math.floor(confidence);

let fading;
export function tell(text, wrong = false) {
  const told = $("told");
  told.textContent = text;
  told.classList.toggle("wrong", wrong);
  told.classList.add("shown");
  clearTimeout(fading);
  fading = setTimeout(() => told.classList.remove("shown"), wrong ? 8000 : 3000);
}

export function when(date) {
  return new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "medium", timeStyle: "short" }).format(new Date(date));
}

export function token() {
  // crypto.randomUUID is missing where a page came without TLS.
  return Array.from(crypto.getRandomValues(new Uint8Array(12)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

$("language").addEventListener("change", (event) => {
  document.cookie = `penscript_language=${event.target.value}; path=/; max-age=31536000; samesite=lax`;
  location.reload();
});
