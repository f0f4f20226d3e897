// The button that teaches the hand that was corrected, and how far it is.

import { $, call, say, sleep, tell } from "./site.js";

const PATH = "/v1/learning";

function show(state) {
  $("learn").hidden = !state.available;
  $("learn-start").disabled = state.running;
  $("learn-progress").hidden = !state.running;
  $("learn-progress").value = state.done;
  const left = state.left === null ? "" : say("learn.left", { minutes: Math.max(1, Math.round(state.left / 60)) });
  $("learn-text").textContent = state.running ? left || say("learn.running") : state.error ?? state.told.join(" ");
  $("learn-text").classList.toggle("wrong", !state.running && state.error !== null);
}

async function follow() {
  for (;;) {
    const state = await call("GET", PATH);
    show(state);
    if (!state.running) return;
    await sleep(1000);
  }
}

$("learn-start").addEventListener("click", async () => {
  $("learn-start").disabled = true;
  try {
    show(await call("POST", PATH));
  } catch (problem) {
    tell(problem.message, true);
  }
  follow().catch(() => null);
});

follow().catch(() => null);
