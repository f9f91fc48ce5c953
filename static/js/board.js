/* The live board: carries panels in, keeps what is being typed, runs the timer, and gives every action a key.
   Nothing that names anybody comes over the socket; an opened identity is fetched into #identity and cleared here. */

import { swapPanel } from "./panels.js";
import { startTimer } from "./timer.js";
import { listenToKeys } from "./keys.js";

const board = document.querySelector("#board");
const wall = board.dataset.face === "projector";
let revision = Number(board.dataset.revision);
let skew = Number(board.dataset.now) - Date.now();
let pause = 500;
let lostSince = 0;

const serverNow = () => Date.now() + skew;

const show = (id, on) => document.getElementById(id)?.toggleAttribute("hidden", !on);

// An older answer may arrive after a newer push; what is newer stays.
const take = (message) => {
  if (message.revision < revision) return;
  revision = message.revision;
  skew = message.now - Date.now();
  for (const [name, html] of Object.entries(message.panels)) {
    const place = document.getElementById(`panel-${name}`);
    if (!place) return location.reload(); // the role was handed over: another face is due
    swapPanel(place, html);
  }
  clearIdentity();
  document.dispatchEvent(new Event("board:changed"));
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
  if (answer.ok) take(await answer.json());
  else if (answer.status < 500) show("ended", true);
};

const blankWall = () => {
  if (wall) document.querySelector("#panel-wall").replaceChildren();
};

const connect = () => {
  const scheme = location.protocol === "https:" ? "wss:" : "ws:";
  const socket = new WebSocket(`${scheme}//${location.host}${board.dataset.socket}`);
  socket.addEventListener("message", (event) => {
    pause = 500;
    lostSince = 0;
    show("lost", false);
    take(JSON.parse(event.data));
  });
  socket.addEventListener("open", () => {
    lostSince = 0;
    show("lost", false);
    document.documentElement.dataset.connected = "yes";
    socket.send(JSON.stringify({ resume: revision }));
  });
  socket.addEventListener("close", (event) => {
    delete document.documentElement.dataset.connected;
    if (event.code >= 4400) identity?.replaceChildren();
    if (event.code === 4401 || event.code === 4403) {
      blankWall();
      show("ended", true);
      return;
    }
    lostSince ||= Date.now();
    // a short break shows nothing; a longer one says so, and the wall goes dark
    setTimeout(() => {
      if (!lostSince) return;
      show("lost", Date.now() - lostSince > 2500);
      if (Date.now() - lostSince > 4500) blankWall();
    }, 3000);
    setTimeout(connect, pause + Math.random() * pause);
    pause = Math.min(pause * 2, 8000);
  });
};

// A push may take a button away before its answer comes: nothing is swapped then unless the button itself says so.
window.htmx.config.defaultSwapStyle = "none";

// Posts of the board are answered with all panels as they are then, so one's own action never waits for the socket.
document.addEventListener("htmx:afterRequest", (event) => {
  const { xhr, elt, target } = event.detail;
  const dialog = elt.closest("dialog");
  if (xhr.status === 200 && xhr.getResponseHeader("Content-Type")?.includes("json")) {
    take(JSON.parse(xhr.responseText));
    dialog?.close();
  } else if (xhr.status === 200 && target?.id === "dialog-body") {
    document.querySelector("#dialog-notice").replaceChildren();
    document.querySelector("#board-dialog").showModal();
  } else if (xhr.status === 200 && target?.id === "identity") {
    clearIdentity();
  } else if (xhr.status === 409) {
    dialog?.close();
    catchUp();
  } else if (xhr.status === 0 || xhr.status >= 500) {
    show("lost", true);
  }
});

// A refusal of a form in the dialog is said in the dialog: behind it nobody would see it.
document.addEventListener("htmx:beforeSwap", (event) => {
  const { detail } = event;
  if (detail.requestConfig.elt.closest("dialog") && detail.xhr.status >= 400 && detail.xhr.status !== 409) {
    detail.target = document.querySelector("#dialog-notice");
    detail.swapOverride = "innerHTML";
  }
});

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-close-identity]")) {
    identity.replaceChildren();
    clearIdentity();
  }
  const reveal = event.target.closest("[data-reveal]");
  if (reveal) {
    const form = document.getElementById(reveal.dataset.reveal);
    form.hidden = false;
    form.querySelector("input")?.focus();
  }
});

// Fields that belong to some answers only: shown with the chosen one.
const showFields = () => {
  const chosen = document.querySelector("#answer-form input[name=kind]:checked")?.value;
  for (const field of document.querySelectorAll("[data-for-kinds]")) {
    field.hidden = !chosen || !field.dataset.forKinds.split(" ").includes(chosen);
  }
};
document.addEventListener("change", showFields);
document.addEventListener("board:changed", showFields);
showFields();

// After a long sleep: shut what was open until rights are checked again.
let awake = Date.now();
setInterval(() => {
  if (Date.now() - awake > 60000) {
    identity?.replaceChildren();
    catchUp();
  }
  awake = Date.now();
}, 5000);

startTimer(serverNow);
if (!wall) listenToKeys();
connect();
