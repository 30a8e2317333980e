// Hooks that do what a request's headers ask for, and show what they have seen; their twins are in
// tests/provider/oracle/hooks.py. `x-before` and `x-after` say `refuse` or `fail`; `x-before` may
// say what to lay over the body, as JSON, or `only` and the whole of it.
import { APIError, createAuthMiddleware, isAPIError } from "better-auth/api";

const ONLY = "only ";

function refuseOrFail(asked) {
  if (asked === "refuse") {
    throw new APIError("FORBIDDEN", { message: "Not today", code: "NOT_TODAY" });
  }
  if (asked === "fail") throw new Error("a hook has failed");
}

const before = createAuthMiddleware(async (ctx) => {
  const asked = ctx.headers.get("x-before") ?? "";
  refuseOrFail(asked);
  if (asked.startsWith(ONLY)) return { context: { body: JSON.parse(asked.slice(ONLY.length)) } };
  if (asked) return { context: { body: { ...ctx.body, ...JSON.parse(asked) } } };
});

function outcome(returned) {
  const isRefusal = isAPIError(returned) && returned.status !== "FOUND";
  return isRefusal ? `refused ${returned.body.code ?? "without a code"}` : "answered";
}

const after = createAuthMiddleware(async (ctx) => {
  const { returned, newSession } = ctx.context;
  ctx.setHeader("x-route", `${ctx.method} ${ctx.path}`);
  ctx.setHeader("x-outcome", outcome(returned));
  ctx.setHeader("x-new-session", newSession ? newSession.user.email : "none");
  ctx.setHeader("x-name", typeof ctx.body?.name === "string" ? ctx.body.name : "none");
  ctx.setCookie("seen", "é;1", { maxAge: 60, path: "/", httpOnly: true, sameSite: "lax" });
  refuseOrFail(ctx.headers.get("x-after"));
});

export const HOOKS = { before, after };
