// An OpenID provider, npm's `oidc-provider`, on ISSUER. Whoever a client hints at is signed in at
// once, and agrees to everything. Tokens are signed with ALGORITHM; its key set has keys for the
// others too. Access tokens for AUDIENCE are JWTs (RFC 9068).
import { generateKeyPairSync, randomUUID } from "node:crypto";
import Provider from "oidc-provider";

const { ISSUER, ALGORITHM, AUDIENCE, CLIENT_ID, CLIENT_SECRET } = process.env;
const { hostname, port } = new URL(ISSUER);

const KEYS = {
  EdDSA: () => generateKeyPairSync("ed25519"),
  Ed25519: () => generateKeyPairSync("ed25519"),
  ES256: () => generateKeyPairSync("ec", { namedCurve: "P-256" }),
  RS256: () => generateKeyPairSync("rsa", { modulusLength: 2048 }),
  PS256: () => generateKeyPairSync("rsa", { modulusLength: 2048 }),
};
const keys = Object.entries(KEYS).map(([alg, make]) => ({
  ...make().privateKey.export({ format: "jwk" }),
  alg,
  use: "sig",
  kid: `${alg}-${randomUUID()}`,
}));

const provider = new Provider(ISSUER, {
  jwks: { keys },
  enabledJWA: { idTokenSigningAlgValues: Object.keys(KEYS) },
  cookies: { keys: [randomUUID()] },
  clients: [
    {
      client_id: CLIENT_ID,
      client_secret: CLIENT_SECRET,
      redirect_uris: [`${ISSUER}/signed-in`],
      grant_types: ["authorization_code", "client_credentials"],
      id_token_signed_response_alg: ALGORITHM,
    },
  ],
  pkce: { required: () => false },
  ttl: { Session: 3600, Interaction: 600, Grant: 3600, IdToken: 600 },
  findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id, name: id }) }),
  interactions: { url: (_, { uid }) => `/interaction/${uid}` },
  features: {
    devInteractions: { enabled: false },
    clientCredentials: { enabled: true },
    resourceIndicators: {
      enabled: true,
      defaultResource: () => AUDIENCE,
      useGrantedResource: () => true,
      getResourceServerInfo: () => ({
        scope: "tasks",
        audience: AUDIENCE,
        accessTokenTTL: 600,
        accessTokenFormat: "jwt",
        jwt: { sign: { alg: ALGORITHM } },
      }),
    },
  },
  async loadExistingGrant({ oidc }) {
    const { accountId } = oidc.session;
    const grant = new provider.Grant({ clientId: oidc.client.clientId, accountId });
    grant.addOIDCScope("openid");
    grant.addResourceScope(AUDIENCE, "tasks");
    await grant.save();
    return grant;
  },
});

provider.use(async (context, next) => {
  if (!context.path.startsWith("/interaction/")) return next();
  const { params } = await provider.interactionDetails(context.req, context.res);
  const result = { login: { accountId: params.login_hint } };
  await provider.interactionFinished(context.req, context.res, result);
  context.respond = false;
});
provider.on("server_error", (_, error) => console.error(error));

const server = provider.listen(Number(port), hostname);
for (const signal of ["SIGINT", "SIGTERM"])
  process.on(signal, () => {
    server.close();
    server.closeAllConnections();
  });
