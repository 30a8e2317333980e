import { createElement, Fragment } from "react";
import { renderToString } from "react-dom/server";
import { expect, it, vi } from "vitest";
import { createGatepost } from "../src/index.ts";
import { GatepostProvider, NewPassword, RequireUser, SignIn, useUser, VerifyEmail } from "../src/react/index.ts";

it("asks nothing on a server, and shows nobody's page and no door", () => {
  const asked = vi.spyOn(globalThis, "fetch");
  const gatepost = createGatepost({ baseURL: "https://app.example" });
  const children = createElement(
    Fragment,
    null,
    createElement(RequireUser, { fallback: "One moment", children: "A person's page" }),
    createElement(SignIn),
    createElement(NewPassword),
    createElement(VerifyEmail),
  );
  const page = createElement(GatepostProvider, { gatepost, children });
  expect(renderToString(page)).toBe("One moment");
  expect(asked).not.toHaveBeenCalled();
});

it("says what is missing where there is no provider", () => {
  const Greeting = () => useUser()?.name ?? "nobody";
  expect(() => renderToString(createElement(Greeting))).toThrow("<GatepostProvider>");
});
