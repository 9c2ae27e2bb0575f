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
  // In a conversation: the box, and its buttons by their ids.
  const press = (id) => () => { const it = document.getElementById(id); if (it?.matches("textarea")) it.focus(); else it?.click(); };
  Object.assign(keys, { "r": press("reply"), "a": press("take-it"), "s": press("snooze"), "x": press("resolve"), "u": press("mark-unread") });
  // After "g": the pages of the menu, each by the key that its link carries.
  const pages = (key) => document.querySelector(`.bar nav a[data-key="${CSS.escape(key)}"]`);
  let afterG = false;

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target) || document.querySelector("dialog[open]")) return;
    const row = event.target.closest(".row");
    if (event.key === "Enter" && row === event.target) { row.querySelector("a.title")?.click(); return; }
    const action = afterG ? () => pages(event.key)?.click() : keys[event.key];
    afterG = event.key === "g" && !afterG;
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

  // The open menu closes when the eye goes elsewhere.
  const office = document.querySelector(".office");
  document.addEventListener("click", (event) => { if (office && !office.contains(event.target)) office.open = false; });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !office?.open) return;
    office.open = false;
    office.querySelector("summary").focus();
  });

  // Conversations open at their latest text; who reads further up stays there when the part renews itself.
  const reading = new Map();
  document.addEventListener("htmx:beforeSwap", (event) => {
    const thread = event.detail.target.querySelector?.(".part .thread, .thread");
    const up = thread && thread.scrollHeight - thread.scrollTop - thread.clientHeight > 40;
    if (up && event.detail.target.matches(".part")) reading.set(event.detail.target.id, thread.scrollTop);
  });
  function showLatest() {
    for (const thread of document.querySelectorAll(".thread:not([data-read]), .screen:not([data-read])")) {
      const part = thread.closest(".part")?.id;
      thread.dataset.read = "yes";
      thread.scrollTop = reading.get(part) ?? thread.scrollHeight;
      reading.delete(part);
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

  // A lost connection says so in place until it is back; then what is shown renews itself at once.
  const offline = document.getElementById("offline");
  const lost = () => {
    if (!offline || !offline.hidden) return;
    offline.querySelector(".since").textContent = new Date().toLocaleTimeString([], { hour: "numeric", minute: "2-digit" });
    offline.hidden = false;
  };
  const renew = () => document.querySelectorAll(".part").forEach((part) => htmx.trigger(part, "renew"));
  const found = () => {
    if (!offline || offline.hidden) return;
    offline.hidden = true;
    renew();
  };
  window.addEventListener("offline", lost);
  window.addEventListener("online", () => { if (document.querySelector(".part")) renew(); else found(); });
  document.addEventListener("htmx:sendError", (event) => {
    lost();
    if (event.detail.elt.matches("form, button")) failed("That was not done: no connection. Press again when it is back.")();
  });
  document.addEventListener("htmx:afterRequest", (event) => { if (event.detail.xhr?.status) found(); });
})();
