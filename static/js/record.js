/* On paper nothing can be unfolded, so the record is printed with its recipients. */

let folded = [];

window.addEventListener("beforeprint", () => {
  folded = [...document.querySelectorAll(".ledger details:not([open])")];
  for (const one of folded) one.open = true;
});
window.addEventListener("afterprint", () => {
  for (const one of folded) one.open = false;
});
