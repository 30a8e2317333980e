// The hook as a page uses it: what each rendering shows is one more item of the list. The tests
// click, and call the client's other methods as the page's own code would.
import { createAuthClient } from "better-auth/react";
import { StrictMode, useEffect, useState } from "react";
import { createRoot } from "react-dom/client";

const client = createAuthClient();

declare global {
  var authClient: typeof client;
}
globalThis.authClient = client;

function shown({ data, error, isPending }: ReturnType<typeof client.useSession>): string {
  if (isPending) return "pending";
  const who = data ? data.user.name : "nobody";
  return error ? `${who}, error ${error.status}` : who;
}

function Page() {
  const session = client.useSession();
  const now = shown(session);
  const [seen, setSeen] = useState<string[]>([]);
  useEffect(() => setSeen((before) => (before.at(-1) === now ? before : [...before, now])), [now]);
  return (
    <>
      <ol>
        {seen.map((each, at) => (
          <li key={at}>{each}</li>
        ))}
      </ol>
      <button type="button" onClick={() => void session.refetch()}>
        Refetch
      </button>
    </>
  );
}

const root = document.getElementById("root");
if (!root) throw new Error("index.html has no #root element.");
createRoot(root).render(
  <StrictMode>
    <Page />
  </StrictMode>,
);
