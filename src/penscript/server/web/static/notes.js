// The latest documents, and search over all lines.

import { $, call, element, percent, say, settings, tell, when } from "./site.js";

const AT_ONCE = 20;
let offset = 0;
let query = "";

function marked(text, spans) {
  const parts = [];
  let end = 0;
  const letters = Array.from(text);  // the spans count characters, not UTF-16 units
  for (const [from, to] of [...spans].sort((a, b) => a[0] - b[0])) {
    if (from < end) continue;
    parts.push(letters.slice(end, from).join(""), element("mark", {}, letters.slice(from, to).join("")));
    end = to;
  }
  return [...parts, letters.slice(end).join("")];
}

function hit({ line, spans, source }) {
  const sure = line.label ? say(`line.${line.label}`) : say("line.sure", { percent: percent(line.confidence) });
  const picture = element("img", { src: `/v1/lines/${line.id}/cutout?spans=${spans.map((span) => span.join("-")).join(",")}`, alt: "", loading: "lazy", onerror: (event) => event.target.closest(".cutout").remove() });
  const text = element("span", { class: "words" }, ...marked(line.text, spans));
  const facts = element("span", { class: "hint" }, `${say("notes.place", { source, page: line.page })} · ${sure}`);
  const address = `/notes/${line.document}?page=${line.page}#line-${line.id}`;
  return element("li", { class: line.doubtful ? "card doubtful" : "card" }, element("a", { href: address }, element("span", { class: "cutout" }, picture), text, facts));
}

function page(told) {
  const cover = element("span", { class: "cover" });
  if (told.has_picture) cover.append(element("img", { src: `/v1/documents/${told.id}/pages/1/picture?width=480`, alt: "", loading: "lazy", onerror: (event) => event.target.remove() }));
  const facts = element("span", { class: "hint" }, `${when(told.added_at)} · ${say("notes.counts", told)}`);
  return element("li", { class: "card" }, element("a", { href: `/notes/${told.id}` }, cover, element("span", { class: "words" }, told.source), facts));
}

async function load() {
  const place = new URLSearchParams({ limit: AT_ONCE, offset });
  if (query) place.set("q", query);
  const told = await call("GET", query ? `/v1/search?${place}` : `/v1/documents?${place}`);
  const found = query ? told.hits : told.documents;
  (query ? $("hits") : $("documents")).append(...found.map(query ? hit : page));
  offset += found.length;
  $("more").hidden = found.length < AT_ONCE;
  $("found-title").textContent = query ? say(found.length < AT_ONCE ? "notes.found" : "notes.found_more", { count: offset }) : say("notes.latest");
  $("found-title").hidden = offset === 0;
  $("empty").hidden = offset > 0;
  $("empty").textContent = query ? say("notes.nothing", { query }) : say("notes.none");
}

async function begin() {
  query = new URLSearchParams(location.search).get("q")?.trim() ?? "";
  $("query").value = query;
  offset = 0;
  $("hits").replaceChildren();
  $("documents").replaceChildren();
  await load().catch((problem) => tell(problem.message, true));
}

$("search").addEventListener("submit", (event) => {
  event.preventDefault();
  const asked = $("query").value.trim();
  history.pushState(null, "", asked ? `/notes?${new URLSearchParams({ q: asked })}` : "/notes");
  begin();
});
$("more").addEventListener("click", () => load().catch((problem) => tell(problem.message, true)));
addEventListener("popstate", begin);
if (settings.page === "notes") begin();
