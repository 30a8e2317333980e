// The real Better Auth on private keys at rest. Reads one JSON request from the first argument:
//   {"secrets": …, "seal": "text"} or {"secrets": …, "open": "sealed"}  its symmetric encryption
//   {"database": "path", "url": "…"}  signs with the newest key of an SQLite file, and shows the set;
//                                     the secrets are in its environment
import { DatabaseSync } from "node:sqlite";
import { betterAuth } from "better-auth";
import { symmetricDecrypt, symmetricEncrypt } from "better-auth/crypto";
import { jwt } from "better-auth/plugins";

const asked = JSON.parse(process.argv[2]);

const keyOf = ({ versioned, unversioned }) =>
  versioned.length === 0
    ? unversioned
    : {
        keys: new Map(versioned),
        currentVersion: versioned[0][0],
        legacySecret: unversioned ?? undefined,
      };

async function answer() {
  if ("seal" in asked) return symmetricEncrypt({ key: keyOf(asked.secrets), data: asked.seal });
  if ("open" in asked) return symmetricDecrypt({ key: keyOf(asked.secrets), data: asked.open });
  const auth = betterAuth({
    baseURL: asked.url,
    database: new DatabaseSync(asked.database),
    plugins: [jwt()],
  });
  const { token } = await auth.api.signJWT({ body: { payload: { sub: "ada", sid: "one", iat: Math.floor(Date.now() / 1000) } } });
  return { token, jwks: await auth.api.getJwks() };
}

process.stdout.write(JSON.stringify(await answer()));
