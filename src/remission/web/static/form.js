// Keeps what is written, a few seconds after it was written, and says when. Hides a question that does not apply, as
// long as nothing is written there. A page is whole without it.
"use strict";

const PAUSE = 3000;

function watch(form) {
  const said = form.querySelector("[data-saved]");
  let waits = 0, sending = null, sent = false;

  const clock = () => new Date().toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });

  function post() {
    const data = new FormData(form);
    data.set("do", "save");
    data.delete("out");
    sending = new AbortController();
    return fetch(form.action, {
      method: "POST", body: data, redirect: "manual", signal: sending.signal,
      headers: { "X-Draft": "1", "X-CSRFToken": data.get("csrfmiddlewaretoken") },
    });
  }

  // Whoever signed in again in another tab has a new token: the page is asked for once, and its token taken.
  async function renew() {
    const page = new DOMParser().parseFromString(await (await fetch(form.action)).text(), "text/html");
    const token = page.querySelector("form[data-asks] [name=csrfmiddlewaretoken]");
    if (token) form.elements.csrfmiddlewaretoken.value = token.value;
    return Boolean(token);
  }

  async function save() {
    if (sent) return;
    try {
      let answer = await post();
      if (answer.status === 403 && await renew()) answer = await post();
      if (sent) return;
      if (answer.status === 204) said.textContent = `Saved at ${clock()}.`;
      else if (answer.type === "opaqueredirect") signedOut();
      else said.textContent = "This could not be saved just now. Please press Save for later.";
    } catch {
      if (!sent) said.textContent = "This could not be saved just now. We try again when you go on writing.";
    }
  }

  function signedOut() {
    const link = document.createElement("a");
    link.href = "/account/login/";
    link.target = "_blank";
    link.rel = "noopener";
    link.textContent = "Sign in in a new tab";
    said.replaceChildren("You are signed out. What was saved is kept. ", link, ", then come back and go on here.");
  }

  function soon() {
    clearTimeout(waits);
    waits = setTimeout(save, PAUSE);
  }

  form.addEventListener("input", soon);
  form.addEventListener("submit", () => {
    sent = true;
    clearTimeout(waits);
    if (sending) sending.abort();
  });
  // A page that the browser kept and shows again was sent, and can be written in again.
  window.addEventListener("pageshow", () => { sent = false; });

  function written(asked) {
    return [...asked.querySelectorAll("input, select, textarea")].some(one =>
      one.type === "radio" || one.type === "checkbox" ? one.checked && one.value !== "" : one.value.trim() !== "");
  }

  function fit() {
    for (const asked of form.querySelectorAll("[data-waits-for]")) {
      const now = new FormData(form).get(asked.dataset.waitsFor) || "";
      asked.hidden = now !== asked.dataset.waitsValue && !written(asked) && !asked.querySelector(".trouble");
    }
  }

  form.addEventListener("change", fit);
  // Of the two ways of not answering one is enough: the one that was ticked last.
  form.addEventListener("change", event => {
    const box = event.target;
    if (box.type !== "checkbox" || !box.checked || box.name === "out") return;
    for (const other of box.closest(".ways").querySelectorAll("input")) if (other !== box) other.checked = false;
  });
  fit();
}

for (const form of document.querySelectorAll("form[data-asks]")) watch(form);
const troubles = document.getElementById("troubles");
if (troubles) troubles.focus();
