/* What is sent: says so when it did not go through. Loaded by every page. */

const unsent = document.querySelector("#unsent");

document.addEventListener("htmx:afterRequest", ({ detail }) => {
  unsent?.toggleAttribute("hidden", !(detail.xhr.status === 0 || detail.xhr.status >= 500));
});
