/* Passkeys: asks the device for one, or for a signature with one, and sends what it answers with the form.
   The private key never leaves the device; what the server asks for stands in the page, or is fetched when signing in. */

const toBytes = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (one) => one.charCodeAt(0));
const toText = (bytes) =>
  btoa(String.fromCharCode(...new Uint8Array(bytes)))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");

const withBytes = (list) => list?.map((one) => ({ ...one, id: toBytes(one.id) }));

const told = ({ id, rawId, type, response, authenticatorAttachment }, names, extensions) => ({
  id,
  type,
  rawId: toText(rawId),
  response: Object.fromEntries(names.filter((name) => response[name]).map((name) => [name, toText(response[name])])),
  clientExtensionResults: extensions,
  authenticatorAttachment,
});

// It signs in by itself (kept on the device, opened by a finger, a face or a PIN): that is what makes it two factors.
const made = async ({ publicKey }) => {
  const credential = await navigator.credentials.create({
    publicKey: {
      ...publicKey,
      challenge: toBytes(publicKey.challenge),
      user: { ...publicKey.user, id: toBytes(publicKey.user.id) },
      excludeCredentials: withBytes(publicKey.excludeCredentials),
      authenticatorSelection: { residentKey: "required", requireResidentKey: true, userVerification: "required" },
    },
  });
  return told(credential, ["clientDataJSON", "attestationObject"], credential.getClientExtensionResults());
};

const signed = async ({ publicKey }) => {
  const credential = await navigator.credentials.get({
    publicKey: {
      ...publicKey,
      challenge: toBytes(publicKey.challenge),
      allowCredentials: withBytes(publicKey.allowCredentials),
    },
  });
  return told(credential, ["clientDataJSON", "authenticatorData", "signature", "userHandle"], {});
};

const optionsOf = async (form) => {
  if (form.dataset.options) return JSON.parse(form.dataset.options);
  const answer = await fetch(form.action, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error("no options");
  return (await answer.json()).request_options;
};

const say = (form, what) => {
  for (const one of form.querySelectorAll("[data-passkey-said]")) one.hidden = one.dataset.passkeySaid !== what;
};

const ask = async (form) => {
  say(form, "");
  try {
    const options = await optionsOf(form);
    const answer = await (form.dataset.passkey === "add" ? made(options) : signed(options));
    form.elements.credential.value = JSON.stringify(answer);
    form.submit();
  } catch (error) {
    say(form, error.name === "InvalidStateError" ? "known" : error.name === "SecurityError" ? "unable" : "stopped");
  }
};

for (const form of document.querySelectorAll("form[data-passkey]")) {
  if (!window.PublicKeyCredential) say(form, "unable");
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (window.PublicKeyCredential) ask(form);
  });
}
