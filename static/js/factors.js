/* Factors: type a word, Enter adds the first one found; what is chosen stands as chips that can be taken out again.
   The checkboxes by category stay the form's truth, so that everything works without this script. */

const form = document.querySelector("#draft");
const find = form.querySelector("#find");
const found = form.querySelector("#found");
const chosen = form.querySelector("#chosen");
const boxes = () => [...form.querySelectorAll("input[name=risk_factors], input[name=protective_factors]")];
const icons = document.querySelector("svg.i use").getAttribute("href").split("#")[0];

const icon = (name) => {
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  const use = document.createElementNS(space, "use");
  svg.setAttribute("class", "i");
  svg.setAttribute("aria-hidden", "true");
  use.setAttribute("href", `${icons}#i-${name}`);
  svg.append(use);
  return svg;
};

const chip = (box) => {
  const kind = box.name === "risk_factors" ? "risk" : "prot";
  const button = document.createElement("button");
  button.type = "button";
  button.className = `btn found ${kind === "risk" ? "bad" : "ok"}`;
  button.dataset.out = box.value;
  button.append(icon(kind), `${box.dataset.category}: ${box.dataset.name}`, icon("no"));
  button.setAttribute("aria-label", `${chosen.dataset.remove}: ${box.dataset.name}`);
  return button;
};

const show = () => {
  chosen.replaceChildren(...boxes().filter((box) => box.checked).map(chip));
  for (const group of form.querySelectorAll("[data-group]")) {
    const count = group.querySelectorAll("input:checked").length;
    group.querySelector("[data-chosen]").textContent = count || "";
  }
  for (const button of found.querySelectorAll("[data-factor]")) {
    button.setAttribute("aria-pressed", String(boxes().some((box) => box.checked && box.value === button.dataset.factor)));
  }
};

const put = (code, checked) => {
  const box = boxes().find((one) => one.value === code);
  box.checked = checked;
  box.dispatchEvent(new Event("input", { bubbles: true }));
  show();
};

form.addEventListener("click", ({ target }) => {
  const add = target.closest("[data-factor]");
  const out = target.closest("[data-out]");
  if (add) {
    put(add.dataset.factor, add.getAttribute("aria-pressed") !== "true");
    find.focus();
    find.select();
  }
  if (out) {
    put(out.dataset.out, false);
    (chosen.querySelector("button") ?? find).focus();
  }
});

find.addEventListener("keydown", (event) => {
  if (event.key !== "Enter") return;
  event.preventDefault();
  const first = [...found.querySelectorAll("[data-factor]")].find((one) => one.getAttribute("aria-pressed") !== "true");
  if (!first) return;
  put(first.dataset.factor, true);
  find.select();
});

form.addEventListener("change", show);
form.addEventListener("draft:set", show);
document.addEventListener("htmx:afterSwap", show);
show();
