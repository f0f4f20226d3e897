// Devices that are let in, and the code that lets another one in.

import { $, call, element, say, tell, when } from "./site.js";

const failed = (problem) => tell(problem.message, true);

function device(told) {
  const pending = told.role.startsWith("pairing:");
  const name = pending ? say("devices.pending") : told.name;
  const until = told.expires_at ? say("devices.until", { time: when(told.expires_at) }) : say("devices.forever");
  const facts = [say(`devices.role_${told.role.replace("pairing:", "")}`), until].join(" · ");
  const revoke = async () => {
    await call("DELETE", `/v1/tokens/${told.id}`).catch(failed);
    await load();
  };
  return element(
    "li",
    { class: "card" },
    element("div", {}, element("strong", {}, name), element("span", { class: "hint" }, facts)),
    element("button", { type: "button", "aria-label": say("devices.revoke_one", { name }), onclick: revoke }, say("devices.revoke")),
  );
}

async function load() {
  const { devices } = await call("GET", "/v1/tokens");
  $("devices").replaceChildren(...devices.map(device));
  $("empty").hidden = devices.length > 0;
}

$("pair").addEventListener("click", async () => {
  try {
    const made = await call("POST", "/v1/pairings", {});
    $("qr").src = URL.createObjectURL(new Blob([made.qr], { type: "image/svg+xml" }));
    $("scan").textContent = say("devices.scan", { time: when(made.expires_at) });
    $("url").textContent = made.url;
    $("loopback").hidden = !/^https?:\/\/(localhost|127\.|\[::1\])/.test(made.url);
    $("code").hidden = false;
    await load();
  } catch (problem) {
    failed(problem);
  }
});
load().catch(failed);
