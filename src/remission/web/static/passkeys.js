// Asks the device for a passkey and sends its answer with the form. A form says by data-passkey what it is for
// (create, get) and by data-options where its options stand; without them they are asked for where the form is sent.
(() => {
  const said = (form, words) => { form.querySelector("[data-said]").textContent = words; };
  const bytes = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (one) => one.charCodeAt(0));
  const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
  const named = (list) => (list || []).map((one) => ({ ...one, id: bytes(one.id) }));

  const options = async (form) => {
    if (form.dataset.options) return JSON.parse(document.getElementById(form.dataset.options).textContent);
    const answer = await fetch(form.action, { headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error("not answered");
    return answer.json();
  };

  const created = async (form) => {
    const asked = (await options(form)).creation_options.publicKey;
    // A key that knows its account, where the device can: then it also signs in without a password.
    const chosen = { ...asked.authenticatorSelection, residentKey: "preferred", requireResidentKey: false };
    return navigator.credentials.create({ publicKey: {
      ...asked, authenticatorSelection: chosen, challenge: bytes(asked.challenge),
      user: { ...asked.user, id: bytes(asked.user.id) }, excludeCredentials: named(asked.excludeCredentials),
    } });
  };

  const got = async (form) => {
    const asked = (await options(form)).request_options.publicKey;
    return navigator.credentials.get({ publicKey: {
      ...asked, challenge: bytes(asked.challenge), allowCredentials: named(asked.allowCredentials),
    } });
  };

  const written = (key) => {
    const response = { clientDataJSON: text(key.response.clientDataJSON) };
    for (const part of ["attestationObject", "authenticatorData", "signature", "userHandle"]) {
      if (key.response[part]) response[part] = text(key.response[part]);
    }
    if (key.response.getTransports) response.transports = key.response.getTransports();
    return JSON.stringify({
      id: key.id, rawId: text(key.rawId), type: key.type, response,
      authenticatorAttachment: key.authenticatorAttachment, clientExtensionResults: key.getClientExtensionResults(),
    });
  };

  if (!window.PublicKeyCredential) return;
  for (const form of document.querySelectorAll("form[data-passkey]")) {
    form.hidden = false;
    form.querySelector("button").hidden = false;
    form.querySelector("[data-unscripted]")?.remove();
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      said(form, "Your device is asked…");
      try {
        const key = await (form.dataset.passkey === "create" ? created : got)(form);
        form.elements.credential.value = written(key);
        form.submit();
      } catch {
        said(form, "That did not work, or was broken off. You can try again, or choose another way.");
      }
    });
  }
})();
