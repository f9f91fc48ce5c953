/* Swapping a panel without losing a word: what somebody has typed or chosen in it, and where the focus is, stays. */

const fields = (place) => place.querySelectorAll("input[id], select[id], textarea[id]");

const changed = (field) => {
  if (field.type === "radio" || field.type === "checkbox") return field.checked !== field.defaultChecked;
  if (field instanceof HTMLSelectElement) return [...field.options].some((one) => one.selected !== one.defaultSelected);
  return field.value !== field.defaultValue;
};

// What is typed belongs to the situation it was typed about: it waits while another one is in hand, and never moves to it.
const typed = new Map();
const about = (place) => place.querySelector("[data-about]")?.dataset.about ?? "";
const name = (place, field) => `${about(place)} ${field.id}`;

// What was fetched into a panel is moved over as it is, ticks and all.
const fetched = new Map();

// What somebody opened stays open; what came open from the server is closed again when it comes closed.
const OPEN = "form[id]:not([hidden]), [data-guard-answer]:not([hidden]), [data-guard-second]:not([hidden]), details[id][open]";
const sentOpen = new WeakSet(document.querySelectorAll(OPEN));

const collect = (place) => {
  for (const part of place.querySelectorAll("[data-keep]")) {
    if (part.firstElementChild) fetched.set(name(place, part), part);
    else fetched.delete(name(place, part));
  }
  for (const field of fields(place)) {
    const value = field.type === "radio" || field.type === "checkbox" ? field.checked : field.value;
    if (changed(field)) typed.set(name(place, field), value);
    else typed.delete(name(place, field));
  }
  const opened = [...place.querySelectorAll(OPEN)].filter((one) => !sentOpen.has(one)).map((one) => one.id);
  return { about: about(place), opened, focus: place.contains(document.activeElement) ? document.activeElement : null };
};

const restore = (place, before) => {
  for (const part of place.querySelectorAll("[data-keep]")) {
    const old = fetched.get(name(place, part));
    if (old) part.replaceWith(old);
  }
  for (const field of fields(place)) {
    const value = typed.get(name(place, field));
    if (typeof value === "boolean") field.checked = value;
    else if (value !== undefined) field.value = value;
  }
  if (before.about === about(place)) reopen(place, before);
};

const reopen = (place, { opened, focus }) => {
  for (const id of opened) {
    const one = document.getElementById(id);
    if (one instanceof HTMLDetailsElement) one.open = true;
    else if (one) one.hidden = false;
  }
  if (!focus) return;
  const again = focus.id ? document.getElementById(focus.id) : sameButton(place, focus);
  again?.focus({ preventScroll: true });
  if (again && "selectionStart" in focus && focus.selectionStart !== null) {
    again.setSelectionRange?.(focus.selectionStart, focus.selectionEnd);
  }
};

const sameButton = (place, focus) =>
  focus.dataset?.key ? place.querySelector(`[data-key="${focus.dataset.key}"]`) : null;

/** Put `html` into `place`, unless that is what stands there. */
export const swapPanel = (place, html) => {
  if (place.lastHtml === html) return;
  const before = collect(place);
  place.innerHTML = html;
  place.lastHtml = html;
  for (const one of place.querySelectorAll(OPEN)) sentOpen.add(one);
  window.htmx?.process(place);
  restore(place, before);
};
