/* The timer runs on by itself between pushes. It neither blinks nor sounds; its hue and its word change, gently. */

const clock = (seconds) => `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;

const tick = (timer, now) => {
  const { running, elapsed, total, hue } = timer.dataset;
  const since = Number(timer.dataset.now);
  const used = Number(elapsed) + (running === "true" && since ? Math.max(0, Math.floor((now - since) / 1000)) : 0);
  const left = Number(total) - used;
  timer.querySelector("[data-words]").textContent = clock(Math.abs(left));
  const line = timer.querySelector("[data-line]");
  line.textContent = line.textContent.replace(/^\D+(?=\d)/, left < 0 ? `${timer.dataset.over} ` : `${timer.dataset.left} `);
  const bar = timer.querySelector("progress");
  bar.value = Math.min(used, Number(total));
  timer.classList.toggle("over", left < 0);
  timer.classList.toggle("warn", left >= 0 && left < 30);
  timer.classList.toggle(hue, left >= 30 || left < 0);
};

/** Keep every timer on the page right, by the server's clock. */
export const startTimer = (serverNow) => {
  const all = () => document.querySelectorAll("[data-timer]").forEach((one) => tick(one, serverNow()));
  setInterval(all, 500);
  document.addEventListener("board:changed", all);
  all();
};
