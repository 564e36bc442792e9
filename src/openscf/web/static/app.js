// What makes the pages quicker to use; all of them work without it.
// Forms that carry out operations are sent in the background: a refusal opens as a dialog, and nothing entered is lost.
const answer = document.getElementById("answer");
const palette = document.getElementById("palette");

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!(form instanceof HTMLFormElement) || !form.matches("[data-act]") || !answer) return;
  event.preventDefault();
  const button = event.submitter;
  button?.classList.add("busy");
  try {
    await send(form, button);
  } finally {
    button?.classList.remove("busy");
  }
});

async function send(form, button) {
  const data = new FormData(form, button instanceof HTMLButtonElement && button.name ? button : undefined);
  const progress = form.querySelector("progress");
  const reply = progress ? await sendWithProgress(form, data, progress) : await sendPlain(form, data);
  if (reply.json?.go) {
    location.assign(reply.json.go);
    if (new URL(reply.json.go, location.href).pathname === location.pathname && location.hash) location.reload();
    return;
  }
  answer.innerHTML = reply.html ?? reply.json.show;
  if (!answer.open) answer.showModal();
  answer.querySelector("input:not([type=hidden])")?.focus();
}

async function sendPlain(form, data) {
  const reply = await fetch(form.action, {
    method: "POST", headers: { "X-Openscf-Fragment": "1" }, credentials: "same-origin",
    body: form.enctype === "multipart/form-data" ? data : new URLSearchParams(data),
  });
  return shaped(reply.headers.get("content-type") || "", await reply.text(), reply.status, reply.url);
}

function sendWithProgress(form, data, progress) {
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    request.open("POST", form.action);
    request.setRequestHeader("X-Openscf-Fragment", "1");
    progress.hidden = false;
    request.upload.addEventListener("progress", (event) => { progress.value = (100 * event.loaded) / event.total; });
    request.addEventListener("loadend", () => {
      progress.hidden = true;
      resolve(shaped(request.getResponseHeader("content-type") || "", request.responseText, request.status, request.responseURL));
    });
    request.send(data);
  });
}

function shaped(kind, text, status, url) {
  if (kind.startsWith("application/json")) return { json: JSON.parse(text) };
  if (kind.startsWith("application/problem+json")) {
    const told = JSON.parse(text);
    const safe = document.createElement("div");
    safe.className = "inside";
    const line = document.createElement("p");
    line.textContent = document.documentElement.lang === "zh-CN" ? told.detail_zh : told.detail;
    safe.append(line);
    return { html: safe.outerHTML };
  }
  if (status < 400) return { json: { go: url } };
  return { html: text };
}

answer?.addEventListener("click", (event) => {
  if (event.target === answer || event.target.closest("[data-close]")) answer.close();
});

// Search with Ctrl-K (or Cmd-K).
let asked = 0;
function openPalette() {
  palette.showModal();
  const input = palette.querySelector("input");
  input.select();
  find(input.value);
}
async function find(text) {
  const mine = ++asked;
  const reply = await fetch(`/search?q=${encodeURIComponent(text)}`, { headers: { "X-Openscf-Fragment": "1" } });
  const html = await reply.text();
  if (mine === asked && reply.ok) palette.querySelector(".found").innerHTML = html;
}
if (palette) {
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
      event.preventDefault();
      openPalette();
    }
  });
  document.querySelector("[data-palette]")?.addEventListener("click", (event) => { event.preventDefault(); openPalette(); });
  let timer = 0;
  palette.querySelector("input").addEventListener("input", (event) => {
    clearTimeout(timer);
    timer = setTimeout(() => find(event.target.value), 160);
  });
  palette.addEventListener("keydown", (event) => {
    const links = [...palette.querySelectorAll("a")];
    const at = links.indexOf(document.activeElement);
    if (event.key === "ArrowDown" && links.length) { event.preventDefault(); links[Math.min(at + 1, links.length - 1)].focus(); }
    if (event.key === "ArrowUp" && at >= 0) { event.preventDefault(); (links[at - 1] || palette.querySelector("input")).focus(); }
    if (event.key === "Enter" && at < 0 && links.length) { event.preventDefault(); links[0].click(); }
  });
  palette.addEventListener("click", (event) => { if (event.target === palette) palette.close(); });
}

// Files can be dropped.
for (const zone of document.querySelectorAll("[data-drop]")) {
  const input = zone.querySelector("input[type=file]");
  for (const name of ["dragenter", "dragover"]) zone.addEventListener(name, (event) => { event.preventDefault(); zone.classList.add("over"); });
  for (const name of ["dragleave", "drop"]) zone.addEventListener(name, () => zone.classList.remove("over"));
  zone.addEventListener("drop", (event) => {
    event.preventDefault();
    input.files = event.dataTransfer.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  });
}

// Menus close when one clicks elsewhere.
document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.menu[open]")) if (!menu.contains(event.target)) menu.open = false;
});

// What only some pages have is loaded only there.
if (document.querySelector("[data-slider]")) import("./slider.js");
if (document.querySelector("[data-network]")) import("./network.js");
