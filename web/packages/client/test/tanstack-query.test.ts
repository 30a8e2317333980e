import { MutationObserver, QueryClient, QueryObserver } from "@tanstack/query-core";
import axios from "axios";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { sendThroughGatepost } from "../src/axios.ts";
import {
  createGatepost,
  RedirectRefusedError,
  SessionChangedError,
  TokenUnavailableError,
  type Gatepost,
} from "../src/index.ts";
import { clearOnSessionEvent, defaultOptions } from "../src/tanstack-query.ts";
import { json, startServer, type TestServer } from "./server.ts";

let server: TestServer;
let gatepost: Gatepost;
let queries: QueryClient;

beforeEach(async () => {
  server = await startServer();
  gatepost = createGatepost({ baseURL: server.origin });
  queries = new QueryClient({ defaultOptions });
});

afterEach(async () => {
  queries.clear();
  gatepost.close();
  await server.close();
});

const credentials = { email: "eve@example.com", password: "long enough" };
const { retry, retryDelay } = defaultOptions.queries;

describe("trying again", () => {
  it.each([
    ["the server is away", new TypeError("Failed to fetch"), true],
    ["no token can be had now", new TokenUnavailableError(), true],
    ["the server failed", Object.assign(new Error(), { status: 503 }), true],
    ["the session changed", new SessionChangedError(), false],
    ["a redirect was refused", new RedirectRefusedError(), false],
    ["the caller was refused", Object.assign(new Error(), { status: 403 }), false],
    ["axios was refused", new axios.AxiosError("", "", undefined, undefined, { status: 404 } as never), false],
    ["axios met a changed session", axios.AxiosError.from(new SessionChangedError()), false],
    ["axios met a server that is away", axios.AxiosError.from(new TokenUnavailableError()), true],
  ])("when %s", (_when, error, expected) => {
    expect(retry(0, error)).toBe(expected);
    expect(retry(3, error)).toBe(false);
  });

  it("waits for longer each time, and first for longer than the client keeps quiet", () => {
    expect([0, 1, 2, 3, 4, 9].map(retryDelay)).toEqual([2_500, 5_000, 10_000, 20_000, 30_000, 30_000]);
  });

  it("asks a server that refuses once, through axios", async () => {
    const api = sendThroughGatepost(axios.create(), gatepost);
    server.api = (_request, response) => json(response, 403, {});
    await expect(queries.fetchQuery({ queryKey: ["tasks"], queryFn: () => api.get("/api/tasks"), retry })).rejects.toThrow();
    expect(server.authorizations).toHaveLength(1);
  });
});

describe("when somebody else signs in", () => {
  const tasksOfThePerson = { queryKey: ["tasks"], queryFn: async () => `tasks of ${server.person}` };

  it("drops what is kept, and what is on the screen", async () => {
    const stop = clearOnSessionEvent(queries, gatepost);
    const onScreen: unknown[] = [];
    const screen = new QueryObserver(queries, tasksOfThePerson);
    screen.subscribe(({ data }) => onScreen.push(data));
    await expect.poll(() => onScreen.at(-1)).toBe("tasks of ada");
    queries.setQueryData(["lists"], "lists of ada");

    server.person = "eve";
    await gatepost.auth.signIn.email(credentials);
    await expect.poll(() => onScreen.at(-1)).toBeUndefined();
    expect(queries.getQueryCache().getAll()).toEqual([]);
    stop();
    screen.destroy();
  });

  it("does not let a late answer or a rolled back edit of the one before in", async () => {
    clearOnSessionEvent(queries, gatepost);
    let fail = (_error: Error) => {};
    let answer = (_data: string) => {};
    const edit = new MutationObserver(queries, {
      mutationFn: () => new Promise<void>((_resolve, reject) => (fail = reject)),
      onMutate: () => "tasks of ada",
      onError: (_error, _variables, before) => queries.setQueryData(["tasks"], before),
    });
    const edited = edit.mutate().catch(() => "failed");
    const late = queries
      .fetchQuery({ queryKey: ["lists"], queryFn: () => new Promise<string>((resolve) => (answer = resolve)) })
      .catch(() => "dropped");
    await gatepost.auth.signIn.email(credentials);
    fail(new SessionChangedError());
    answer("lists of ada");
    expect(await Promise.all([edited, late])).toEqual(["failed", "dropped"]);
    expect(queries.getQueryCache().getAll()).toEqual([]);
  });

  it("does so until it is stopped", async () => {
    clearOnSessionEvent(queries, gatepost)();
    queries.setQueryData(["tasks"], "tasks of ada");
    await gatepost.auth.signIn.email(credentials);
    expect(queries.getQueryData(["tasks"])).toBe("tasks of ada");
  });
});
