/* The public door. Everything works without this; with it the whole way is one entry in the browser's history, nothing that was
   typed is lost where there is no connection, and leaving takes one press. It keeps nothing anywhere. */

const ESC_MS = 1500;
let sending = false;
let lastEsc = 0;
let pressed = null; // for browsers that do not say which button sent a form
let work = null; // {challenge, proof: Promise<string>}

function leave() {
  const link = document.querySelector("#leave");
  document.documentElement.hidden = true; // at once, however slow the line is
  document.title = "";
  location.replace(link.href);
}

/* The browser works while somebody reads; without workers it sends nothing, and the server asks for a pause instead. */
function begin() {
  const asked = document.querySelector("[data-challenge]");
  if (!asked || work?.challenge === asked.dataset.challenge) return;
  const { challenge, bits } = asked.dataset;
  const proof = new Promise((done) => {
    try {
      const worker = new Worker(new URL("./help_work.js", import.meta.url));
      worker.onmessage = (event) => done(event.data);
      worker.onerror = () => done("");
      worker.postMessage({ challenge, bits: Number(bits) });
    } catch {
      done("");
    }
  });
  work = { challenge, proof };
}

function focusOn(element, options = {}) {
  if (!element) return;
  if (!element.hasAttribute("tabindex") && !element.matches("input, textarea, select, button, a")) element.tabIndex = -1;
  element.focus(options);
}

function arrive() {
  for (const one of document.querySelectorAll("[data-print]")) one.hidden = false;
  begin();
}

/* The answer takes the place of this page: no new entry in the history, and no question about sending a form twice. */
function show(text) {
  const next = new DOMParser().parseFromString(text, "text/html");
  document.documentElement.lang = next.documentElement.lang;
  document.title = next.title;
  document.body.replaceWith(next.body);
  scrollTo(0, 0);
  arrive();
  const wrong = document.querySelector("[data-focus]");
  // the help lines stay in sight above the question
  if (wrong) focusOn(wrong);
  else focusOn(document.querySelector("main h1"), { preventScroll: true });
}

function say(words) {
  const place = document.querySelector("#moment");
  if (place) place.textContent = words ? place.dataset.words : "";
}

async function send(form, button) {
  const data = new FormData(form);
  if (button?.name) data.append(button.name, button.value);
  if (button?.hasAttribute("data-send") && work) {
    say(true);
    data.set("proof", await work.proof);
  }
  const answer = await fetch(form.action, { method: "POST", body: new URLSearchParams(data), referrerPolicy: "no-referrer", redirect: "error" });
  if (answer.status >= 500) throw new Error("no answer");
  return answer.text();
}

document.addEventListener("submit", async (event) => {
  event.preventDefault();
  if (sending) return;
  sending = true;
  const moment = setTimeout(() => say(true), 1000);
  try {
    const text = await send(event.target, event.submitter ?? pressed);
    show(text);
  } catch {
    const trouble = document.querySelector("#trouble");
    trouble.hidden = false;
    focusOn(trouble);
  } finally {
    clearTimeout(moment);
    say(false);
    sending = false;
  }
});

document.addEventListener("click", (event) => {
  pressed = event.target.closest("button");
  if (event.target.closest("#leave")) {
    event.preventDefault();
    leave();
  } else if (event.target.closest("[data-print]")) {
    print();
  } else {
    const link = event.target.closest("a[data-stay]");
    if (!link) return;
    event.preventDefault();
    location.replace(link.href);
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  if (event.timeStamp - lastEsc < ESC_MS) leave();
  lastEsc = event.timeStamp;
});

// a page that the browser kept whole and shows again (after leaving, by the Back key) may hold words
addEventListener("pageshow", (event) => {
  if (event.persisted) location.replace(location.pathname);
});

arrive();
