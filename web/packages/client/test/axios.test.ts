import axios, { AxiosError, type AxiosInstance } from "axios";
import { afterEach, beforeEach, expect, it } from "vitest";
import { sendThroughGatepost } from "../src/axios.ts";
import { createGatepost, RedirectRefusedError, type Gatepost } from "../src/index.ts";
import { json, refuse, startServer, type TestServer } from "./server.ts";

let server: TestServer;
let gatepost: Gatepost;
let api: AxiosInstance;

beforeEach(async () => {
  server = await startServer();
  gatepost = createGatepost({ baseURL: server.origin });
  api = sendThroughGatepost(axios.create({ baseURL: "/api" }), gatepost);
});

afterEach(async () => {
  gatepost.close();
  await server.close();
});

async function failureOf(request: Promise<unknown>): Promise<AxiosError> {
  const error: unknown = await request.catch((reason: unknown) => reason);
  if (!(error instanceof AxiosError)) throw new Error("It was to fail by an error of axios's.");
  return error;
}

it("sends the token, with one renewal for requests made at once", async () => {
  server.tokenDelayMs = 20;
  const answers = await Promise.all([1, 2, 3].map(() => api.get("/tasks")));
  expect(answers.map(({ data }) => data)).toEqual([{}, {}, {}]);
  expect(server.tokensGivenOut).toHaveLength(1);
  expect(new Set(server.authorizations)).toEqual(new Set([`Bearer ${server.tokensGivenOut[0]}`]));
});

it.each([
  ["an object", { title: "milk" }, '{"title":"milk"}'],
  ["a form", new URLSearchParams({ title: "milk" }), "title=milk"],
])("sends %s again after invalid_token, and whole", async (_what, data, expected) => {
  const bodies: string[] = [];
  server.api = async (request, response) => {
    const body = (await request.toArray()).join("");
    if (bodies.push(body) === 1) return refuse(response, "invalid_token");
    json(response, 201, {});
  };
  expect((await api.post("/tasks", data)).status).toBe(201);
  expect(bodies).toEqual([expected, expected]);
  expect(server.authorizations[1]).toBe(`Bearer ${server.tokensGivenOut[1]}`);
});

it("sends no token to an origin that is not allowed", async () => {
  const stranger = await startServer();
  await api.get(`${stranger.origin}/api/tasks`, { withCredentials: true });
  expect(stranger.authorizations).toEqual([undefined]);
  await stranger.close();
});

it("follows no redirect, and says why", async () => {
  const stranger = await startServer();
  server.api = (_request, response) => response.writeHead(307, { location: `${stranger.origin}/steal` }).end();
  const error = await failureOf(api.get("/tasks"));
  expect(error.cause).toBeInstanceOf(RedirectRefusedError);
  expect(stranger.authorizations).toEqual([]);
  await stranger.close();
});

it("keeps the token out of its errors, which end up in logs", async () => {
  server.api = (_request, response) => json(response, 403, {});
  const error = await failureOf(api.get("/tasks"));
  expect(error.status).toBe(403);
  const token = String(server.tokensGivenOut[0]);
  expect(JSON.stringify(error.toJSON())).not.toContain(token);
  expect(String(error.config?.headers)).not.toContain(token);
});

it("leaves other instances as they are", () => {
  expect(axios.defaults.adapter).not.toBe("fetch");
  expect(axios.create().defaults.env?.fetch).toBeUndefined();
});
