/* A page that nobody touches covers itself: nothing of it can be seen, heard or reached, and everything typed in it stays.
   All tabs of a browser share the time of the last key, pointer or touch, so that they lock and open together. */

const cover = document.querySelector("#idle");
const LIMIT = Number(cover.dataset.minutes) * 60_000;
const TELL = 60_000; // the server is told of an activity once in so long
const NOTE = 2000;
const TOUCHED = "hubtable:touched";
const TOLD = "hubtable:told";
const SHUT = "hubtable:locked";
const { who } = cover.dataset;
const atBoard = Boolean(document.querySelector("#board"));

let shut = false;
let title = "";
let focus = null;
let noted = 0;
let asking = false;
let mayTalkUntil = 0; // while somebody presides at this board

const kept = (key) => {
  const [whose, at] = (localStorage.getItem(key) ?? "").split(" ");
  return whose === who ? Number(at) : 0;
};
const keep = (key, at) => localStorage.setItem(key, `${who} ${at}`);
const forget = (key) => localStorage.removeItem(key);

const post = async (path, values) => {
  const token = document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1] ?? "";
  const body = new URLSearchParams({ ...values, who });
  const headers = { "X-CSRFToken": token, "X-Autosave": "1", "X-Idle": "1" };
  return fetch(path, { method: "POST", body, headers, redirect: "manual" }).catch(() => null);
};

/* covering: whatever else is in the page is neither shown nor spoken nor reached by a key, open dialogs included */

const covered = new Set();

const hideRest = () => {
  for (const one of document.body.children) {
    if (one === cover || one.hidden) continue;
    one.hidden = one.inert = true;
    covered.add(one);
  }
};

const say = (text, state = "") => {
  const said = document.querySelector("#idle-said");
  said.textContent = text;
  said.hidden = !text;
  for (const one of cover.querySelectorAll("[data-idle]")) one.hidden = one.dataset.idle !== state;
};

const shutPage = () => {
  if (shut) return;
  shut = true;
  title = document.title;
  document.title = cover.dataset.title;
  focus = document.activeElement;
  hideRest();
  say("");
  cover.showModal();
  (cover.querySelector("input:not([type=hidden])") ?? cover.querySelector("#idle-title")).focus();
};

const openPage = () => {
  if (!shut) return;
  shut = false;
  cover.querySelector("form").reset();
  cover.close();
  for (const one of covered) one.hidden = one.inert = false;
  covered.clear();
  document.title = title;
  if (focus?.isConnected) focus.focus();
  // a board that was turned away meanwhile finds its socket again, as after signing in in another tab
  document.dispatchEvent(new Event("visibilitychange"));
};

// Escape and what a script appends later uncover nothing.
cover.addEventListener("cancel", (event) => event.preventDefault());
cover.addEventListener("close", () => shut && cover.showModal());
new MutationObserver(() => shut && hideRest()).observe(document.body, { childList: true });

/* when */

const lockNow = () => {
  shutPage();
  if (kept(SHUT)) return;
  keep(SHUT, Date.now());
  post(cover.dataset.lock);
};

// Who presides over a table that sits may let it talk: the server knows whether it does.
const lockUnlessPresiding = async () => {
  if (asking) return;
  asking = true;
  const answer = atBoard ? await post(cover.dataset.here, { desk: "1" }) : null;
  asking = false;
  if (answer?.status === 204) mayTalkUntil = Date.now() + TELL;
  else if (Date.now() - kept(TOUCHED) > LIMIT) lockNow();
};

const look = () => {
  if (shut || Date.now() < mayTalkUntil) return;
  if (kept(SHUT) && !atBoard) shutPage();
  else if (Date.now() - kept(TOUCHED) > LIMIT) lockUnlessPresiding();
  else tell();
};

// The server is told how long ago it was, so that it never thinks a person gone who is not.
const tell = async () => {
  const touched = kept(TOUCHED);
  if (touched <= kept(TOLD) || Date.now() - kept(TOLD) < TELL) return;
  keep(TOLD, Date.now());
  const ago = Math.max(0, Math.round((Date.now() - touched) / 1000));
  const answer = await post(cover.dataset.here, { ago });
  if (answer?.status === 409) location.reload();
  else if (answer?.status === 401) shutPage();
};

const touch = () => {
  const now = Date.now();
  if (shut || now - noted < NOTE) return;
  // a laptop that slept wakes up by a key: what counts is how long nobody was there before it
  if (now - kept(TOUCHED) > LIMIT && now > mayTalkUntil) return look();
  noted = now;
  keep(TOUCHED, now);
  tell();
};

/* going on */

const unlocked = (answer) => {
  if (answer?.status === 204) {
    forget(SHUT);
    keep(TOUCHED, Date.now());
    keep(TOLD, Date.now());
    openPage();
  } else if (answer?.status === 409) location.reload();
  else if (answer?.status === 422) answer.text().then((text) => say(text));
  else say("", answer && answer.status < 500 ? "ended" : "silence");
};

const form = cover.querySelector("form");
form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const password = form.elements.password?.value;
  if (!password) return;
  form.elements.password.value = "";
  unlocked(await post(cover.dataset.unlock, { password }));
});

const passkey = cover.querySelector("#idle-passkey");
passkey.hidden = !window.PublicKeyCredential?.parseRequestOptionsFromJSON;
passkey.addEventListener("click", async () => {
  const options = await fetch(cover.dataset.passkey, { headers: { "X-Autosave": "1" } }).catch(() => null);
  if (!options?.ok) return say("", options ? "ended" : "silence");
  const { request_options } = await options.json();
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(request_options.publicKey);
  const credential = await navigator.credentials.get({ publicKey }).catch(() => null);
  if (credential) unlocked(await post(cover.dataset.unlock, { credential: JSON.stringify(credential.toJSON()) }));
});

// Signed in again in another tab, or unlocked there: this page asks whether it may go on, and whether it is still this person's.
const askWhetherOver = async () => {
  if (!shut) return look();
  const answer = await post(cover.dataset.here, { ago: 0 });
  if (answer?.status === 204) unlocked(answer);
  else if (answer?.status === 409) location.reload();
};

// That another tab has just locked is no reason to ask: the answer could overtake the word of it on its way to the server.
window.addEventListener("storage", ({ key, newValue }) => {
  if (key !== SHUT) return;
  if (newValue === null) askWhetherOver();
  else look();
});
document.addEventListener("visibilitychange", (event) => {
  if (event.isTrusted && !document.hidden) askWhetherOver();
});
for (const kind of ["keydown", "pointerdown", "pointermove", "touchstart", "wheel"]) {
  document.addEventListener(kind, touch, { capture: true, passive: true });
}

// A page that was just loaded was asked for by somebody, and the server let it through.
forget(SHUT);
keep(TOUCHED, Date.now());
if (!kept(TOLD)) keep(TOLD, Date.now());
setInterval(look, 1000);
