/* The live board: carries panels in, keeps what is being typed, runs the timer, and gives every action a key.
   Nothing that names anybody comes over the socket; an opened identity is fetched into #identity and cleared here. */

import { swapPanel } from "./panels.js";
import { startTimer } from "./timer.js";
import { listenToKeys } from "./keys.js";
import { answerGuard } from "./guard.js";
import { checkTyping } from "./checking.js";

const FIRST_PAUSE = 400;
const LONGEST_PAUSE = 2500;
const LONGEST_PAUSE_HIDDEN = 15_000;
const SILENCE = 10_000; // three heartbeats
const OPENS_WITHIN = 4000;

const board = document.querySelector("#board");
const wall = board.dataset.face === "projector";
let revision = Number(board.dataset.revision);
let skew = Number(board.dataset.now) - Date.now();
let pause = FIRST_PAUSE;
let lostSince = 0;
let lastHeard = Date.now();
let received = 0; // messages over this socket: the heartbeat says how many there should have been
let behindSince = 0; // since when this page knows that it misses something
let askedAt = 0;
let sight = null; // the mark of what the socket brought last: the next change says which one it leads from
let answeredAt = 0;
let pushed = {}; // each panel as the socket last brought it
let ended = false;
let socket = null;
let retry = 0;

const serverNow = () => Date.now() + skew;

const show = (id, on) => document.getElementById(id)?.toggleAttribute("hidden", !on);

// An older answer may arrive after a newer push; what is newer stays.
const take = (message) => {
  if (message.revision < revision) return;
  revision = message.revision;
  skew = message.now - Date.now();
  swapAll(message.panels);
};

const swapAll = (panels) => {
  for (const [name, html] of Object.entries(panels)) {
    const place = document.getElementById(`panel-${name}`);
    if (!place) return location.reload(); // the role was handed over: another face is due
    swapPanel(place, html);
  }
  clearIdentity();
  document.dispatchEvent(new Event("board:changed"));
};

// An answer to a post shows the board as it was then; the next push brings all panels back to what the socket knows.
const takeAnswer = (message) => {
  answeredAt = Date.now();
  take(message);
};

const askForAll = () => {
  behindSince ||= Date.now();
  if (Date.now() - askedAt < 1000) return;
  askedAt = Date.now();
  socket.send(JSON.stringify({ resume: revision }));
};

const takePush = (message) => {
  received += 1;
  // put on another sight than its own, a change would show two moments at once
  if (!message.whole && message.from !== sight) return askForAll();
  if (message.whole) behindSince = 0;
  sight = message.to;
  pushed = { ...(message.whole ? {} : pushed), ...message.panels };
  take({ ...message, panels: pushed });
};

// Frames get lost on the way: who has fewer than were sent asks for everything, until everything has come.
const takeBeat = ({ beat, revision: newest, waiting }) => {
  show("busy", Boolean(waiting));
  const missed = beat !== received;
  received = beat;
  if (missed || behindSince) askForAll();
  else if (newest >= revision && Date.now() - answeredAt > 2000) swapAll(pushed);
};

const identity = document.querySelector("#identity");

// The envelope is shut as soon as the server no longer says that it may be opened.
const clearIdentity = () => {
  const mayRead = document.querySelector("[data-hidden-when-open]");
  if (identity && !mayRead) identity.replaceChildren();
  mayRead?.toggleAttribute("hidden", Boolean(identity?.firstElementChild));
};

const catchUp = async () => {
  const answer = await fetch(board.dataset.panels, { headers: { "X-Autosave": "1" } });
  if (answer.ok) {
    const message = await answer.json();
    takeAnswer(message);
    const seen = document.querySelector("#dialog-body input[name=revision]");
    if (seen && message.seen !== null) seen.value = message.seen;
  } else if (answer.status < 500) show("ended", true);
};

const blankWall = () => {
  if (wall) swapPanel(document.querySelector("#panel-wall"), "");
};

const shutIdentity = () => {
  identity?.replaceChildren();
  clearIdentity();
};

const end = () => {
  ended = true;
  socket = null;
  shutIdentity();
  blankWall();
  show("ended", true);
};

const heard = () => {
  lastHeard = Date.now();
  lostSince = 0;
  show("lost", false);
};

const lose = () => {
  delete document.documentElement.dataset.connected;
  socket = null;
  lostSince ||= Date.now();
  clearTimeout(retry);
  // no two pages wait as long: a hall full of them must not come back in the same moment
  retry = setTimeout(connect, pause * (0.6 + 0.6 * Math.random()));
  pause = Math.min(pause * 2, document.hidden ? LONGEST_PAUSE_HIDDEN : LONGEST_PAUSE);
};

const connect = () => {
  clearTimeout(retry);
  const scheme = location.protocol === "https:" ? "wss:" : "ws:";
  const opened = new WebSocket(`${scheme}//${location.host}${board.dataset.socket}`);
  socket = opened;
  received = askedAt = 0;
  sight = null;
  pushed = {};
  behindSince = Date.now();
  // everything is sent to a new socket; until it has come, what stands here may be old
  opened.addEventListener("message", (event) => {
    if (opened !== socket) return;
    pause = FIRST_PAUSE;
    heard();
    const message = JSON.parse(event.data);
    if ("beat" in message) takeBeat(message);
    else takePush(message);
  });
  opened.addEventListener("open", () => {
    if (opened !== socket) return;
    heard();
    document.documentElement.dataset.connected = "yes";
  });
  setTimeout(() => {
    if (opened === socket && opened.readyState === WebSocket.CONNECTING) drop();
  }, OPENS_WITHIN);
  opened.addEventListener("close", (event) => {
    if (opened !== socket) return;
    if (event.code >= 4400) shutIdentity();
    if (event.code === 4401 || event.code === 4403) {
      delete document.documentElement.dataset.connected;
      end();
    } else lose();
  });
};

// A dead network closes no socket: it is left behind, and a new one asks for rights and for everything that changed.
const drop = () => {
  const old = socket;
  lose();
  old?.close();
};

const connectNow = () => {
  pause = FIRST_PAUSE;
  if (ended) show("ended", (ended = false));
  if (!socket) connect();
};

window.addEventListener("offline", drop);
window.addEventListener("online", connectNow);
// Somebody who comes back from signing in again in another tab finds the board going on by itself.
document.addEventListener("visibilitychange", () => {
  if (!document.hidden && !socket) connectNow();
});

// A short break shows nothing; a longer one says so, the wall goes dark, and in the end an opened identity is shut.
setInterval(() => {
  const lost = lostSince ? Date.now() - lostSince : 0;
  if (lost > 2500) show("lost", true);
  show("catching", !lost && behindSince > 0 && Date.now() - behindSince > 2500);
  if (lost) show("busy", false);
  if (lost > 4500) blankWall();
  if (lost > 30_000) shutIdentity();
}, 500);

// Signing in again in another tab renews the token; the one that came with this page is then out of date.
document.addEventListener("htmx:configRequest", ({ detail }) => {
  const token = document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1];
  if (token) detail.headers["X-CSRFToken"] = token;
  if (socket?.readyState === WebSocket.OPEN && !lostSince) detail.headers["X-Hears"] = "1";
});

// A push may take a button away before its answer comes: nothing is swapped then unless the button itself says so, and what is
// refused is said in the notice, which no push takes away.
if (!wall) {
  window.htmx.config.defaultSwapStyle = "none";
  // settled later, htmx would move the focus back to the heading of a form that somebody quick is using already
  window.htmx.config.defaultSettleDelay = 0;
  document.body.setAttribute("hx-target", "#notice");
}

const dialog = document.querySelector("#board-dialog");

// A second click while the first is under way is the same click.
const underWay = new WeakSet();
document.addEventListener("htmx:beforeRequest", (event) => {
  const { verb, elt } = event.detail.requestConfig;
  if (verb !== "post") return;
  if (underWay.has(elt)) event.preventDefault();
  else underWay.add(elt);
});
document.addEventListener("htmx:afterRequest", ({ detail }) => underWay.delete(detail.requestConfig.elt));

// Posts of the board are answered with all panels as they are then, so one's own action never waits for the socket. (A server
// that is behind answers with the revision alone: the own socket brings the panels.) A refusal of a form in the dialog is said in
// the dialog: behind it nobody would see it. (Asked at the target, which is always there; the button may be gone.)
document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  const { status } = detail.xhr;
  const asked = detail.requestConfig.elt.closest("dialog");
  if (status === 200 && detail.xhr.getResponseHeader("Content-Type")?.includes("json")) {
    detail.shouldSwap = false;
    affirmedOnce(detail.requestConfig.elt);
    takeAnswer(JSON.parse(detail.serverResponse));
    asked?.close();
  } else if (status === 409) {
    // what was typed stays: the form takes over the present state and can be sent again
    if (asked) {
      detail.target = document.querySelector("#dialog-notice");
      detail.swapOverride = "innerHTML";
    }
    catchUp();
  } else if (asked && status >= 400) {
    detail.target = document.querySelector("#dialog-notice");
    detail.swapOverride = "innerHTML";
  }
});

document.addEventListener("htmx:afterSwap", ({ detail }) => {
  if (detail.target.id === "identity") clearIdentity();
  if (detail.target.id !== "dialog-body" || dialog.open) return;
  document.querySelector("#dialog-notice").replaceChildren();
  dialog.showModal();
});

// What is typed at the board never goes into an address.
document.addEventListener("submit", (event) => {
  if (event.target.matches("[hx-post]")) event.preventDefault();
});

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-close-identity]")) shutIdentity();
  // signing in again happens beside the board, or what is typed here would be gone
  const link = event.target.closest("#notice a, #dialog-notice a");
  if (link) link.target = "_blank";
  const reveal = event.target.closest("[data-reveal]");
  if (reveal) {
    const form = document.getElementById(reveal.dataset.reveal);
    form.hidden = false;
    form.querySelector("input")?.focus();
  }
});

// A disclosure that was accepted leaves nothing ticked: the next one is affirmed anew. (Asked for by its id, because a push may
// have put another form into the place of the one that was sent.)
const affirmedOnce = (elt) => {
  const form = document.getElementById(elt.closest("form")?.id);
  const parts = form?.querySelectorAll("[data-keep]") ?? [];
  for (const part of parts) part.replaceChildren();
  if (parts.length) form.reset();
};

// A basis that is chosen has its conditions shown, also after a push or a reload took them away.
const fetchConditions = () => {
  for (const select of document.querySelectorAll("select[data-conditions]")) {
    const missing = !document.getElementById(select.dataset.conditions).firstElementChild;
    if (select.value && missing && !select.closest("[hidden]")) window.htmx.trigger(select, "change");
  }
};

// Fields that belong to some answers only: shown with the chosen one, and not asked for with another.
const showFields = () => {
  const chosen = document.querySelector("#answer-form input[name=kind]:checked")?.value;
  for (const field of document.querySelectorAll("[data-for-kinds]")) {
    field.hidden = !chosen || !field.dataset.forKinds.split(" ").includes(chosen);
    if (field instanceof HTMLFieldSetElement) field.disabled = field.hidden;
  }
};
document.addEventListener("change", showFields);
document.addEventListener("board:changed", () => {
  showFields();
  fetchConditions();
});
showFields();

// After a long sleep, or when not even the heartbeat came: shut what was open, and let rights be checked again.
let awake = Date.now();
setInterval(() => {
  const now = Date.now();
  if (now - awake > 60_000) shutIdentity();
  if (socket && (now - awake > 60_000 || now - lastHeard > SILENCE)) drop();
  awake = now;
}, 1000);

startTimer(serverNow);
if (!wall) listenToKeys();
if (!wall) {
  answerGuard();
  checkTyping();
}
connect();
