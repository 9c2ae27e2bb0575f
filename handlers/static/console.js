// The keyboard, and the manners of parts that renew themselves. Everything works without it, too.
(() => {
  "use strict";
  const typing = (element) => element.closest("input, textarea, select, [contenteditable]");
  const open = (path) => () => { window.location.assign(path); };
  const rows = () => [...document.querySelectorAll("#main .row[tabindex]")];

  function step(by) {
    const all = rows();
    const here = all.indexOf(document.activeElement.closest(".row"));
    const next = all[Math.min(Math.max(here + by, 0), all.length - 1)];
    if (next) { next.focus(); next.scrollIntoView({ block: "nearest" }); }
  }

  const keys = {
    "/": () => document.getElementById("search").focus(),
    "e": open("/enrol"),
    "j": () => step(1),
    "k": () => step(-1),
    "?": () => document.getElementById("help").showModal(),
  };
  const afterG = { "t": open("/"), "i": open("/inbox") };
  let waiting = keys;

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target) || document.querySelector("dialog[open]")) return;
    const row = event.target.closest(".row");
    if (event.key === "Enter" && row === event.target) { row.querySelector("a.title")?.click(); return; }
    const action = waiting[event.key];
    waiting = event.key === "g" && waiting === keys ? afterG : keys;
    if (action) { event.preventDefault(); action(); }
  });

  let rowId = null;

  // A part that somebody is using does not renew itself under her hand.
  document.addEventListener("htmx:beforeRequest", (event) => {
    const part = event.detail.elt;
    if (part.matches("form")) rowId = part.closest(".row")?.id;
    if (!part.matches(".part")) return;
    const busy = part.querySelector("details.more[open], form :focus");
    if (busy) event.preventDefault();
  });

  // After a press the row is drawn anew: the eye and the keyboard stay on it.
  document.addEventListener("htmx:afterSettle", () => {
    if (rowId && document.activeElement === document.body) document.getElementById(rowId)?.focus({ preventScroll: true });
    rowId = null;
    showLatest();
  });

  // Conversations open at their latest text.
  function showLatest() {
    for (const thread of document.querySelectorAll(".thread:not([data-read]), .screen:not([data-read])")) {
      thread.dataset.read = "yes";
      thread.scrollTop = thread.scrollHeight;
    }
  }
  showLatest();

  // A box whose words were taken is empty again.
  document.addEventListener("htmx:afterRequest", (event) => {
    const form = event.detail.elt;
    if (!event.detail.successful || !form.matches("form[data-clears]")) return;
    form.reset();
    form.querySelector(".cost").textContent = "";
  });

  // Nothing pretends to have worked.
  const failed = (text) => () => {
    const toast = document.createElement("div");
    toast.className = "toast refused";
    toast.textContent = text;
    document.getElementById("toasts").replaceChildren(toast);
  };
  document.addEventListener("htmx:responseError", failed("That did not work. Reload the page and try again."));
  document.addEventListener("htmx:sendError", failed("No connection. What you see may be old; it renews itself when the connection is back."));
})();
