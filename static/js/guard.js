/* The guard's question at the board. Its answer can be given where the text stands, and only once it was asked: the box shows
   with the question, and goes with the next word that is typed, which would be another text. */

const answerOf = (form) => form?.querySelector("[data-guard-answer]");

export const answerGuard = () => {
  document.addEventListener("htmx:afterSettle", ({ detail }) => {
    if (!detail.target.querySelector("[data-guard-asks]")) return;
    // the form that was sent may have been drawn anew by a push meanwhile
    const sent = detail.requestConfig.elt;
    const form = sent.isConnected ? sent : document.getElementById(sent.id);
    const answer = answerOf(form);
    if (!answer) return;
    answer.hidden = false;
    answer.querySelector("input").focus();
  });
  document.addEventListener("input", ({ target }) => {
    const answer = answerOf(target.closest("form"));
    if (!answer || answer.hidden || answer.contains(target)) return;
    answer.hidden = true;
    answer.querySelector("input").checked = false;
  });
};
