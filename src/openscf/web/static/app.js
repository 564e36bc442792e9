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
  if (beside(form)) return;
  if (!answer.open) answer.showModal();
  answer.querySelector("input:not([type=hidden])")?.focus();
}

// What is wrong with one field stands beside it, and the reader is taken there; true where that was possible.
function beside(form) {
  for (const old of form.querySelectorAll(".error")) old.remove();
  for (const old of form.querySelectorAll("[aria-invalid]")) old.removeAttribute("aria-invalid");
  const told = answer.querySelector("[data-field]");
  if (!told) return false;
  const name = `body.${told.dataset.field}`;
  const field = [name, `${name}.amount`, `${name}:int`, `${name}[]`].map((one) => form.elements.namedItem(one)).find((one) => one instanceof HTMLElement && one.type !== "hidden");
  const around = field?.closest(".field");
  if (!around) return false;
  const error = document.createElement("span");
  error.className = "error";
  error.id = `${field.id}-error`;
  error.setAttribute("role", "alert");
  error.textContent = told.querySelector("[data-told]").textContent;
  around.append(error);
  field.setAttribute("aria-invalid", "true");
  field.setAttribute("aria-describedby", [field.getAttribute("aria-describedby")?.replace(error.id, "").trim(), error.id].filter(Boolean).join(" "));
  field.focus();
  return true;
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

// Search with Ctrl-K (or Cmd-K): a combobox with a list box (ARIA Authoring Practices). The reader stays in the input;
// the arrows move what it points to, Enter goes there, Escape closes.
if (palette) {
  const input = palette.querySelector("input"), list = palette.querySelector("[role=listbox]"), said = palette.querySelector("[role=status]");
  let asked = 0, timer = 0, at = -1;
  const options = () => [...list.querySelectorAll("[role=option]")];
  const point = (place) => {
    const all = options();
    at = all.length ? (place + all.length) % all.length : -1;
    all.forEach((one, n) => one.setAttribute("aria-selected", String(n === at)));
    if (at < 0) input.removeAttribute("aria-activedescendant");
    else { input.setAttribute("aria-activedescendant", all[at].id); all[at].scrollIntoView({ block: "nearest" }); }
  };
  const find = async (text) => {
    const mine = ++asked;
    const reply = await fetch(`/search?q=${encodeURIComponent(text)}`, { headers: { "X-Openscf-Fragment": "1" } });
    const html = await reply.text();
    if (mine !== asked || !reply.ok) return;
    list.innerHTML = html;
    const word = list.querySelector("[data-said]");
    said.textContent = word.textContent;
    if (options().length) word.remove();
    input.setAttribute("aria-expanded", String(options().length > 0));
    point(text && options().length ? 0 : -1);
  };
  const open = () => { palette.showModal(); input.select(); find(input.value.trim()); };
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") { event.preventDefault(); open(); }
  });
  document.querySelector("[data-palette]")?.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    open();
  });
  input.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(() => find(input.value.trim()), 160); });
  input.addEventListener("keydown", (event) => {
    if (event.isComposing) return;  // the Enter that ends a Chinese word goes nowhere
    const last = options().length - 1;
    const to = { ArrowDown: at + 1, ArrowUp: at < 0 ? last : at - 1 }[event.key];
    if (to !== undefined) { event.preventDefault(); point(to); }
    if (event.key === "Enter") { event.preventDefault(); location.assign(at < 0 ? `/search?q=${encodeURIComponent(input.value)}` : options()[at].href); }
  });
  palette.addEventListener("click", (event) => { if (event.target === palette) palette.close(); });
  palette.addEventListener("close", () => { asked += 1; clearTimeout(timer); input.setAttribute("aria-expanded", "false"); });
}

// Files can be dropped, and what was chosen is told in the page's language.
for (const zone of document.querySelectorAll("[data-drop]")) {
  const input = zone.querySelector("input[type=file]"), told = zone.querySelector("[data-chosen]");
  const [one, several, between, more] = told.dataset.chosen.split("|");
  const tell = () => {
    const names = [...input.files].map((file) => file.name), shown = names.slice(0, 5);
    const rest = names.length > shown.length ? more.replace("{n}", names.length - shown.length) : "";
    told.textContent = (names.length === 1 ? one : several.replace("{n}", names.length)) + shown.join(between) + rest;
    told.hidden = !names.length;
  };
  input.addEventListener("change", tell);
  if (input.files.length) tell();  // kept over a reload
  for (const name of ["dragenter", "dragover"]) zone.addEventListener(name, (event) => { event.preventDefault(); zone.classList.add("over"); });
  for (const name of ["dragleave", "drop"]) zone.addEventListener(name, () => zone.classList.remove("over"));
  zone.addEventListener("drop", (event) => {
    event.preventDefault();
    input.files = event.dataTransfer.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  });
}

// Below a date stands the day as it was understood, however the browser writes it.
document.addEventListener("input", ({ target }) => {
  const day = target.type === "date" && target.closest(".field")?.querySelector("[data-day]");
  if (day) day.textContent = target.value || day.dataset.day;
});

// Menus close when one clicks elsewhere.
document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.menu[open]")) if (!menu.contains(event.target)) menu.open = false;
});

// What only some pages have is loaded only there.
if (document.querySelector("[data-slider]")) import("./slider.js");
if (document.querySelector("[data-network]")) import("./network.js");

// The first page brought its style sheet with it; when the page stands, it is fetched for the cache, and from then on
// pages come without it.
const style = document.querySelector("meta[name=openscf-style]");
if (style) addEventListener("load", async () => {
  const reply = await fetch(style.dataset.href, { priority: "low" });
  if (reply.ok && (await reply.text())) {
    document.cookie = `${style.content}; path=/; max-age=31536000; samesite=lax${location.protocol === "https:" ? "; secure" : ""}`;
  }
});
