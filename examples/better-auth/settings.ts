// Everything that the environment decides, read once. No secret has a default: better-auth itself
// reads BETTER_AUTH_SECRET or BETTER_AUTH_SECRETS.

/** What the `jwt` plugin can sign with. */
export const ALGORITHMS = ["EdDSA", "ES256", "ES512", "RS256", "PS256"] as const;
export type Algorithm = (typeof ALGORITHMS)[number];

const DAY = 24 * 60 * 60;

/** Say what is wrong in one line, and end. */
export function refuse(message: string): never {
  console.error(message);
  process.exit(1);
}

function origin(name: string, fallback: string): string {
  const given = process.env[name] || fallback;
  const url = URL.parse(given);
  if (url === null || !/^https?:$/.test(url.protocol) || url.href !== `${url.origin}/`)
    refuse(`${name}: write an origin such as http://127.0.0.1:8000, without a path.`);
  return url.origin;
}

function loopbackNames(origin: string): string[] {
  const names = ["127.0.0.1", "localhost", "[::1]"];
  const { protocol, hostname, port } = new URL(origin);
  if (!names.includes(hostname)) return [];
  return names.map((name) => `${protocol}//${name}${port && `:${port}`}`);
}

function whole(name: string, fallback: number, least: number, most: number): number {
  const given = process.env[name] || String(fallback);
  const value = Number(given);
  if (!/^\d+$/.test(given) || value < least || value > most)
    refuse(`${name}: write a whole number from ${least} to ${most}.`);
  return value;
}

function algorithm(): Algorithm {
  const given = process.env["BETTER_AUTH_JWT_ALGORITHM"] || "EdDSA";
  const known = ALGORITHMS.find((each) => each === given);
  return known ?? refuse(`BETTER_AUTH_JWT_ALGORITHM: write one of ${ALGORITHMS.join(", ")}.`);
}

function checkSecret(): void {
  const { BETTER_AUTH_SECRET, BETTER_AUTH_SECRETS } = process.env;
  // Without one, better-auth would sign with a secret that everybody knows.
  const current = BETTER_AUTH_SECRETS?.split(",")[0]?.replace(/^\s*\d+:/, "") || BETTER_AUTH_SECRET;
  if (!current || current.trim().length < 32)
    refuse("BETTER_AUTH_SECRET: at least 32 random characters, as `openssl rand -base64 32` makes.");
}

checkSecret();
const port = whole("PORT", 8000, 1, 65_535);

export const settings = {
  port,
  /** Where people reach page, sign-in and API; the `iss` and `aud` of the tokens. */
  baseURL: origin("BETTER_AUTH_URL", `http://127.0.0.1:${port}`),
  /** The names of this machine are one to whoever types them; a public origin stands alone. */
  trustedOrigins: loopbackNames(origin("BETTER_AUTH_URL", `http://127.0.0.1:${port}`)),
  /** Where the Tasks API listens. */
  tasksURL: origin("TASKS_URL", "http://127.0.0.1:8001"),
  /** `sqlite:///file.db` or `postgresql://…`, the one that Tasks has. */
  databaseURL: process.env["DATABASE_URL"] || "sqlite:///.gatepost/gatepost.db",
  algorithm: algorithm(),
  /** How long a key signs, and how long after that it is still published; both in seconds. */
  rotationInterval: whole("BETTER_AUTH_ROTATION_SECONDS", 30 * DAY, 1, 3650 * DAY),
  gracePeriod: whole("BETTER_AUTH_GRACE_SECONDS", DAY, 1, 3650 * DAY),
};
