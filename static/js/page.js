/* Behaviour that every page shares: menus, dialogs, where the focus goes, where a refusal is said. */

const menus = () => document.querySelectorAll("details.menu[open]");

document.addEventListener("click", (event) => {
  const origin = event.target instanceof Element ? event.target : null;
  for (const menu of menus()) if (!menu.contains(origin)) menu.open = false;

  const opener = origin?.closest("[data-dialog]");
  if (opener) document.getElementById(opener.dataset.dialog)?.showModal();

  // A button that posts by htmx does not send the dialog's own form, so the dialog is closed here.
  if (origin?.closest("[data-close]")) origin.closest("dialog")?.close();

  if (origin?.closest("[data-print]")) window.print();
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of menus()) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});

const focusIn = (place) => place.querySelector("[data-focus]")?.focus();
focusIn(document);
document.addEventListener("htmx:afterSwap", (event) => focusIn(event.detail.target));

// A form sent back with its errors stays where it was; a refusal that is no form is said in the page's own notice.
document.addEventListener("htmx:beforeSwap", (event) => {
  const { detail } = event;
  const notice = document.querySelector("#notice");
  if (!notice) return;
  if (/^\s*<[^>]+data-refusal/.test(detail.serverResponse)) {
    detail.target = notice;
    detail.swapOverride = "innerHTML";
  } else if (detail.xhr.status < 300) {
    notice.replaceChildren();
  }
});
