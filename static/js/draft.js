/* A draft loses no word: saved while it is typed, kept on this device until it is, two versions meet in a visible choice.
   What is sealed (data-sealed) is sent once and never kept on the device. */

import { answeredWith, keyOf } from "./sending.js";

const form = document.querySelector("form[data-draft]");
const place = (id) => document.getElementById(id);
const KEY = `hubtable:draft:${form.dataset.draft}`;
const QUIET = 800;
const AGAIN = 15000;
const UNSENT = new Set(["csrfmiddlewaretoken", "press_key", "revision", "q", "take_out", "recognisable"]);

// an answer to the guard is no part of the draft: it goes with its own button
const ofDraft = (name) => name && !UNSENT.has(name) && !name.startsWith("guard_");
const controls = () => [...form.elements].filter((one) => ofDraft(one.name) && one.type !== "submit");
const isSealed = (control) => "sealed" in control.dataset;

const written = () => {
  const found = {};
  for (const one of controls()) {
    if (isSealed(one)) continue;
    found[one.name] ??= [];
    if (!["radio", "checkbox"].includes(one.type) || one.checked) found[one.name].push(one.value);
  }
  return found;
};
const sealed = () => Object.fromEntries(controls().filter(isSealed).map((one) => [one.name, one.value]));
const same = (one, other) => JSON.stringify(one ?? []) === JSON.stringify(other ?? []);
const changed = (now, before) => Object.keys(now).filter((name) => !same(now[name], before[name]));

let stored = written();
let sealedBefore = sealed();
let timer = 0;
let retry = 0;
let sending = false;
let sendAgain = false;
let asking = new Set();
let stopped = new Set();

// another text has to be read once more, whoever wrote it
const readAgain = (control) => {
  if (!isSealed(control)) place("recognisable").checked = false;
};

const setField = (name, values) => {
  const wanted = [values].flat().map(String);
  for (const one of controls().filter((control) => control.name === name)) {
    if (["radio", "checkbox"].includes(one.type)) one.checked = wanted.includes(one.value);
    else one.value = wanted[0] ?? "";
    readAgain(one);
  }
  form.dispatchEvent(new CustomEvent("draft:set", { detail: { name } }));
};

/* marks */

const mark = (state, at = "") => {
  const shape = place(`mark-${state}`).content.cloneNode(true);
  const span = shape.querySelector("span");
  span.innerHTML = span.innerHTML.replace("…", at);
  place("save-mark").replaceChildren(shape);
};

const count = (line) => {
  const used = place(line.dataset.count).value.trim().length;
  const over = used - Number(line.dataset.limit);
  if (over <= 0) {
    line.textContent = line.dataset.words.replace("…", used);
    return;
  }
  const shape = place("mark-over").content.cloneNode(true);
  const words = shape.querySelector("span span");
  words.textContent = words.textContent.replace("…", over);
  line.replaceChildren(shape);
};
const counters = () => [...form.querySelectorAll("[data-count]")];

const showErrors = (errors) => {
  for (const one of form.querySelectorAll("[data-live-error]")) one.remove();
  for (const [name, said] of Object.entries(errors)) {
    const field = place(`id_${name}`);
    // Half a date is no mistake while one still types it.
    if (!field || (field === document.activeElement && !stopped.has(name))) continue;
    const shape = place("mark-error").content.cloneNode(true);
    shape.querySelector("p").dataset.liveError = name;
    shape.querySelector("span").textContent = said.join(" ");
    field.before(shape);
  }
};

// Typed back to what is stored already: nothing is sent, so nothing would take the old message away.
const clearErrors = () => {
  if (!form.querySelector("[data-live-error]")) return;
  showErrors({});
  stopped = new Set();
  place("save-mark").replaceChildren();
};

/* this device */

const keepHere = () => {
  const now = written();
  // What HubTable does not take stays on this page and is kept nowhere.
  const names = changed(now, stored).filter((name) => !stopped.has(name));
  if (!names.length) {
    localStorage.removeItem(KEY);
    return;
  }
  const values = Object.fromEntries(names.map((name) => [name, now[name]]));
  localStorage.setItem(KEY, JSON.stringify({ revision: form.elements.revision.value, values }));
};

const restore = () => {
  const kept = JSON.parse(localStorage.getItem(KEY) ?? "null");
  if (!kept) return;
  for (const [name, values] of Object.entries(kept.values)) setField(name, values);
  if (!changed(written(), stored).length) {
    localStorage.removeItem(KEY);
    return;
  }
  form.elements.revision.value = kept.revision;
  send();
};

/* the wire */

const freshToken = async () => {
  const answer = await fetch(location.pathname, { credentials: "same-origin" });
  if (!answer.ok || answer.redirected) return false;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const token = page.querySelector("#draft [name=csrfmiddlewaretoken]")?.value;
  if (!token) return false;
  for (const one of document.querySelectorAll("[name=csrfmiddlewaretoken]")) one.value = token;
  document.body.setAttribute("hx-headers", JSON.stringify({ "X-CSRFToken": token }));
  return true;
};

const later = () => {
  clearTimeout(retry);
  retry = setTimeout(send, AGAIN);
};

const body = (extra) => {
  const data = new FormData(form);
  const typed = sealed();
  for (const name of Object.keys(typed)) if (typed[name] === sealedBefore[name]) data.delete(name);
  data.delete("q");
  // the page's own key is for the buttons: every saving is a press of its own, sent again under the same key until answered
  data.delete("press_key");
  for (const [name, value] of Object.entries(extra)) data.set(name, value);
  return data;
};

const saved = (answer, sent, sentSealed) => {
  const wrong = Object.keys(answer.errors ?? {});
  for (const name of Object.keys(sent)) if (!wrong.includes(name)) stored[name] = sent[name];
  for (const name of Object.keys(sentSealed)) if (!wrong.includes(name)) sealedBefore[name] = sentSealed[name];
  if (answer.revision !== undefined) form.elements.revision.value = answer.revision;
  for (const [id, html] of Object.entries(answer.panels ?? {})) {
    // An answer that somebody is giving in a panel stays while the panel does.
    if (place(id).lastHtml !== html) place(id).innerHTML = html;
    place(id).lastHtml = html;
  }
  stopped = new Set(answer.stopped ?? []);
  for (const box of form.querySelectorAll("[name=take_out]:checked")) box.checked = false;
  showErrors(answer.errors ?? {});
  place("signed-out").hidden = true;
  keepHere();
  if (wrong.some((name) => stopped.has(name))) mark("not_taken"); // not kept on this device either
  else if (wrong.length || answer.saved_at === undefined) mark("not_saved");
  else mark("saved", answer.saved_at);
};

// A field that only the other one changed is taken over; what both changed is shown side by side, and nothing is sent.
const meet = (answer, sent) => {
  const mine = changed(sent, stored);
  const theirs = Object.keys(answer.values);
  for (const name of theirs.filter((one) => !mine.includes(one))) {
    setField(name, answer.values[name]);
    stored[name] = written()[name];
  }
  form.elements.revision.value = answer.revision;
  const both = theirs.filter((name) => mine.includes(name));
  keepHere();
  if (!both.length) {
    sendAgain = true;
    return;
  }
  mark("not_saved");
  place("versions").innerHTML = answer.panel;
  for (const pair of place("versions").querySelectorAll("[data-differs]")) {
    pair.hidden = !both.includes(pair.dataset.differs);
    const take = pair.querySelector("[data-take]");
    take.hidden = false;
    take.addEventListener("click", () => {
      setField(take.dataset.take, answer.values[take.dataset.take]);
      pair.remove();
    });
  }
  place("versions").querySelector("[data-focus]").focus();
};
const undecided = () => place("versions").childElementCount > 0;

const answered = async (answer, sent, sentSealed) => {
  if (answer.status === 401) {
    mark("not_saved");
    place("signed-out").hidden = false;
    later();
    return;
  }
  if (answer.status === 403) {
    // After a new sign-in the form's token is the old one.
    mark("not_saved");
    if (await freshToken()) sendAgain = true;
    else later();
    return;
  }
  if (![200, 409, 422].includes(answer.status) || !answer.headers.get("Content-Type").includes("json")) {
    mark("not_saved");
    if (answer.status >= 500) later();
    return;
  }
  const told = await answer.json();
  if (answer.status === 409) meet(told, sent);
  else saved(told, sent, sentSealed);
};

async function send(extra = {}) {
  clearTimeout(timer);
  if (undecided()) return;
  if (sending) {
    sendAgain = true;
    return;
  }
  sending = true;
  mark("sending");
  const [sent, sentSealed] = [written(), sealed()];
  try {
    if (!place("signed-out").hidden) await freshToken();
    const typed = body(extra);
    const headers = { "X-Autosave": "1", "X-Press-Key": keyOf(location.pathname, typed) };
    const answer = await fetch(location.pathname, { method: "POST", body: typed, headers, keepalive: true });
    answeredWith(answer.status, location.pathname, typed);
    await answered(answer, sent, sentSealed);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    mark("not_saved"); // the network is away
    later();
  } finally {
    sending = false;
  }
  if (sendAgain) {
    sendAgain = false;
    await send();
  }
}

const isDirty = () => changed(written(), stored).length > 0 || changed(sealed(), sealedBefore).length > 0;

/* the guard */

const textOf = (field) => {
  if (field !== "affected_persons") return form.elements[field].value;
  const ties = controls().filter((one) => one.name.endsWith("_tie") && one.value);
  return ties.map((one) => one.value).join("; ");
};

const check = async (field, reply = {}) => {
  const data = new FormData();
  data.set("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
  data.set("field", field);
  data.set("text", textOf(field));
  for (const [name, value] of Object.entries(reply)) data.set(name, value);
  const asked = form.querySelector(`[data-ask="${field}"]`);
  const answer = await fetch(form.dataset.check, { method: "POST", body: data }).catch(() => null);
  if (!answer?.ok) return;
  const html = (await answer.text()).trim();
  if (asked.innerHTML.trim() !== html) asked.innerHTML = html;
};
const guarded = () => [...form.querySelectorAll("[data-ask]")].map((one) => one.dataset.ask);
const guardOf = (name) => (name.endsWith("_tie") ? "affected_persons" : name);

/* what people do */

const settle = async () => {
  const names = asking;
  asking = new Set();
  if (isDirty()) await send();
  else clearErrors();
  await Promise.all([...names].map(check));
};

form.addEventListener("input", ({ target }) => {
  if (!target.name || target.name === "q" || !ofDraft(target.name)) return;
  if (guarded().includes(guardOf(target.name))) asking.add(guardOf(target.name));
  readAgain(target);
  // A new value in the envelope can be a word of the note.
  if (isSealed(target)) asking = new Set(guarded());
  for (const line of counters()) count(line);
  keepHere();
  clearTimeout(timer);
  timer = setTimeout(settle, QUIET);
});
form.addEventListener("focusout", () => isDirty() && settle());
document.addEventListener("visibilitychange", () => isDirty() && settle());
window.addEventListener("focus", () => isDirty() && settle());
window.addEventListener("online", () => isDirty() && settle());
form.addEventListener("draft:set", () => counters().forEach(count));

document.addEventListener("click", ({ target }) => {
  const goto = target.closest?.('a[href^="#id_"]');
  if (goto) place(goto.hash.slice(1))?.focus();
  if (target.closest?.("[data-reload]")) localStorage.removeItem(KEY);
});

form.addEventListener("submit", async (event) => {
  const pressed = event.submitter?.name;
  if (pressed === "kept") {
    event.preventDefault();
    const field = event.submitter.closest("[data-ask]").dataset.ask;
    const token = event.submitter.value;
    const reply = Object.fromEntries(
      ["guard_because", "guard_recognisable"].map((name) => [name, form.elements[`${name}-${token}`]?.value ?? ""]),
    );
    await send({ kept: token });
    await check(field, reply);
    (form.querySelector(`[data-ask="${field}"] [data-focus]`) ?? place(`id_${field}`))?.focus();
  } else if (pressed === "second" || pressed === "suggest") {
    event.preventDefault();
    event.submitter.disabled = pressed === "suggest";
    await send({ [pressed]: event.submitter.value });
    await check(event.submitter.closest("[data-ask]").dataset.ask);
  } else if (pressed === "save") {
    event.preventDefault();
    place("versions").replaceChildren();
    await send();
  } else {
    clearTimeout(timer);
    localStorage.removeItem(KEY);
  }
});

for (const line of counters()) {
  line.dataset.words = line.textContent.replace(/\d+/, "…");
  count(line);
}
restore();
