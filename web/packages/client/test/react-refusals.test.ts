import { expect, it } from "vitest";
import { refusedWith, retryAfterSeconds } from "../src/react/refusals.ts";
import { textsWith } from "../src/react/texts.ts";

const { refusals } = textsWith();

it.each([
  [{ status: 0 }, "The server cannot be reached. Check your connection and try again."],
  [{ status: 429 }, "Too many attempts. Wait a moment and try again."],
  [{ status: 429, retryAfterSeconds: 1 }, "Too many attempts. Try again in 1 second."],
  [{ status: 429, code: "INVALID_EMAIL", retryAfterSeconds: 9 }, "Too many attempts. Try again in 9 seconds."],
  [{ status: 401, code: "INVALID_EMAIL_OR_PASSWORD" }, "That email and password do not match an account."],
  [{ status: 401 }, "You have been signed out. Sign in and try again."],
  [{ status: 404 }, "This server does not offer that."],
  [{ status: 503, message: "upstream" }, "The server had a problem. Try again in a moment."],
  [{ status: 400, code: "OF_A_PLUGIN", message: "Words of the plugin." }, "Words of the plugin."],
  [{ status: 400, code: "constructor" }, "The server refused that and did not say why."],
])("puts %o into words", (refusal, sentence) => {
  expect(refusedWith(refusal, refusals).sentence).toBe(sentence);
});

it("says which field a refusal is about", () => {
  expect(refusedWith({ status: 400, code: "PASSWORD_TOO_SHORT" }, refusals).about).toEqual(["newPassword", "password"]);
  expect(refusedWith({ status: 401, code: "INVALID_EMAIL_OR_PASSWORD" }, refusals).about).toEqual([]);
});

it.each([
  [{ "X-Retry-After": "7" }, 7],
  [{ "Retry-After": "2.5" }, 3],
  [{ "X-Retry-After": "0" }, 1],
  [{ "Retry-After": "Wed, 21 Oct 2026 07:28:00 GMT" }, undefined],
  [{}, undefined],
])("reads the wait of %o", (headers: Record<string, string>, seconds) => {
  expect(retryAfterSeconds(new Headers(headers))).toBe(seconds);
});

it("lets an app say part of it in its own words", () => {
  const texts = textsWith({ signIn: { action: "Anmelden" } });
  expect(texts.signIn.action).toBe("Anmelden");
  expect(texts.signIn.busy).toBe("Signing in…");
  expect(texts.signUp).toEqual(textsWith().signUp);
});
