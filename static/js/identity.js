/* An opened identity does not stay: it closes when told, when the page is left or hidden, and by itself. Nothing is asked of
   the server for that: the shut envelope that stood here is put back. */

const AWAY = 30_000;
const OPEN = 180_000;
const shut = new Map();
let timers = [];

const close = () => {
  for (const timer of timers) clearTimeout(timer);
  timers = [];
  for (const [opened, envelope] of shut) {
    opened.replaceWith(envelope);
    window.htmx.process(envelope);
    envelope.querySelector("button")?.focus();
  }
  shut.clear();
};

let before = null;
document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  before = detail.target.matches?.(".identity.shut") ? detail.target.cloneNode(true) : null;
});
document.addEventListener("htmx:afterSettle", () => {
  const opened = document.querySelector(".identity.open");
  if (!opened || shut.has(opened) || !before) return;
  shut.set(opened, before);
  timers.push(setTimeout(close, OPEN));
});

document.addEventListener(
  "submit",
  (event) => {
    if (![...shut.keys()].some((opened) => opened.contains(event.target))) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    close();
  },
  { capture: true },
);
window.addEventListener("pagehide", close);
document.addEventListener("visibilitychange", () => {
  if (document.hidden) timers.push(setTimeout(close, AWAY));
});
