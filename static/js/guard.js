/* The guard at the board. Its question is answered where the text stands, and only once it was asked: the box shows with the
   question (or, where the text is stopped, with the way to a second person), and goes with the next word that is typed, which
   would be another text. */

const BOXES = { "[data-guard-asks]": "[data-guard-answer]", "[data-guard-stops]": "[data-guard-second]" };

const hide = (box) => {
  if (!box || box.hidden) return;
  box.hidden = true;
  for (const one of box.querySelectorAll("input")) one.checked = false;
  for (const one of box.querySelectorAll("select")) one.value = "";
};

export const answerGuard = () => {
  document.addEventListener("htmx:afterSettle", ({ detail }) => {
    // the form that was sent may have been drawn anew by a push meanwhile
    const sent = detail.requestConfig.elt;
    const form = sent.isConnected ? sent : document.getElementById(sent.id);
    for (const [said, answer] of Object.entries(BOXES)) {
      const box = form?.querySelector(answer);
      if (!box) continue;
      if (!detail.target.querySelector(said)) {
        if (detail.target.querySelector("[data-refusal]")) hide(box);
        continue;
      }
      const shown = !box.hidden;
      box.hidden = false;
      if (!shown) box.querySelector("select, input").focus();
    }
  });
  document.addEventListener("input", ({ target }) => {
    const form = target.closest("form");
    for (const answer of Object.values(BOXES)) {
      const box = form?.querySelector(answer);
      if (box && !box.contains(target) && !target.closest("[data-guard-answer], [data-guard-second]")) hide(box);
    }
  });
};
