/* Appearance: one choice, kept on this device. No choice means the device's own setting.
   Loaded before the first paint (not as a module), so that a dark room never sees a white flash. */
(() => {
  const root = document.documentElement;
  const known = ["light", "dark", "contrast"];
  const apply = (name) => (known.includes(name) ? root.setAttribute("data-theme", name) : root.removeAttribute("data-theme"));
  const kept = () => {
    try {
      return localStorage.getItem("theme") || "";
    } catch {
      return ""; // storage may be refused; the device's own setting then holds
    }
  };
  // The projector is a window of its own: its address may ask for light or dark without changing the laptop's choice.
  const chosen = new URLSearchParams(location.search).get("theme") ?? kept();
  apply(chosen);
  document.addEventListener("DOMContentLoaded", () => {
    const select = document.querySelector("#theme");
    if (!select) return;
    select.value = known.includes(chosen) ? chosen : "";
    select.addEventListener("change", () => {
      apply(select.value);
      try {
        localStorage.setItem("theme", select.value);
      } catch {
        // the choice then lasts for this page
      }
    });
  });
})();
