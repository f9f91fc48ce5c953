/* Asks the guard about a text while it is typed, and shows what it finds under the field. Nothing waits for it and nothing depends
   on it: the server asks again at sending. Only the newest text counts; an older question is given up. */

const QUIET = 400;
const waiting = new WeakMap(); // field to its timer
const asked = new WeakMap(); // field to the question under way

// Forms of the board post to "<what it is about>/<action>/"; others say where.
const addressFor = (form) =>
  form.dataset.checkUrl ?? form.getAttribute("hx-post")?.replace(/[^/]+\/$/, "check/");

const isText = (field) => field.matches('textarea, input:not([type]), input[type="text"]');

const placeFor = (field) => {
  const next = field.nextElementSibling;
  if (next?.matches("[data-found]")) return next;
  const place = document.createElement("div");
  place.dataset.found = "";
  place.setAttribute("aria-live", "polite");
  field.after(place);
  return place;
};

const ask = async (field, address) => {
  asked.get(field)?.abort();
  const place = placeFor(field);
  if (!field.value.trim()) {
    place.replaceChildren();
    return;
  }
  const question = new AbortController();
  asked.set(field, question);
  const body = new FormData();
  body.set("text", field.value);
  const token = document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1] ?? "";
  const answer = await fetch(address, {
    method: "POST", body, headers: { "X-CSRFToken": token }, signal: question.signal,
  }).catch(() => null); // given up, or the network is away: the server asks at sending
  if (!answer?.ok || asked.get(field) !== question) return;
  const html = await answer.text().catch(() => null);
  if (html === null || asked.get(field) !== question || !place.isConnected) return;
  if (place.innerHTML !== html) place.innerHTML = html;
};

export const checkTyping = () =>
  document.addEventListener("input", ({ target }) => {
    if (!isText(target)) return;
    const form = target.closest("form");
    if (!form || !(form.dataset.checkUrl || form.querySelector("[data-guard-answer]"))) return;
    // a form that says which of its fields are looked at asks about no other
    if (form.querySelector("[data-guarded]") && !target.matches("[data-guarded]")) return;
    const address = addressFor(form);
    if (!address) return;
    clearTimeout(waiting.get(target));
    waiting.set(target, setTimeout(() => ask(target, address), QUIET));
  });

if (document.querySelector("[data-check-url]")) checkTyping();
