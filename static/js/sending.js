/* A press is sent until it is answered, and decides once: every try carries the same key (hub/pressing).
   Only silence is tried again (no network, 502, 503, 504, ten seconds); what the server says, it has said.
   A file is sent once and waited for: it takes as long as the line is slow, and is too much to be sent again unasked. */

const SILENCE = new Set([502, 503, 504]);
const PATIENCE = 10_000;
const GIVE_UP = 30_000;
const UNHEARD = 3000;

const random = () => [...crypto.getRandomValues(new Uint8Array(16))].map((one) => one.toString(16).padStart(2, "0")).join("");

/* keys: the same words to the same address are the same press for as long as nobody has answered them */

const unanswered = new Map();
const pressOf = (path, typed) => {
  const said = [...typed].filter(([name]) => !["csrfmiddlewaretoken", "press_key"].includes(name));
  const words = said.map(([name, one]) => [name, one instanceof File ? `${one.name} ${one.size} ${one.lastModified}` : one]);
  return `${path} ${new URLSearchParams(words)}`;
};

/** The key of a press, new unless the same one is still without an answer. */
export const keyOf = (path, typed) => {
  const press = pressOf(path, typed);
  if (!unanswered.has(press)) unanswered.set(press, random());
  return unanswered.get(press);
};

/** What was sent has been answered: sent again, it is another press. An error page (500) leaves open what became of it. */
export const answeredWith = (status, path, typed) => {
  if (status && status < 500) unanswered.delete(pressOf(path, typed));
};

/* what people are told */

const say = (state) => {
  for (const one of document.querySelectorAll("[data-sending]")) one.hidden = one.dataset.sending !== state;
};
let sendAgain = null;
const toldAfter = (status, again) => {
  sendAgain = again;
  if (status >= 500 && !SILENCE.has(status)) say("failed");
  else say(status && !SILENCE.has(status) ? "" : "unsent");
};
document.addEventListener("click", ({ target }) => {
  if (!target.closest?.("[data-send-again]")) return;
  say("");
  sendAgain?.();
});

// A server that hangs refuses nothing: whoever waits for it is told so long before the request is given up.
const sayIfUnheard = (state = "waiting") => setTimeout(() => say(state), UNHEARD);

// Each pause is twice the one before, and nobody waits as long as the neighbour: a server that comes back is not run down.
const patience = () => {
  const start = Date.now();
  let pause = 400;
  return (again) => {
    if (Date.now() - start > GIVE_UP) return false;
    say("waiting");
    setTimeout(again, pause / 2 + Math.random() * pause);
    pause = Math.min(pause * 2, 2500);
    return true;
  };
};

/* what htmx sends: the same request is opened anew, so that htmx and the page see one that takes its time */

const onceMore = (element) => () => {
  const place = element.isConnected ? element : document.getElementById(element.id);
  if (place instanceof HTMLFormElement) place.requestSubmit();
  else place?.click();
};

document.addEventListener("htmx:configRequest", ({ detail }) => {
  if (detail.verb === "post") detail.headers["X-Press-Key"] = keyOf(detail.path, detail.formData);
});

document.addEventListener("htmx:beforeSend", ({ detail }) => {
  const { xhr, requestConfig } = detail;
  if (requestConfig.verb !== "post") return;
  const { onload, onerror } = xhr;
  const send = xhr.send.bind(xhr);
  const tryLater = patience();
  let body = null;
  const again = () => {
    // true when it was first sent, and maybe no longer: whoever hears nothing is answered in full
    delete requestConfig.headers["X-Hears"];
    xhr.open("POST", detail.pathInfo.finalRequestPath, true);
    xhr.timeout = PATIENCE;
    for (const [name, value] of Object.entries(requestConfig.headers)) if (value !== null) xhr.setRequestHeader(name, value);
    send(body);
  };
  const end = (status, tell) => {
    answeredWith(status, requestConfig.path, requestConfig.formData);
    toldAfter(status, onceMore(requestConfig.elt));
    tell.call(xhr);
  };
  const unheard = sayIfUnheard();
  xhr.addEventListener("loadend", () => clearTimeout(unheard));
  xhr.timeout = PATIENCE;
  xhr.send = (given) => send((body = given));
  xhr.onload = () => (SILENCE.has(xhr.status) && tryLater(again)) || end(xhr.status, onload);
  xhr.onerror = xhr.ontimeout = () => tryLater(again) || end(0, onerror);
});

/* ordinary forms: sent from here, so that they stay as they are until there is an answer */

const opened = (body) => ({ method: "POST", body, headers: { "X-Press-Page": "1" }, redirect: "manual" });

const postFile = async (path, body) => {
  const unheard = sayIfUnheard("file");
  const answer = await fetch(path, opened(body)).catch(() => null);
  clearTimeout(unheard);
  return answer;
};

const post = (path, body) =>
  new Promise((resolve) => {
    const tryLater = patience();
    const unheard = sayIfUnheard();
    const attempt = async () => {
      const answer = await fetch(path, { ...opened(body), signal: AbortSignal.timeout(PATIENCE) }).catch(() => null);
      clearTimeout(unheard);
      if (answer && !SILENCE.has(answer.status)) resolve(answer);
      else if (!tryLater(attempt)) resolve(answer);
    };
    attempt();
  });

const goTo = (place) => {
  const there = new URL(place, location.href);
  const here = there.pathname === location.pathname && there.search === location.search;
  if (!here) return location.assign(there);
  history.replaceState(null, "", there);
  return location.reload();
};

// An answer without a page is not ours but the proxy's; a page with files says more of one that was too large.
const sayBare = (status) => say(status === 413 && document.querySelector("[data-sending=large]") ? "large" : "failed");

// A refusal is said in the notice and the form stays; a form that came back with its errors takes the place of the one sent.
const showAnswer = async (answer) => {
  const page = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("main");
  if (!page) return sayBare(answer.status);
  const refusal = page.querySelector("[data-refusal]");
  const place = document.querySelector(refusal ? "#notice" : "main");
  if (refusal) place.replaceChildren(refusal);
  else place.replaceWith(page);
  window.htmx.process(refusal ?? page);
  (refusal ?? page.querySelector("[data-focus]"))?.focus();
};

const underWay = new WeakSet();

const sendForm = async (form, submitter) => {
  const path = form.getAttribute("action") || location.pathname + location.search;
  const typed = new FormData(form, submitter);
  typed.set("press_key", keyOf(path, typed));
  underWay.add(form);
  // a file has no place among words
  const sent = form.enctype === "multipart/form-data" ? postFile(path, typed) : post(path, new URLSearchParams(typed));
  const answer = await sent;
  underWay.delete(form);
  const status = answer?.status ?? 0;
  answeredWith(status, path, typed);
  toldAfter(status, () => form.isConnected && form.requestSubmit(submitter));
  const place = answer?.headers.get("X-Press-To");
  if (place) goTo(place);
  else if (status && status < 500) await showAnswer(answer);
};

document.addEventListener("submit", (event) => {
  const form = event.target;
  // a draft is saved while it is typed, and its page is bound to the very fields that stand in it: the browser sends it
  // and a form that answers in a tab of its own is the browser's too
  if (event.defaultPrevented || form.target || !form.elements.press_key || document.querySelector("form[data-draft]")) return;
  event.preventDefault();
  if (!underWay.has(form)) sendForm(form, event.submitter);
});
