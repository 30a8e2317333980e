// Real Better Auth servers, as many as are asked for: POST / takes one as JSON,
//   {port, database, options, plugins, hooks, mail, mailbox}
// and answers, when it listens, with what its own migration had to do and warned of. `database` is
// the path of an SQLite file or a PostgreSQL URL;
// `mail` names the functions that send mail, of which each call is one line of JSON in `mailbox`.
import { appendFileSync } from "node:fs";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { json } from "node:stream/consumers";
import { DatabaseSync } from "node:sqlite";
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";
import { betterAuth } from "better-auth";
import { getMigrations } from "better-auth/db/migration";
import { toNodeHandler } from "better-auth/node";
import { admin, bearer, jwt, twoFactor } from "better-auth/plugins";
import { HOOKS } from "./oracle_hooks.mjs";

// `pg` is locked where the example is, which needs it as well.
const { Pool } = createRequire(new URL("../../examples/better-auth/", import.meta.url))("pg");

// What Gatepost wants of a token: the session in it, so that a sign-out can take it back.
const sessionJwt = () => jwt({ jwt: { definePayload: ({ session }) => ({ sid: session.id }) } });
const PLUGINS = { admin, bearer, jwt, sessionJwt, twoFactor };
const MAIL_OPTIONS = {
  onExistingUserSignUp: ["emailAndPassword"],
  sendResetPassword: ["emailAndPassword"],
  sendVerificationEmail: ["emailVerification"],
  sendChangeEmailConfirmation: ["user", "changeEmail"],
  sendDeleteAccountVerification: ["user", "deleteUser"],
};

/** A file that another process writes to as well: see `database.ts` of the example. */
class SharedFile extends DatabaseSync {
  prepare(sql) {
    return super.prepare(sql === "begin" ? "begin immediate" : sql);
  }
}

function openDatabase(database) {
  if (database.startsWith("postgresql://")) {
    const pool = new Pool({ connectionString: database, max: 2 });
    // Said of a connection whose database was dropped; unheard it would end the process.
    pool.on("error", (error) => console.error(`PostgreSQL: ${error.message}`));
    return pool;
  }
  const file = new SharedFile(database, { timeout: 10_000, enableForeignKeyConstraints: true });
  file.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL");
  return file;
}

function withMail(options, mail, mailbox) {
  for (const kind of mail) {
    let place = options;
    for (const name of MAIL_OPTIONS[kind]) place = place[name] ??= {};
    place[kind] = async ({ user, newEmail, url, token }) => {
      const line = { kind, to: user.email, newEmail, url, token };
      appendFileSync(mailbox, `${JSON.stringify(line)}\n`);
    };
  }
  return options;
}

async function serve({ port, database, options, plugins, hooks, mail, mailbox }) {
  const auth = betterAuth({
    ...withMail(options, mail, mailbox),
    database: openDatabase(database),
    plugins: plugins.map((name) => PLUGINS[name]()),
    hooks: hooks ? HOOKS : {},
    telemetry: { enabled: false },
  });
  await auth.$context; // rejects where the options cannot be used
  const migrated = await migrate(auth.options);
  const answer = toNodeHandler(auth);
  const server = createServer((incoming, outgoing) => {
    // What the web's own Request refuses, such as an odd Host, would otherwise end the process.
    answer(incoming, outgoing).catch(() => outgoing.destroy());
  });
  server.keepAliveTimeout = 60_000; // a benchmark's connections wait while others have their turn
  await new Promise((listening) => server.listen(port, "127.0.0.1", listening));
  return migrated;
}

async function migrate(options) {
  const warned = [];
  const logger = { log: (_level, message) => warned.push(message) };
  const plan = await getMigrations({ ...options, logger });
  await plan.runMigrations();
  const added = plan.toBeAdded.flatMap(({ table, fields }) =>
    Object.keys(fields).map((column) => `${table}.${column}`),
  );
  const created = plan.toBeCreated.map(({ table }) => table);
  const indexes = plan.toBeAddedIndexes.map(({ name }) => name);
  return { created, added, indexes, warned: [...warned, ...plan.schemaProblems] };
}

/** Memory holds the counts of every server of a thread: one with limits has a thread to itself. */
function serveApart(deployment) {
  return new Promise((listening, failed) => {
    const worker = new Worker(new URL(import.meta.url), { workerData: deployment });
    worker.once("message", listening);
    worker.once("error", failed);
  });
}

async function serveAsAsked(incoming, outgoing) {
  try {
    if (incoming.method === "POST") {
      const deployment = await json(incoming);
      const start = deployment.options.rateLimit?.enabled ? serveApart : serve;
      outgoing.end(JSON.stringify(await start(deployment)));
    } else outgoing.end();
  } catch (error) {
    outgoing.writeHead(500).end(`${error}\n${error.stack}`);
  }
}

if (isMainThread) {
  for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => process.exit(0));
  createServer(serveAsAsked).listen(Number(process.env.PORT), "127.0.0.1");
} else {
  parentPort.postMessage(await serve(workerData));
}
