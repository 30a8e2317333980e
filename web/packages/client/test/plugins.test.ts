import { inferAdditionalFields, twoFactorClient } from "better-auth/client/plugins";
import { afterEach, beforeEach, expect, expectTypeOf, it } from "vitest";
import { createGatepost, type Gatepost } from "../src/index.ts";
import { startServer, type TestServer } from "./server.ts";

let server: TestServer;

beforeEach(async () => void (server = await startServer()));
afterEach(() => server.close());

const openWithPlugins = () =>
  createGatepost({
    baseURL: server.origin,
    plugins: [twoFactorClient(), inferAdditionalFields({ user: { plan: { type: "string" } } })],
  });

it("gives the official client its plugins, and their types", async () => {
  const gatepost = openWithPlugins();
  const { data } = await gatepost.auth.getSession();
  expectTypeOf(gatepost.auth.twoFactor.verifyTotp).toBeFunction();
  expectTypeOf(data?.user.plan).toEqualTypeOf<string | undefined>();
  expectTypeOf(gatepost.auth.token).toEqualTypeOf<Gatepost["auth"]["token"]>();
  expectTypeOf(gatepost).toExtend<Gatepost>();
  expect(data?.user.name).toBe("ada");
  gatepost.close();
});

it("knows no plugin that it was not given", () => {
  const gatepost = createGatepost({ baseURL: server.origin });
  expectTypeOf(gatepost.auth).not.toHaveProperty("twoFactor");
  expect(gatepost.auth.token).toBeTypeOf("function");
  gatepost.close();
});

it("sees who has come in by a plugin's way, and sends in their name at once", async () => {
  server.person = undefined;
  const gatepost = openWithPlugins();
  await gatepost.session.check();
  await gatepost.fetch("/api/health");
  server.person = "eve";
  await gatepost.auth.twoFactor.verifyTotp({ code: "123456" });
  await expect.poll(() => gatepost.session.get()).toMatchObject({ status: "signed-in", user: { name: "eve" } });
  await gatepost.fetch("/api/tasks");
  expect(server.authorizations).toEqual([undefined, `Bearer ${server.tokensGivenOut[0]}`]);
  gatepost.close();
});
