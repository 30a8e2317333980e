// Runs the official better-auth client as a page on the origin of the first argument would, with
// the plugins that the other arguments name. Reads one JSON step a line, prints one JSON answer
// a line:
//   {"call": "signIn.email", "arguments": […]}  the client's method of that name
//   {"fetch": "/api/tasks", "init": {…}}        the page's own fetch, with the same cookies
//   {"cookies": true}                           what the browser has kept
import { createInterface } from "node:readline";
import { createAuthClient } from "better-auth/client";
import * as clientPlugins from "better-auth/client/plugins";
import { CookieJar } from "./cookie_jar.mjs";
import { pageFetch } from "./page_fetch.mjs";

const STEP_MILLISECONDS = 60_000;
const [baseURL, ...pluginNames] = process.argv.slice(2);
const { origin } = new URL(baseURL);

const jar = new CookieJar();
const exchanges = [];
const page = pageFetch(origin, jar, exchanges);

const plugins = pluginNames.map((name) => {
  const plugin = clientPlugins[`${name}Client`];
  if (plugin === undefined) throw new Error(`better-auth has no client plugin ${name}Client`);
  return plugin();
});
const client = createAuthClient({ baseURL, plugins, fetchOptions: { customFetchImpl: page } });

// JSON would not tell a Date from the text it came from.
const marked = (value) => {
  if (value instanceof Date) return { $date: value.toISOString() };
  if (Array.isArray(value)) return value.map(marked);
  if (value !== null && typeof value === "object")
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, marked(each)]));
  return value;
};

async function call(path, args) {
  let method = client;
  for (const name of path.split(".")) method = method[name];
  const answer = await method(...args);
  return { data: answer?.data ?? null, error: answer?.error ?? null };
}

async function perform(step) {
  if (step.call !== undefined) return call(step.call, step.arguments ?? []);
  if (step.fetch !== undefined) {
    await page(step.fetch, step.init);
    return {};
  }
  if (step.cookies !== undefined) return { cookies: jar.all() };
  throw new Error(`no such step: ${JSON.stringify(step)}`);
}

async function limited(work) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error("no answer in time")), STEP_MILLISECONDS);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  exchanges.length = 0;
  let answer;
  try {
    answer = await limited(perform(JSON.parse(line)));
  } catch (error) {
    answer = { thrown: `${error?.stack ?? error}` };
  }
  process.stdout.write(`${JSON.stringify(marked({ ...answer, exchanges }))}\n`);
}
process.exit(0);
