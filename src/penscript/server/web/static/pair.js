// A phone that scanned the code: the code stands behind the #, is traded for a token, and vanishes from the address.

import { $, call, say } from "./site.js";

function name() {
  const known = navigator.userAgentData?.platform || navigator.userAgent.match(/iPhone|iPad|Android|Windows|Macintosh|Linux/)?.[0];
  return known ?? "phone";
}

async function pair(code) {
  history.replaceState(null, "", "/pair");
  $("title").textContent = say("pair.working");
  $("lead").textContent = "";
  try {
    await call("POST", "/v1/pair", { code, name: name() });
    $("title").textContent = say("pair.done");
    $("go").hidden = false;
    $("go").focus();
  } catch (problem) {
    $("title").textContent = problem.message;
    $("lead").textContent = say("pair.lead");
  }
}

if (location.hash.length > 1) pair(location.hash.slice(1));
