/* Keys act on what is in hand, never on what the mouse hovers over. They rest while somebody types, and can be switched off. */

const OFF = "keys-off";
const typing = (element) => element.closest("input:not([type=radio]):not([type=checkbox]), textarea, select");

const remembered = () => {
  try {
    return localStorage.getItem(OFF) === "1";
  } catch {
    return false; // storage may be refused: keys then stay on
  }
};

const press = (key) => {
  const dialog = document.querySelector("dialog[open]");
  if (dialog) return;
  if (key === "?") return document.querySelector("#keys").showModal();
  const row = [...document.querySelectorAll(`[data-focus-key="${key}"] button`)];
  if (row.length) return row[(row.indexOf(document.activeElement) + 1) % row.length].focus();
  const button = [...document.querySelectorAll(`[data-key="${key}"]`)].find((one) => !one.disabled);
  button?.click();
};

/** Listen for single keys without modifiers. */
export const listenToKeys = () => {
  const box = document.querySelector("#keys-off");
  box.checked = remembered();
  box.addEventListener("change", () => {
    try {
      localStorage.setItem(OFF, box.checked ? "1" : "0");
    } catch {
      /* the choice then lasts for this page */
    }
  });
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
    if (typing(event.target) || (box.checked && event.key !== "?")) return;
    if (event.key.length !== 1 || event.key === " ") return;
    press(event.key.toLowerCase());
    // the key may have moved the focus into a field: it is no letter of what is typed there
    if (typing(document.activeElement)) event.preventDefault();
  });
};
